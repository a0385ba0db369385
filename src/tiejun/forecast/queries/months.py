"""Commitments as pages show them: one's own number, the talk sheet, the regional form, a published commitment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.engines.forecast.commitments import Departure, judge, log_ratio
from tiejun.forecast.models import MonthlyForecast
from tiejun.forecast.queries import people
from tiejun.forecast.queries.evening import member_in_reach
from tiejun.forecast.queries.figures import Figures, figures, month_after, month_of
from tiejun.forecast.rules import Refusal
from tiejun.forecast.rules.months import (
    Deviation,
    MonthState,
    SigningFacts,
    Support,
    Tree,
    content_hash,
    tree_values,
    why_not_sign,
)
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit
    from tiejun.org.queries import TeamMember

OPEN = [MonthState.DRAFT, MonthState.TALKED, MonthState.SIGNED]
TEXTS = (
    "assumptions", "state_of_work", "causes", "follow_up_plan", "improvement_plan", "deviation_explained", "support_note",
    "exception_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """A person's month: the edition that is being worked on or in force, and what stands beside its number.

    `refusal`: why it cannot be signed, None when it can; `refused_with` fills its words.
    """

    member: TeamMember
    unit: Unit
    month: date
    row: MonthlyForecast | None
    in_force: MonthlyForecast | None
    figures: Figures
    last: MonthlyForecast | None
    deals: int
    tree: Tree
    deviation: Deviation
    departure: Departure
    refusal: Refusal | None

    @property
    def is_open(self) -> bool:
        return self.row is not None and self.row.state in OPEN

    @property
    def refused_with(self) -> dict[str, Any]:
        tree = self.tree
        return {
            "deals": tree.deals,
            "visits": tree.visits_per_day if tree.visits_per_day is not None else "∞",
            "capacity": tree.capacity,
            "possible": tree.possible_deals,
            "days": tree.days,
        }


def month_asked(scope: Scope, month: date | None, *, now: datetime) -> date:
    """Return the month that is asked for, else the one that is talked about now: the next from the 25th on.

    Raises `NotFound` for a month further away than a year.
    """
    today = business_day(now, scope.zone)
    present = month_of(scope, today)
    if month is None:
        return month_after(scope, present) if today.day >= _TALKS_FROM else present
    if not month_after(scope, present, -12) <= month_of(scope, month) <= month_after(scope, present, 12):
        raise NotFound
    return month_of(scope, month)


_TALKS_FROM = 25


def own_sheet(scope: Scope, *, month: date | None = None, now: datetime) -> MonthSheet:
    """Return one's own month; raises `NotFound` for who sells in no group."""
    scope.require(Ability.MAKE_FORECAST)
    today = business_day(now, scope.zone)
    unit_id = org.unit_of_person(scope, scope.own_id, on=today)
    members = people.reps_of(scope, unit_id, Ability.VIEW_FORECASTS, on=today)
    member = next((one for one in members if one.person_id == scope.own_id), None)
    if member is None:
        raise NotFound
    return _sheet(scope, member, month_asked(scope, month, now=now), now=now)


def talk_sheet(scope: Scope, person_id: UUID, *, month: date | None = None, now: datetime) -> MonthSheet:
    """Return the talk sheet of a person in reach; raises `NotFound`."""
    scope.require(Ability.VIEW_REPORTS)
    member = member_in_reach(scope, person_id, business_day(now, scope.zone))
    return _sheet(scope, member, month_asked(scope, month, now=now), now=now)


def _sheet(scope: Scope, member: TeamMember, month: date, *, now: datetime) -> MonthSheet:
    unit = next(one for one in org.all_units(scope) if one.pk == member.unit_id)
    numbers = figures(scope, unit, [member], month, now=now)[member.person_id]
    editions = MonthlyForecast.objects.filter(person=member.person_id, month=month)
    rows = list(editions.select_related("talked_by", "supervisor", "exception_by").order_by("-edition"))
    row = rows[0] if rows else None
    in_force = next((one for one in rows if one.state == MonthState.PUBLISHED), None)
    before = MonthlyForecast.objects.filter(
        person=member.person_id, month=month_after(scope, month, -1), state=MonthState.PUBLISHED
    )
    return sheet_of(scope, member, unit, row, numbers, in_force=in_force, last=before.first())


