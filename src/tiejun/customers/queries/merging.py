"""Pairs of companies: what is proposed as one, how two stand side by side, and what was merged lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.access.reach import reach_condition
from tiejun.customers.models import Company, CompanyMerge, Contact, DuplicateProposal, MergeMove
from tiejun.customers.rules import district_name
from tiejun.customers.rules.merging import CHOICES, MergeFacts, Pair, Side, side_of, why_not_undo
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.customers.rules import Refusal
    from tiejun.customers.rules.merging import Link

SHOWN_MERGES = 60


def _either_in_reach(scope: Scope, one: str, other: str) -> Q:
    """A pair is within reach when one of the two is, and nobody out of reach holds the other."""
    condition = reach_condition(scope, Ability.MERGE_CUSTOMERS, Company.reach)
    if condition is None:
        return Q(pk__isnull=False)
    within = Company.objects.filter(condition).values("pk")
    free = Q(**{f"{one}__owner": None, f"{one}__unit": None}), Q(**{f"{other}__owner": None, f"{other}__unit": None})
    inside = Q(**{f"{one}__in": within}), Q(**{f"{other}__in": within})
    return inside[0] & (inside[1] | free[1]) | inside[1] & free[0]


def pair_in_reach(scope: Scope, one_id: UUID, other_id: UUID) -> tuple[Company, Company]:
    """Return two companies that the asker may merge or tell apart; raises `NotFound`.

    One of them lies within reach of MERGE_CUSTOMERS, the other too, or nobody holds it.
    """
    rows = {row.pk: row for row in Company.objects.filter(pk__in=[one_id, other_id]).select_related("building")}
    if set(rows) != {one_id, other_id}:
        raise NotFound
    covered = [
        scope.covers(Ability.MERGE_CUSTOMERS, owner_id=row.owner_id, unit_id=row.unit_id) for row in rows.values()
    ]
    free = [row.owner_id is None and row.unit_id is None for row in rows.values()]
    if not any(covered) or not all(a or b for a, b in zip(covered, free, strict=True)):
        raise NotFound
    return rows[one_id], rows[other_id]


def merge_in_reach(scope: Scope, merge_id: UUID) -> CompanyMerge:
    """Return a merge whose survivor the asker may merge, or that is the asker's own; raises `NotFound`."""
    row = _merges(scope).filter(pk=merge_id).select_related("survivor", "absorbed").first()
    if row is None:
        raise NotFound
    return row


def _merges(scope: Scope) -> QuerySet[CompanyMerge]:
    condition = reach_condition(scope, Ability.MERGE_CUSTOMERS, Company.reach)
    if condition is None:
        return CompanyMerge.objects.all()
    if not scope.can(Ability.MERGE_CUSTOMERS):
        return CompanyMerge.objects.none()
    within = Company.objects.filter(condition)
    return CompanyMerge.objects.filter(Q(survivor__in=within.values("pk")) | Q(merged_by=scope.person_id))


# -- proposals ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CompanyFace:
    """What the desk shows of a company."""

    company: Company
    district: str
    holder: str
    phones: list[str]


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """Two companies that may be one."""

    proposal: DuplicateProposal
    first: CompanyFace
    second: CompanyFace


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """Open proposals, the surest first."""

    lines: list[ProposalLine]
    next: str | None
    previous: str | None


def proposals_page(
    scope: Scope, cursor: str | None = None, *, company_id: UUID | None = None, size: int = 20
) -> ProposalPage:
    """Return open proposals within reach of MERGE_CUSTOMERS (of one company: `company_id`), the surest first."""
    scope.require(Ability.MERGE_CUSTOMERS)
    rows = DuplicateProposal.objects.filter(
        _either_in_reach(scope, "first", "second"), status=DuplicateProposal.Status.OPEN
    )
    if company_id is not None:
        rows = rows.filter(Q(first=company_id) | Q(second=company_id))
    page = keyset.page(
        rows.select_related("first", "second").defer("first__search_grams", "second__search_grams"),
        order=("-confidence", "id"),
        cursor=cursor,
        size=size,
    )
    faces = _faces(scope, [company for row in page.rows for company in (row.first, row.second)])
    lines = [ProposalLine(row, faces[row.first_id], faces[row.second_id]) for row in page.rows]
    return ProposalPage(lines, page.next_cursor, page.previous_cursor)


