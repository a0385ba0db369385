"""Anomalies from their finding to the answer that closes them; each step is kept for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import business_day
from tiejun.insight.events import AnomaliesRaised, AnomalyGiven
from tiejun.insight.locks import lock_anomaly, lock_link
from tiejun.insight.models import Anomaly, AnomalyFinding, AnomalyStep
from tiejun.insight.queries.anomalies import group_choices, owner_choices
from tiejun.insight.queries.signals import findings, signal_of
from tiejun.insight.rules import Refusal
from tiejun.insight.rules.anomalies import State, Step
from tiejun.meetings.actions.meetings import add_to_agenda
from tiejun.meetings.queries.rooms import next_evening
from tiejun.meetings.rules import Kind
from tiejun.meetings.rules.agenda import Point

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.insight.rules.anomalies import Found
    from tiejun.insight.rules.links import Link

LONGEST_REASON, LONGEST_ACTION, LONGEST_ANSWER = 500, 300, 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done about an anomaly: why it is so, who does what until when; `group_id`: whose evening agenda it goes on."""

    reason: str
    owner_id: UUID
    action: str
    due_on: date
    group_id: UUID | None = None


@action(Ability.RUN_ANOMALIES)
def raise_found(scope: Scope, *, found: Sequence[Found], now: datetime) -> list[Anomaly]:
    """Raise what the clock found; where one of the same link, unit and side is open, note that it is still so.

    A repeat changes nothing. Returns those that are new.
    """
    new = []
    for one in sorted(found, key=lambda one: (str(one.unit_id), one.link, one.currency)):
        row, is_new = _raised(scope, one, now=now)
        if is_new:
            new.append(row)
    if new:
        announce(AnomaliesRaised(tuple(row.pk for row in new), new[0].day, now))
    audit.record(scope, "insight.anomalies_found", found=len(found), new=len(new))
    return new


@action(Ability.RAISE_ANOMALY)
def raise_anomaly(scope: Scope, *, unit_id: UUID, link: Link, currency: str, now: datetime) -> Anomaly:
    """Raise what the board shows of a unit as unusual; one that is known already is given back as it is.

    Raises `NotFound` for a unit out of reach, `Refused` NOTHING_UNUSUAL where the last day is as usual.
    """
    if not scope.covers(Ability.RAISE_ANOMALY, owner_id=None, unit_id=unit_id):
        raise NotFound
    found = signal_of(scope, unit_id=unit_id, link=link, currency=currency, now=now)
    if found is None:
        raise Refused(Refusal.NOTHING_UNUSUAL)
    row, is_new = _raised(scope, found, now=now)
    audit.record(scope, "insight.anomaly_raised", row, link=link.value, unit_id=unit_id, is_new=is_new)
    return row


@action(Ability.ACT_ON_ANOMALY)
def act_on_anomaly(scope: Scope, *, anomaly_id: UUID, version: int, plan: Plan, now: datetime) -> Anomaly:
    """Say what explains an anomaly, give it an owner with an action until a day, and put it on a group's next evening agenda.

    Can be said anew while it is open. Raises `NotFound`, `Stale`, `Refused` (ANOMALY_CLOSED, OWNER_NOT_OF_UNIT, ACTION_DUE_IN_THE_PAST), `Invalid`.
    """
    row = lock_anomaly(scope, anomaly_id, Ability.ACT_ON_ANOMALY, version=version)
    if not scope.covers(Ability.ACT_ON_ANOMALY, owner_id=None, unit_id=row.unit_id):
        raise Refused(Refusal.NOT_YOUR_ANOMALY)
    if not row.is_open:
        raise Refused(Refusal.ANOMALY_CLOSED)
    if not plan.reason.strip():
        raise Invalid(reason=_("Say what explains it."))
    if not plan.action.strip():
        raise Invalid(action=_("Say what is to be done."))
    if plan.due_on < business_day(now, row.unit.zone):
        raise Refused(Refusal.ACTION_DUE_IN_THE_PAST)
    owners = dict(owner_choices(scope, row, now=now))
    if plan.owner_id not in owners:
        raise Refused(Refusal.OWNER_NOT_OF_UNIT)
    row.state, row.owner_id, row.due_on = State.ACTED, plan.owner_id, plan.due_on
    row.reason, row.action = plan.reason.strip()[:LONGEST_REASON], plan.action.strip()[:LONGEST_ACTION]
    if plan.group_id is not None:
        row.group_id, row.agenda_on = (
            plan.group_id,
            _on_the_agenda(scope, row, owners[plan.owner_id], plan.group_id, now),
        )
    row.version += 1
    row.save(update_fields=["state", "owner", "due_on", "reason", "action", "group", "agenda_on", "version"])
    _step(scope, row, Step.ACTED, now, words=row.action, outcome=row.reason, owner_id=plan.owner_id, due_on=plan.due_on)
    announce(AnomalyGiven(row.pk, plan.owner_id, scope.person_id, row.unit.name, row.action, plan.due_on, now))
    audit.record(scope, "insight.anomaly_acted_on", row, owner_id=plan.owner_id, due_on=plan.due_on)
    return row