def sheet_of(
    scope: Scope,
    member: TeamMember,
    unit: Unit,
    row: MonthlyForecast | None,
    numbers: Figures,
    *,
    in_force: MonthlyForecast | None,
    last: MonthlyForecast | None,
) -> MonthSheet:
    """Put a person's edition beside the figures of its month."""
    deals = row.deals if row else max(round(numbers.expected), numbers.signed_deals)
    tree, off = numbers.tree(deals), numbers.deviation(deals)
    habits = _habits(scope, unit, numbers.month)
    departure = judge(float(deals), numbers.expected, habits.get(str(member.person_id), []), habits)
    refusal = why_not_sign(signing_facts(scope, row, tree, off)) if row else Refusal.NOT_TALKED
    return MonthSheet(member, unit, numbers.month, row, in_force, numbers, last, deals, tree, off, departure, refusal)


def signing_facts(scope: Scope, row: MonthlyForecast, tree: Tree, off: Deviation) -> SigningFacts:  # noqa: ARG001 -- the row was read in the scope already
    """Return what a signature asks of an edition."""
    return SigningFacts(
        state=MonthState(row.state),
        is_possible=tree.is_possible,
        has_support=row.support != Support.NONE and bool(row.support_note.strip()),
        has_exception=bool(row.exception_reason.strip()),
        deviates=off.is_large,
        explains=bool(row.deviation_explained.strip()),
        plans_improvement=bool(row.improvement_plan.strip()),
        texts=tuple(getattr(row, name) for name in TEXTS),
    )


def _habits(scope: Scope, unit: Unit, month: date) -> dict[str, list[float]]:
    """What the group's earlier commitments were against what the engine expected, as log ratios."""
    rows = MonthlyForecast.objects.filter(
        unit=unit.pk,
        month__lt=month,
        month__gte=month_after(scope, month, -12),
        published_at__isnull=False,
        expected_deals__isnull=False,
        edition=1,
    )
    found: dict[str, list[float]] = {}
    for person_id, deals, expected in rows.order_by("month").values_list("person_id", "deals", "expected_deals"):
        assert expected is not None  # the filter asks for it
        found.setdefault(str(person_id), []).append(log_ratio(float(deals), expected))
    return found


def signed_content(scope: Scope, row: MonthlyForecast) -> dict[str, Any]:  # noqa: ARG001 -- the row was read in the scope already
    """Return what a signature covers, as plain JSON values."""
    return {
        "person": str(row.person_id),
        "unit": str(row.unit_id),
        "month": row.month.isoformat(),
        "edition": row.edition,
        "deals": row.deals,
        "amount_minor": row.amount_minor,
        "support": row.support,
        "expected": [row.expected_deals, row.expected_low, row.expected_high],
        "tree": row.tree,
        **{name: getattr(row, name) for name in TEXTS},
    }


def frozen_beside(scope: Scope, row: MonthlyForecast, numbers: Figures) -> str:
    """Write into an edition what stands beside its number now (unsaved); returns the hash of what would be signed."""
    row.expected_deals, row.expected_low, row.expected_high = numbers.expected, numbers.low, numbers.high
    row.expected_why = [reason.value for reason in numbers.prediction.reasons]
    row.tree = tree_values(numbers.tree(row.deals))
    return content_hash(signed_content(scope, row))


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line of the regional form: a person's month beside what was and what is expected."""

    member: TeamMember
    row: MonthlyForecast | None
    figures: Figures
    tree: Tree | None
    deviation: Deviation | None
    last_said: int | None

    @property
    def last_came(self) -> int | None:
        return self.figures.before_deals


@dataclass(frozen=True, slots=True)
class MonthForm:
    """The monthly form of a group, line by line."""

    unit: Unit
    units: list[Unit]
    month: date
    previous: date
    following: date
    lines: list[FormLine]

    @property
    def said(self) -> int:
        return sum(line.row.deals for line in self.lines if line.row)

    @property
    def said_minor(self) -> int:
        return sum(line.row.amount_minor for line in self.lines if line.row)

    @property
    def expected(self) -> float:
        return round(sum(line.figures.expected for line in self.lines), 1)

    @property
    def published(self) -> int:
        return sum(line.row is not None and line.row.state == MonthState.PUBLISHED for line in self.lines)


