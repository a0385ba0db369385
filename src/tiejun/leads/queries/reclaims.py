"""What the reclaim runs did, within reach of the asker; and whom to tell of a run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from tiejun.access.abilities import Ability
from tiejun.access.reach import reach_condition
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.leads import texts
from tiejun.leads.models import ReclaimItem, ReclaimRun
from tiejun.leads.rules.reclaiming import Cause, Outcome, WhyLeft
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope

SHOWN_DAYS = 30
SHOWN_RUNS = 60
NAMED = 5


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list: what it did within reach of the asker."""

    id: UUID
    unit_name: str
    business_day: date
    finished_at: datetime | None
    broke_off_at: datetime | None
    handed_over: int
    pooled: int
    rested: int
    left: int

    @property
    def taken(self) -> int:
        """Return how many holdings it ended."""
        return self.handed_over + self.pooled + self.rested


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What a run did with one holding. Names of colleagues are empty for who may not know them; `is_mine`: it came to the asker."""

    lead_id: UUID
    company_name: str
    holder: str
    receiver: str
    is_mine: bool
    may_open: bool
    outcome: str
    cause: str
    why_left: str
    reasons: tuple[tuple[str, int], ...]

    @property
    def outcome_words(self) -> str:
        """Return what became of the lead, in the reader's language."""
        return str(texts.RECLAIM_OUTCOMES[Outcome(self.outcome)])

    @property
    def cause_words(self) -> str:
        """Return why the holding was due, in the reader's language."""
        return str(texts.RECLAIM_CAUSES[Cause(self.cause)])

    @property
    def why_left_words(self) -> str:
        """Return why it was left, empty when it was taken."""
        return str(texts.WHY_LEFT[WhyLeft(self.why_left)]) if self.why_left else ""

    @property
    def reason_words(self) -> list[str]:
        """Return why the receiver, in the reader's language."""
        return texts.why_next(self.reasons)


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with a page of its items within reach."""

    run: RunLine
    lines: list[ItemLine]
    next: str | None
    previous: str | None


def runs(scope: Scope, now: datetime) -> list[RunLine]:
    """Return the runs of the last 30 days that touched anything within reach of VIEW_LEADS, the latest first."""
    scope.require(Ability.VIEW_LEADS)
    rows = ReclaimRun.objects.filter(due_at__gte=now - timedelta(days=SHOWN_DAYS))
    found = list(rows.filter(pk__in=_items(scope).values("run")).order_by("-due_at", "-id")[:SHOWN_RUNS])
    return _run_lines(scope, found)


def run_page(scope: Scope, run_id: UUID, cursor: str | None = None, size: int = 60) -> RunPage:
    """Return a run with its items within reach of VIEW_LEADS; raises `NotFound` when it touched nothing within reach."""
    scope.require(Ability.VIEW_LEADS)
    run = ReclaimRun.objects.filter(pk=run_id).first()
    items = _items(scope).filter(run=run_id)
    if run is None or not items.exists():
        raise NotFound
    related = items.select_related("lead__company").defer("lead__company__search_grams")
    page = keyset.page(related, order=["outcome", "id"], cursor=cursor, size=size)
    [line] = _run_lines(scope, [run])
    return RunPage(line, _item_lines(scope, page.rows), page.next_cursor, page.previous_cursor)


def _items(scope: Scope) -> QuerySet[ReclaimItem]:
    """What was taken from who is within reach, and what came to the asker."""
    condition = reach_condition(scope, Ability.VIEW_LEADS, ReclaimItem.reach)
    if condition is None:
        return ReclaimItem.objects.all()
    return ReclaimItem.objects.filter(condition | Q(to_person=scope.person_id, to_person__isnull=False))


def _run_lines(scope: Scope, found: Sequence[ReclaimRun]) -> list[RunLine]:
    counted = _items(scope).filter(run__in=found).order_by().values("run", "outcome").annotate(number=Count("pk"))
    counts = {(row["run"], row["outcome"]): row["number"] for row in counted}
    units = {unit.pk: unit.name for unit in org.all_units(scope)}
    return [
        RunLine(
            run.pk,
            units.get(run.unit_id, ""),
            run.business_day,
            run.finished_at,
            run.broke_off_at,
            *(counts.get((run.pk, outcome.value), 0) for outcome in Outcome),
        )
        for run in found
    ]


def _item_lines(scope: Scope, rows: Sequence[ReclaimItem]) -> list[ItemLine]:
    names = org.names_of(scope, [person for row in rows for person in (row.person_id, row.to_person_id)])
    may_know = scope.can(Ability.TRANSFER_LEAD) or scope.can(Ability.TRY_RECLAIM)
    return [
        ItemLine(
            lead_id=row.lead_id,
            company_name=row.lead.company.name,
            holder=names.get(row.person_id, "") if may_know or row.person_id == scope.person_id else "",
            receiver=names.get(row.to_person_id, "") if row.to_person_id and may_know else "",
            is_mine=row.to_person_id is not None and row.to_person_id == scope.person_id,
            may_open=scope.covers(Ability.VIEW_LEADS, owner_id=row.lead.owner_id, unit_id=row.lead.unit_id),
            outcome=row.outcome,
            cause=row.cause,
            why_left=row.why_left,
            reasons=tuple((code, number) for code, number in row.reasons),
        )
        for row in rows
    ]


def takings_of(scope: Scope, run_id: UUID) -> dict[str, dict[UUID, dict[str, Any]]]:
    """Return whom to tell of a run: notice code → person → how many and which companies."""
    scope.require(Ability.RECLAIM_LEADS)
    items = ReclaimItem.objects.filter(run=run_id).exclude(outcome=ReclaimItem.Outcome.LEFT)
    told: dict[str, dict[UUID, list[str]]] = defaultdict(lambda: defaultdict(list))
    columns = ("person", "to_person", "lead__company__name")
    for person_id, receiver_id, name in items.order_by("pk").values_list(*columns):
        told["leads.reclaimed_from_you"][person_id].append(name)
        if receiver_id is not None:
            told["leads.reclaimed_to_you"][receiver_id].append(name)
    return {code: {person_id: _named(names) for person_id, names in persons.items()} for code, persons in told.items()}


def _named(names: Sequence[str]) -> dict[str, Any]:
    rest = " …" if len(names) > NAMED else ""
    return {"count": len(names), "companies": " · ".join(names[:NAMED]) + rest}


def taken_by_run(scope: Scope, run_id: UUID) -> dict[UUID, set[UUID]]:  # noqa: ARG001 -- asked by jobs: what follows from a run
    """Return who lost the companies of which leads in a run, in one query."""
    taken = ReclaimItem.objects.filter(run=run_id).exclude(outcome=Outcome.LEFT)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for person_id, company_id in taken.values_list("person_id", "lead__company_id"):
        found[person_id].add(company_id)
    return dict(found)
