"""What is known of customers on a day, for many at once: the facts that stage and health are worked out from."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Min, Q

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.customers.queries.family import families_of
from tiejun.foundation.times import local_date
from tiejun.marketing.queries.referrals import referrals_by
from tiejun.pipeline.queries.lives import oldest_overdue, signed_orders
from tiejun.success.models import (
    Complaint,
    CustomerHandover,
    CustomerVoice,
    EnablementStep,
    FollowOnDeal,
    SatisfactionSurvey,
)
from tiejun.success.rules import FollowOn, Step, Usage, Voice
from tiejun.success.rules.life import LifeFacts, RunningOrder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.pipeline.queries.lives import SignedOrder

Families = dict["UUID", "set[UUID]"]


def facts_of(scope: Scope, company_ids: Collection[UUID], *, now: datetime, voice_days: int) -> dict[UUID, LifeFacts]:
    """Return the facts of companies by id, in a dozen queries however many there are.

    `voice_days`: how long what a customer said counts. What happened under the name of a merged company belongs to its survivor.
    """
    scope.require(Ability.VIEW_LIVES)
    today = local_date(now, scope.zone)
    families = families_of(scope, company_ids)
    members = list(families)
    found: dict[UUID, dict[str, Any]] = {company_id: {} for company_id in company_ids}
    for part in (
        _orders(scope, families, now),
        _steps(families),
        _voices(scope, families, since=now - timedelta(days=voice_days)),
        _complaints(families, today),
    ):
        for company_id, values in part:
            found[company_id] |= values
    for company_id, due_on in _spread(families, oldest_overdue(scope, members, today=today).items()):
        found[company_id]["overdue_days"] = max(found[company_id].get("overdue_days", 0), (today - due_on).days)
    for row in reversed(referrals_by(scope, members)):
        for company_id in families[row.referrer_company_id]:
            found[company_id]["referred_on"] = local_date(row.told_at, scope.zone)
    return {company_id: LifeFacts(**values) for company_id, values in found.items()}


def _spread(families: Families, rows: Iterable[tuple[UUID, Any]]) -> Iterator[tuple[UUID, Any]]:
    """Give what a member of a family has to the companies that were asked for."""
    for member, value in rows:
        for company_id in families[member]:
            yield company_id, value


def _orders(scope: Scope, families: Families, now: datetime) -> list[tuple[UUID, dict[str, Any]]]:
    rows = signed_orders(scope, list(families))
    by_id = {row.order_id: row for row in rows}
    handovers = {row.order_id: row for row in CustomerHandover.objects.filter(order__in=by_id)}
    renewed = set(
        FollowOnDeal.objects.filter(kind=FollowOn.RENEWAL.value, order__in=by_id).values_list("order_id", flat=True)
    )
    orders: dict[UUID, list[RunningOrder]] = defaultdict(list)
    late: dict[UUID, int] = defaultdict(int)
    for company_id, row in _spread(families, [(row.company_id, row) for row in rows]):
        handover = handovers.get(row.order_id)
        orders[company_id].append(_running(row, handover, is_renewed=row.order_id in renewed))
        if handover and handover.handed_at is None and handover.due_at < now:
            late[company_id] = max(late[company_id], 1, (now - handover.due_at).days)
    return [
        (company_id, {"orders": tuple(found), "handover_days_late": late[company_id]})
        for company_id, found in orders.items()
    ]


def _running(row: SignedOrder, handover: CustomerHandover | None, *, is_renewed: bool) -> RunningOrder:
    return RunningOrder(
        row.order_id, row.number, row.signed_on, handover.ends_on if handover else None, is_renewed, row.is_trial,
        row.amount_minor, row.currency, row.unit_id,
    )  # fmt: skip


def _steps(families: Families) -> list[tuple[UUID, dict[str, Any]]]:
    rows = EnablementStep.objects.filter(company__in=families).order_by("-done_on")
    steps: dict[UUID, dict[Step, date]] = defaultdict(dict)
    for company_id, (step, done_on) in _spread(
        families, ((company, (step, day)) for company, step, day in rows.values_list("company_id", "step", "done_on"))
    ):
        steps[company_id][Step(step)] = done_on
    return [(company_id, {"steps": done}) for company_id, done in steps.items()]


def _voices(scope: Scope, families: Families, *, since: datetime) -> list[tuple[UUID, dict[str, Any]]]:
    voices = CustomerVoice.objects.filter(company__in=families)
    used = voices.filter(kind=Voice.USAGE.value)
    regular = Q(usage__gte=Usage.WEEKLY.value)
    found: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for company_id, at in _spread(
        families, used.filter(regular).order_by().values_list("company_id").annotate(Min("noted_at"))
    ):
        _keep(found[company_id], "used_since", local_date(at, scope.zone), min)
    latest = used.filter(noted_at__gte=since).order_by("noted_at").values_list("company_id", "usage")
    for company_id, usage in _spread(families, latest):
        found[company_id]["usage"] = Usage(usage)
    answers = SatisfactionSurvey.objects.filter(company__in=families, answered_at__gte=since).order_by("answered_at")
    for company_id, score in _spread(families, answers.values_list("company_id", "score")):
        found[company_id]["score"] = score
    for company_id, day in _spread(families, _contacts(scope, families)):
        _keep(found[company_id], "last_contact_on", day, max)
    return list(found.items())


def _keep(values: dict[str, Any], name: str, day: date, choose: Any) -> None:
    values[name] = choose(values[name], day) if name in values else day


def _contacts(scope: Scope, families: Families) -> Iterator[tuple[UUID, date]]:
    """When somebody was last in touch: a visit, a word of the customer, an answer, a step."""
    for brief in customers.briefs(scope, families).values():
        if brief.last_visit_at is not None:
            yield brief.company_id, local_date(brief.last_visit_at, scope.zone)
    for rows, moment in (
        (CustomerVoice.objects.filter(company__in=families), "noted_at"),
        (SatisfactionSurvey.objects.filter(company__in=families, answered_at__isnull=False), "answered_at"),
        (Complaint.objects.filter(company__in=families, answered_at__isnull=False), "answered_at"),
    ):
        for company_id, at in rows.order_by().values_list("company_id").annotate(Max(moment)):
            yield company_id, local_date(at, scope.zone)
    steps = EnablementStep.objects.filter(company__in=families).order_by()
    yield from steps.values_list("company_id").annotate(Max("done_on"))


def _complaints(families: Families, today: date) -> list[tuple[UUID, dict[str, Any]]]:
    rows = Complaint.objects.filter(company__in=families, answered_at=None).order_by()
    late = Count("pk", filter=Q(due_on__lt=today))
    counted = rows.values_list("company_id").annotate(many=Count("pk"), late=late)
    found: dict[UUID, dict[str, Any]] = defaultdict(lambda: {"complaints": 0, "late_complaints": 0})
    for company_id, (is_open, is_late) in _spread(families, ((key, (many, late)) for key, many, late in counted)):
        found[company_id]["complaints"] += is_open
        found[company_id]["late_complaints"] += is_late
    return list(found.items())