def _faces(scope: Scope, companies: Iterable[Company]) -> dict[UUID, CompanyFace]:
    found = {company.pk: company for company in companies}
    names = org.names_of(scope, [company.owner_id for company in found.values()])
    phones: dict[UUID, list[str]] = {}
    rows = Contact.objects.filter(company__in=list(found), removed_at=None).exclude(phone_last4="").order_by("pk")
    for company_id, last4 in rows.values_list("company", "phone_last4"):
        phones.setdefault(company_id, []).append(last4)
    return {
        pk: CompanyFace(
            company,
            district_name(company.district_code),
            names.get(company.owner_id, "") if company.owner_id else "",
            phones.get(pk, [])[:3],
        )
        for pk, company in found.items()
    }


# -- side by side ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: both values as stored, which side is proposed, and whether they differ."""

    code: str
    survivor: Any
    absorbed: Any
    side: Side
    differs: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two companies before a merge; `follows`: how many rows of each kind would follow the survivor."""

    survivor: CompanyFace
    absorbed: CompanyFace
    choices: list[Choice]
    follows: dict[str, int]


def side_by_side(scope: Scope, survivor_id: UUID, absorbed_id: UUID, links: Iterable[Link]) -> SideBySide:
    """Return what a merge of two companies would choose and move; raises `NotFound`. `links`: `actions.relinking.links()`."""
    survivor, absorbed = pair_in_reach(scope, survivor_id, absorbed_id)
    faces = _faces(scope, [survivor, absorbed])
    choices = [
        Choice(
            code,
            getattr(survivor, code),
            getattr(absorbed, code),
            side_of(code, {}, survivor=getattr(survivor, code), absorbed=getattr(absorbed, code)),
            getattr(survivor, code) != getattr(absorbed, code),
        )
        for code in CHOICES
        if getattr(survivor, code) or getattr(absorbed, code)
    ]
    follows: dict[str, int] = {}
    for link in links:
        follows |= link.count(scope, Pair(survivor_id, absorbed_id))
    return SideBySide(faces[survivor_id], faces[absorbed_id], choices, follows)


# -- what was merged ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge with who did it; `stayed`: how many rows were changed since and did not go back, by kind."""

    merge: CompanyMerge
    by: str
    undone_by: str
    why_not_undo: Refusal | None
    moved: dict[str, int]
    stayed: dict[str, int]


def merges(scope: Scope, now: datetime) -> list[MergeLine]:
    """Return the latest merges within reach, the newest first."""
    scope.require(Ability.MERGE_CUSTOMERS)
    rows = list(_merges(scope).select_related("survivor", "absorbed").order_by("-merged_at", "-pk")[:SHOWN_MERGES])
    names = org.names_of(scope, [pk for row in rows for pk in (row.merged_by_id, row.undone_by_id)])
    moved: dict[UUID, dict[str, int]] = {}
    stayed: dict[UUID, dict[str, int]] = {}
    moves = MergeMove.objects.filter(merge__in=rows).order_by("position")
    for merge_id, kind, outcome in moves.values_list("merge", "kind", "outcome"):
        of = moved.setdefault(merge_id, {})
        of[kind] = of.get(kind, 0) + 1
        if outcome == MergeMove.Outcome.CHANGED_SINCE:
            left = stayed.setdefault(merge_id, {})
            left[kind] = left.get(kind, 0) + 1
    return [
        MergeLine(
            row,
            names.get(row.merged_by_id, "") if row.merged_by_id else "",
            names.get(row.undone_by_id, "") if row.undone_by_id else "",
            why_not_undo(
                MergeFacts(row.undone_at is not None, row.survivor.merged_into_id is not None, row.undo_until), now
            ),
            moved.get(row.pk, {}),
            stayed.get(row.pk, {}),
        )
        for row in rows
    ]
