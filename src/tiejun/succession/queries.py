"""Hand-overs as the desk, their page and programs show them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.leads.queries.next_holder import colleagues
from tiejun.org import queries as org
from tiejun.succession.models import Succession, SuccessionItem
from tiejun.succession.rules import UNSETTLED, Figures, Outcome, figures_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.leads.rules.next_holder import Colleague

PAGE_SIZE = 60
SHOWN = 50


@dataclass(frozen=True, slots=True)
class SuccessionLine:
    """A hand-over in the list of the desk."""

    row: Succession
    name: str
    unit_name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Taker:
    """A colleague who may take over: free places in the private pool, and what this hand-over would bring or brought."""

    person_id: UUID
    name: str
    unit_name: str
    room: int
    held: int
    cap: int
    is_chosen: bool
    customers: int
    leads: int
    opportunities: int
    amount_minor: int
    stops: int

    @property
    def is_over(self) -> bool:
        """Tell whether more leads are meant for this colleague than there is room for."""
        return self.leads > self.room


@dataclass(frozen=True, slots=True)
class SuccessionPage:
    """A hand-over with its sums; `undecided`: companies that nobody is to take over (they go to their pools)."""

    row: Succession
    name: str
    unit_name: str
    figures: Figures
    takers: list[Taker]
    customers: int
    leads: int
    opportunities: int
    amount_minor: int
    stops: int
    next_steps: int
    undecided: int


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of the companies of a hand-over; `names` of the persons they go to."""

    rows: list[SuccessionItem]
    names: dict[UUID, str]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The hand-overs within reach, open ones first, and whom one could be begun for."""

    waiting: list[SuccessionLine]
    ended: list[SuccessionLine]
    people: list[tuple[UUID, str]]


def succession_in_reach(scope: Scope, succession_id: UUID) -> Succession:
    """Return a hand-over within reach; raises `NotFound`."""
    scope.require(Ability.HAND_OVER)
    row = Succession.objects.within(scope, Ability.HAND_OVER).filter(pk=succession_id).first()
    if row is None:
        raise NotFound
    return row


def desk(scope: Scope, now: datetime) -> Desk:
    """Return the hand-overs within reach, and the representatives whose leads could be handed over."""
    scope.require(Ability.HAND_OVER)
    rows = Succession.objects.within(scope, Ability.HAND_OVER).order_by("-opened_at", "-pk")
    open_ones = list(rows.filter(state__in=["OPEN", "RUNNING"])[:SHOWN])
    lines = _lines(scope, [*open_ones, *rows.exclude(state__in=["OPEN", "RUNNING"])[:SHOWN]])
    busy = {row.person_id for row in open_ones}
    members = org.members_in_reach(scope, Ability.HAND_OVER, on=local_date(now, scope.zone))
    people = [(row.person_id, f"{row.name} · {row.unit_name}") for row in members if row.person_id not in busy]
    return Desk(lines[: len(open_ones)], lines[len(open_ones) :], people)


def succession_page(scope: Scope, succession_id: UUID, now: datetime) -> SuccessionPage:
    """Return a hand-over with what goes to whom; raises `NotFound`."""
    row = succession_in_reach(scope, succession_id)
    [line] = _lines(scope, [row])
    sums = _sums(row)
    takers = _takers(scope, row, sums, now)
    whole = {name: sum(int(part[name] or 0) for part in sums.values()) for name in _SUMS}
    undecided = sums[None]["waiting"]
    return SuccessionPage(row, line.name, line.unit_name, line.figures, takers, **whole, undecided=undecided)


def items_page(
    scope: Scope, succession_id: UUID, *, to: str = "", cursor: str | None = None, size: int = PAGE_SIZE
) -> ItemPage:
    """Return the companies of a hand-over, customers first; `to`: only those of one person (an id) or of nobody ("pool")."""
    row = succession_in_reach(scope, succession_id)
    rows = SuccessionItem.objects.filter(succession=row).select_related("company").defer("company__search_grams")
    if to == "pool":
        rows = rows.filter(to_person=None)
    elif to:
        rows = rows.filter(to_person=UUID(to))
    page = keyset.page(rows, order=["-is_customer", "id"], cursor=cursor, size=size)
    names = org.names_of(scope, [item.to_person_id for item in page.rows])
    return ItemPage(page.rows, names, page.next_cursor, page.previous_cursor)


def takers_for(scope: Scope, row: Succession, now: datetime) -> list[Colleague]:
    """Return who within reach may take over from a person, those of the same unit first."""
    found = colleagues(scope, now, excluding=[row.person_id])
    return sorted(found, key=lambda one: (one.unit_id != row.unit_id, one.person_id))


def due_successions(scope: Scope, now: datetime) -> list[UUID]:
    """Return the hand-overs of leavers that nobody finished in time."""
    scope.require(Ability.HAND_OVER)
    return list(
        Succession.objects.filter(state="OPEN", due_at__lte=now).order_by("due_at").values_list("pk", flat=True)
    )


def receipts_of(scope: Scope, succession_id: UUID) -> dict[UUID, int]:
    """Return how many companies each person was given by a hand-over."""
    scope.require(Ability.HAND_OVER)
    rows = SuccessionItem.objects.filter(succession=succession_id, outcome=Outcome.GIVEN.value).order_by()
    counted = rows.values("to_person").annotate(number=Count("pk")).values_list("to_person", "number")
    return dict(counted)


_SUMS = {
    "customers": Count("pk", filter=Q(is_customer=True)),
    "leads": Count("pk", filter=Q(is_customer=False)),
    "opportunities": Sum("opportunities"),
    "amount_minor": Sum("amount_minor"),
    "stops": Sum("stops"),
    "next_steps": Count("next_step_at"),
}


def _sums(row: Succession) -> dict[UUID | None, dict[str, Any]]:
    """The sums by receiver; None: nobody."""
    rows = SuccessionItem.objects.filter(succession=row).order_by().values("to_person")
    waiting = Count("pk", filter=Q(outcome__in=[outcome.value for outcome in UNSETTLED]))
    found: dict[UUID | None, dict[str, Any]] = defaultdict(lambda: dict.fromkeys([*_SUMS, "waiting"], 0))
    for part in rows.annotate(**_SUMS, waiting=waiting):
        found[part["to_person"]] = {**part}
    found[None]
    return found


def _takers(scope: Scope, row: Succession, sums: dict[UUID | None, dict[str, Any]], now: datetime) -> list[Taker]:
    found = {one.person_id: one for one in takers_for(scope, row, now)}
    names = org.names_of(scope, [*found, *(key for key in sums if key is not None)])
    units = {unit.pk: unit.name for unit in org.all_units(scope)}
    chosen = {UUID(key) for key in row.colleagues}
    return [
        Taker(
            person_id,
            names.get(person_id, ""),
            units.get(one.unit_id, "") if one else "",
            one.room if one else 0,
            one.held if one else 0,
            one.cap if one else 0,
            person_id in chosen,
            *(
                int(sums[person_id][name] or 0)
                for name in ("customers", "leads", "opportunities", "amount_minor", "stops")
            ),
        )
        for person_id in [*found, *(key for key in sums if key and key not in found)]
        for one in [found.get(person_id)]
    ]


def _lines(scope: Scope, rows: Sequence[Succession]) -> list[SuccessionLine]:
    counted: dict[UUID, Counter[str]] = defaultdict(Counter)
    items = SuccessionItem.objects.filter(succession__in=rows).order_by().values("succession", "outcome")
    for part in items.annotate(number=Count("pk")):
        counted[part["succession"]][part["outcome"]] = part["number"]
    names = org.names_of(scope, [row.person_id for row in rows])
    units = {unit.pk: unit.name for unit in org.all_units(scope)}
    return [
        SuccessionLine(row, names.get(row.person_id, ""), units.get(row.unit_id, ""), figures_of(counted[row.pk]))
        for row in rows
    ]
