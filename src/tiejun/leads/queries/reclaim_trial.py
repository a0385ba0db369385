"""What another deadline would take back tonight: computed on the running holdings, written nowhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Q, Value, When
from django.db.models.functions import TruncDate

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.foundation.times import at_local, local_date
from tiejun.foundation.worktime import due_after
from tiejun.leads.models import LeadTenure
from tiejun.leads.models.tenures import holdings_due
from tiejun.leads.queries.reclaiming import work_time
from tiejun.leads.queries.tonight import next_run_at
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Working days from the start of a holding: until a follow-up and until a deal is expected."""

    no_follow_up_days: int
    no_deal_days: int


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One person: how many leads would go tonight as things are, and under the tried deadlines."""

    person_id: UUID
    name: str
    unit_name: str
    as_is: int
    tried: int

    @property
    def more(self) -> int:
        """Return how many more would go; negative for fewer."""
        return self.tried - self.as_is


@dataclass(frozen=True, slots=True)
class Trial:
    """The answer: sums over everybody, and the persons who would lose most."""

    at: datetime
    wish: Deadlines
    in_force: Deadlines
    as_is: int
    tried: int
    persons: int
    lines: list[TrialLine]


def deadlines_in_force(scope: Scope, now: datetime) -> Deadlines:
    """Return the company's deadlines as the policy has them."""
    book = policies.book(now)
    return Deadlines(
        book.integer("lead.no_follow_up_days", scope.unit_chain), book.integer("lead.no_deal_days", scope.unit_chain)
    )


def trial(scope: Scope, wish: Deadlines, now: datetime) -> Trial:
    """Tell what would be taken back tonight if the running private holdings had begun under other deadlines.

    A holding that was followed up keeps the deadline its follow-ups earned. Leave of the holders does not count. Reminders are
    left out: a changed policy touches new holdings alone, this shows its weight on those of today.
    """
    scope.require(Ability.TRY_RECLAIM)
    at = next_run_at(scope, now)
    as_is: Counter[tuple[UUID, UUID]] = Counter()
    tried: Counter[tuple[UUID, UUID]] = Counter()
    for unit_id, rows in _held(scope, at).items():
        runs_out = _clock(scope, unit_id, rows, policies.book(now), now)
        for row in rows:
            who = (row["person"], unit_id)
            as_is[who] += row["number"] if row["goes"] else 0
            keeps = row["is_followed"] and not row["goes"]
            is_out = runs_out(row["person"], row["day"], wish.no_deal_days) <= at
            if not keeps and not is_out:
                is_out = row["is_followed"] or runs_out(row["person"], row["day"], wish.no_follow_up_days) <= at
            tried[who] += row["number"] if is_out else 0
    return Trial(
        at=at,
        wish=wish,
        in_force=deadlines_in_force(scope, now),
        as_is=as_is.total(),
        tried=tried.total(),
        persons=len({person_id for (person_id, _unit), number in tried.items() if number}),
        lines=_lines(scope, as_is, tried),
    )


def _held(scope: Scope, at: datetime) -> dict[UUID, list[dict[str, Any]]]:
    """Private holdings by unit, person, day of their start, whether they were followed up and are due tonight: counts, few rows."""
    rows = LeadTenure.objects.within(scope, Ability.TRY_RECLAIM).filter(
        ended_at=None, kind=LeadTenure.Kind.PRIVATE, due_at__isnull=False
    )
    marked = rows.order_by().annotate(
        day=TruncDate("started_at", tzinfo=ZoneInfo(scope.zone)),
        is_followed=Case(When(last_qualifying_at__isnull=False, then=Value(True)), default=Value(False)),
        goes=Case(When(Q(holdings_due(at)), then=Value(True)), default=Value(False)),
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in marked.values("unit", "person", "day", "is_followed", "goes").annotate(number=Count("pk")):
        found[row["unit"]].append(dict(row))
    return found


def _clock(
    scope: Scope, unit_id: UUID, rows: Sequence[dict[str, Any]], book: PolicyBook, now: datetime
) -> Callable[[UUID, date, int], datetime]:
    chain = org.unit_chain(scope, unit_id)
    since = min(row["day"] for row in rows)
    until = local_date(now, scope.zone)
    time = work_time(scope, chain, {row["person"] for row in rows}, book=book, since=since, until=until)

    @cache
    def runs_out(person_id: UUID | None, day: date, days: int) -> datetime:
        calendar = time.of(person_id) if person_id else time.calendar
        return due_after(at_local(day, "12:00", scope.zone), days, time.hours, calendar)

    # Who had no leave shares one calendar, and so one answer a day.
    return lambda person_id, day, days: runs_out(person_id if person_id in time.away else None, day, days)


def _lines(scope: Scope, as_is: Counter[tuple[UUID, UUID]], tried: Counter[tuple[UUID, UUID]]) -> list[TrialLine]:
    touched = sorted(
        (who for who in tried if tried[who] or as_is[who]),
        key=lambda who: (-tried[who], -as_is[who], who),
    )[:SHOWN]
    names = org.names_of(scope, [person_id for person_id, _unit in touched])
    units = {unit.pk: unit.name for unit in org.all_units(scope)}
    return [
        TrialLine(
            person_id,
            names.get(person_id, ""),
            units.get(unit_id, ""),
            as_is[person_id, unit_id],
            tried[person_id, unit_id],
        )
        for person_id, unit_id in touched
    ]