@action(Ability.CLOSE_ANOMALY)
def close_anomaly(scope: Scope, *, anomaly_id: UUID, version: int, done: str, outcome: str, now: datetime) -> Anomaly:
    """Close an anomaly with the answer what was done and what came of it; its owner or who leads its unit may.

    Raises `NotFound`, `Stale`, `Refused` ANOMALY_CLOSED, `Invalid` without both parts of the answer.
    """
    row = lock_anomaly(scope, anomaly_id, Ability.CLOSE_ANOMALY, version=version)
    if not row.is_open:
        raise Refused(Refusal.ANOMALY_CLOSED)
    if not done.strip():
        raise Invalid(done=_("Say what was done."))
    if not outcome.strip():
        raise Invalid(outcome=_("Say what came of it."))
    row.state, row.closed_by_id, row.closed_at = State.CLOSED, scope.own_id, now
    row.done, row.outcome = done.strip()[:LONGEST_ANSWER], outcome.strip()[:LONGEST_ANSWER]
    row.version += 1
    row.save(update_fields=["state", "closed_by", "closed_at", "done", "outcome", "version"])
    _step(scope, row, Step.CLOSED, now, words=row.done, outcome=row.outcome)
    audit.record(scope, "insight.anomaly_closed", row)
    return row


def _raised(scope: Scope, found: Found, *, now: datetime) -> tuple[Anomaly, bool]:
    """Return the anomaly of a signal, and whether it is new; that an older open one is still so is noted once a day."""
    lock_link(found.unit_id, found.link)
    seen = found.signal
    same = Anomaly.objects.filter(unit=found.unit_id, link=found.link, currency=found.currency, side=seen.side)
    known = same.filter(day__lte=seen.day, last_day__gte=seen.day).order_by("-day").first()
    if known is not None:
        return known, False
    going_on = same.exclude(state=State.CLOSED).select_for_update().first()
    if going_on is not None:
        going_on.last_day = seen.day
        going_on.save(update_fields=["last_day"])
        _step(scope, going_on, Step.SEEN_AGAIN, now, day=seen.day, value=round(seen.value))
        return going_on, False
    limits = seen.limits
    row = Anomaly.objects.create(
        unit_id=found.unit_id, link=found.link, currency=found.currency, day=seen.day, last_day=seen.day,
        side=seen.side, run_days=seen.days, value=round(seen.value), usual=limits.middle, low=limits.low,
        high=limits.high, raised_by_id=scope.person_id, raised_at=now,
    )  # fmt: skip
    AnomalyFinding.objects.bulk_create(
        AnomalyFinding(
            anomaly=row, part=one.part, position=place, key=one.key,
            name=one.name, usual=one.usual, came=one.came, cases=one.cases, share_percent=one.share_percent,
        )
        for place, one in enumerate(findings(scope, found, now=now))
    )  # fmt: skip
    _step(scope, row, Step.RAISED, now, day=seen.day, value=round(seen.value))
    return row, True


def _on_the_agenda(scope: Scope, row: Anomaly, owner: str, group_id: UUID, now: datetime) -> date:
    if all(group.pk != group_id for group in group_choices(scope, row)):
        raise NotFound
    day = next_evening(scope, unit_id=group_id, now=now)
    facts = {
        "unit": row.unit.name,
        "day": row.day.isoformat(),
        "owner": owner,
        "due": row.due_on.isoformat() if row.due_on else "",
        "action": row.action,
    }
    point = Point(f"anomaly:{row.pk}", code=f"insight.{row.link.lower()}_{row.side.lower()}", facts=facts)
    add_to_agenda(scope, unit_id=group_id, kind=Kind.EVENING, day=day, point=point, now=now)
    return day


def _step(  # noqa: PLR0913 -- a row of the history, column by column
    scope: Scope,
    row: Anomaly,
    kind: Step,
    now: datetime,
    *,
    words: str = "",
    outcome: str = "",
    owner_id: UUID | None = None,
    due_on: date | None = None,
    day: date | None = None,
    value: int | None = None,
) -> None:
    AnomalyStep.objects.create(
        anomaly=row, kind=kind, at=now, by_id=scope.person_id, words=words, outcome=outcome, owner_id=owner_id,
        due_on=due_on, day=day, value=value,
    )  # fmt: skip