def month_form(scope: Scope, *, unit_id: UUID | None = None, month: date | None = None, now: datetime) -> MonthForm:
    """Return the form of a group in reach for a month; the number of queries does not depend on its people."""
    scope.require(Ability.VIEW_REPORTS)
    units = people.groups_in_reach(scope, Ability.VIEW_REPORTS)
    unit = next((one for one in units if unit_id in (None, one.pk)), None)
    if unit is None:
        raise NotFound
    asked = month_asked(scope, month, now=now)
    members = people.reps_of(scope, unit.pk, Ability.VIEW_FORECASTS, on=business_day(now, scope.zone))
    numbers = figures(scope, unit, members, asked, now=now)
    rows = _newest(members, asked)
    promised = MonthlyForecast.objects.filter(
        person__in=[one.person_id for one in members],
        month=month_after(scope, asked, -1),
        state=MonthState.PUBLISHED,
    )
    before = dict(promised.values_list("person_id", "deals"))
    lines = [_line(one, rows.get(one.person_id), numbers[one.person_id], before.get(one.person_id)) for one in members]
    return MonthForm(unit, units, asked, month_after(scope, asked, -1), month_after(scope, asked), lines)


def _newest(members: Sequence[TeamMember], month: date) -> dict[UUID, MonthlyForecast]:
    rows = MonthlyForecast.objects.filter(person__in=[one.person_id for one in members], month=month)
    return {row.person_id: row for row in rows.order_by("edition")}


def _line(member: TeamMember, row: MonthlyForecast | None, numbers: Figures, said: int | None) -> FormLine:
    if row is None:
        return FormLine(member, None, numbers, None, None, said)
    return FormLine(member, row, numbers, numbers.tree(row.deals), numbers.deviation(row.deals), said)


def commitment_in_reach(scope: Scope, commitment_id: UUID) -> MonthlyForecast:
    """Return a commitment: published ones within the reach of the team, others for the person and who leads; raises `NotFound`."""
    scope.require(Ability.VIEW_COMMITMENTS)
    shown = MonthlyForecast.objects.select_related("person", "unit", "supervisor", "talked_by", "exception_by")
    row = (
        shown.within(scope, Ability.VIEW_COMMITMENTS)
        .filter(Q(published_at__isnull=False) | Q(person=scope.person_id) | Q(pk__in=_led(scope)), pk=commitment_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def shows_talk(scope: Scope, row: MonthlyForecast) -> bool:
    """Whether the asker may read what was talked about: the person, and who leads; the team sees the number alone."""
    return row.person_id == scope.person_id or scope.covers(Ability.VIEW_REPORTS, owner_id=None, unit_id=row.unit_id)


def commitment_to_sign(scope: Scope, commitment_id: UUID, ability: Ability) -> MonthlyForecast:
    """Return a commitment within reach of the ability to sign it; raises `NotFound`."""
    rows = MonthlyForecast.objects.within(scope, ability).filter(pk=commitment_id)
    row = rows.select_related("person", "unit", "supervisor", "talked_by", "exception_by").first()
    if row is None:
        raise NotFound
    return row


def talked_with(scope: Scope, person_id: UUID, *, now: datetime) -> None:
    """Raise `NotFound` unless the person is one whose month the asker talks through."""
    member_in_reach(scope, person_id, business_day(now, scope.zone), ability=Ability.REVIEW_FORECASTS)


def _led(scope: Scope) -> Any:
    if not scope.can(Ability.VIEW_REPORTS):
        return []
    return MonthlyForecast.objects.within(scope, Ability.VIEW_REPORTS).order_by().values("pk")


def team_commitments(scope: Scope, month: date) -> list[MonthlyForecast]:
    """Return the published commitments of a month within the reach of the team, by unit and name."""
    scope.require(Ability.VIEW_COMMITMENTS)
    rows = MonthlyForecast.objects.within(scope, Ability.VIEW_COMMITMENTS).filter(
        month=month, state=MonthState.PUBLISHED
    )
    return list(rows.select_related("person", "unit").order_by("unit__path", "person__name_initials")[:400])
