"""Making two companies one, and taking it back: every module moves its own rows, all in one transaction."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.actions._merged import write_back, write_merged
from tiejun.customers.events import CompaniesMerged, MergeUndone
from tiejun.customers.locks import lock_companies, lock_pair
from tiejun.customers.models import Company, CompanyMerge, DuplicateProposal, LifecycleChange, MergeMove
from tiejun.customers.queries.merging import merge_in_reach, pair_in_reach
from tiejun.customers.rules import Refusal
from tiejun.customers.rules.merging import KINDS_OF_COMPANY, MergeFacts, Pair, in_order, links, why_not_undo
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.moves import Moved, change, change_back
from tiejun.foundation.refusals import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

Status = DuplicateProposal.Status


@action(Ability.MERGE_CUSTOMERS)
def merge_companies(
    scope: Scope, *, survivor_id: UUID, absorbed_id: UUID, chosen: Mapping[str, str], note: str, now: datetime
) -> CompanyMerge:
    """Make `absorbed_id` a name of `survivor_id`: leads, contacts, plans and open deals follow, history stays readable with both.

    `chosen`: whose value is taken, by choice (`rules.merging.CHOICES`). Raises `NotFound` for a company out of reach, `Refused`:
    SAME_COMPANY, ALREADY_MERGED when somebody was faster, COMPANY_EXISTS, or what a module's link refuses.
    """
    if survivor_id == absorbed_id:
        raise Refused(Refusal.SAME_COMPANY)
    pair_in_reach(scope, survivor_id, absorbed_id)
    lock_pair([survivor_id, absorbed_id])
    pair = Pair(survivor_id, absorbed_id)
    for link in links():
        link.lock(scope, pair)
    rows = {row.pk: row for row in lock_companies([survivor_id, absorbed_id])}
    # Somebody may have claimed one of them while this merge waited.
    pair_in_reach(scope, survivor_id, absorbed_id)
    survivor, absorbed = rows[survivor_id], rows[absorbed_id]
    if survivor.merged_into_id or absorbed.merged_into_id:
        raise Refused(Refusal.ALREADY_MERGED)
    moves = [move for link in links() for move in link.move(scope, pair, now)]
    moves += change(KINDS_OF_COMPANY[1], Company.objects.filter(merged_into=absorbed), merged_into_id=survivor_id)
    for row in rows.values():
        row.refresh_from_db(fields=["owner", "unit", "closing_class"])
    moves += write_merged(scope, survivor, absorbed, chosen, now)
    merge = _kept(scope, pair, moves, note, now)
    _note_stage(scope, survivor, now)
    _settle_proposals(scope, pair, now)
    audit.record(
        scope,
        "customers.companies_merged",
        merge,
        reason=note,
        survivor=survivor_id,
        absorbed=absorbed_id,
        moves=len(moves),
    )
    announce(CompaniesMerged(survivor_id, absorbed_id, scope.person_id, now))
    return merge


@action(Ability.MERGE_CUSTOMERS)
def undo_merge(scope: Scope, *, merge_id: UUID, now: datetime) -> CompanyMerge:
    """Take a merge back: each row that is still as the merge left it returns, what changed since stays and is named in the moves.

    Raises `NotFound`, `Refused`: ALREADY_UNDONE, UNDO_TOO_LATE, LATER_MERGE while the survivor is itself merged into another.
    """
    merge = merge_in_reach(scope, merge_id)
    pair = Pair(merge.survivor_id, merge.absorbed_id)
    lock_pair([pair.survivor_id, pair.absorbed_id])
    for link in links():
        link.lock(scope, pair)
    rows = {row.pk: row for row in lock_companies([pair.survivor_id, pair.absorbed_id])}
    merge.refresh_from_db()
    survivor = rows[pair.survivor_id]
    facts = MergeFacts(merge.undone_at is not None, survivor.merged_into_id is not None, merge.undo_until)
    refusal = why_not_undo(facts, now)
    if refusal:
        raise Refused(refusal)
    changed = _put_back(scope, merge, pair, now)
    merge.undone_at, merge.undone_by_id = now, scope.person_id
    merge.save(update_fields=["undone_at", "undone_by"])
    if rows[pair.survivor_id].lifecycle != Company.objects.get(pk=pair.survivor_id).lifecycle:
        _note_stage(scope, survivor, now)
    first, second = in_order(pair.survivor_id, pair.absorbed_id)
    DuplicateProposal.objects.filter(first=first, second=second).update(
        status=Status.APART, decided_by=scope.person_id, decided_at=now
    )
    audit.record(scope, "customers.merge_undone", merge, changed_since=changed)
    announce(MergeUndone(pair.survivor_id, pair.absorbed_id, now))
    return merge


def _put_back(scope: Scope, merge: CompanyMerge, pair: Pair, now: datetime) -> int:
    kept = list(MergeMove.objects.filter(merge=merge).order_by("-position"))
    own = [row for row in kept if row.kind == KINDS_OF_COMPANY[0]]
    outcomes = dict(zip([row.pk for row in own], write_back([_moved(row) for row in own]), strict=True))
    by_kind = {kind: link for link in links() for kind in link.kinds}
    for kind, group in groupby(kept, key=attrgetter("kind")):
        rows = list(group)
        moves = [_moved(row) for row in rows]
        if kind in by_kind:
            back = by_kind[kind].move_back(scope, pair, moves, now)
        elif kind == KINDS_OF_COMPANY[1]:
            back = change_back(Company, moves)
        else:
            continue
        outcomes |= zip([row.pk for row in rows], back, strict=True)
    for link in links():
        link.settle(scope, pair, now)
    returned = [pk for pk, is_back in outcomes.items() if is_back]
    MergeMove.objects.filter(merge=merge).update(outcome=MergeMove.Outcome.CHANGED_SINCE)
    MergeMove.objects.filter(pk__in=returned).update(outcome=MergeMove.Outcome.BACK)
    return len(kept) - len(returned)


def _moved(row: MergeMove) -> Moved:
    return Moved(row.kind, row.row_id, row.was, row.became)


def _kept(scope: Scope, pair: Pair, moves: list[Moved], note: str, now: datetime) -> CompanyMerge:
    days = policies.book(now).integer("customer.merge_undo_days", scope.unit_chain)
    merge = CompanyMerge.objects.create(
        survivor_id=pair.survivor_id,
        absorbed_id=pair.absorbed_id,
        note=note.strip()[:300],
        merged_by_id=scope.person_id,
        merged_at=now,
        undo_until=now + timedelta(days=days),
    )
    MergeMove.objects.bulk_create(
        MergeMove(merge=merge, position=n, kind=row.kind, row_id=row.row_id, was=row.was, became=row.became)
        for n, row in enumerate(moves)
    )
    return merge


def _note_stage(scope: Scope, survivor: Company, now: datetime) -> None:
    """Write the stage into the ledger where the merge, or its undoing, changed it."""
    stage = Company.objects.values_list("lifecycle", flat=True).get(pk=survivor.pk)
    if stage != survivor.lifecycle:
        LifecycleChange.objects.create(
            company=survivor,
            stage_from=survivor.lifecycle,
            stage_to=stage,
            reason="MERGED",
            changed_by_id=scope.person_id,
            changed_at=now,
        )


def _settle_proposals(scope: Scope, pair: Pair, now: datetime) -> None:
    first, second = in_order(pair.survivor_id, pair.absorbed_id)
    rows = DuplicateProposal.objects.filter(first=first, second=second)
    rows.update(status=Status.MERGED, decided_by=scope.person_id, decided_at=now)
    # The survivor has changed: the coming night says anew what it may be one with.
    both = [pair.survivor_id, pair.absorbed_id]
    DuplicateProposal.objects.filter(Q(first__in=both) | Q(second__in=both), status=Status.OPEN).update(
        status=Status.GONE, decided_at=now
    )


@action(Ability.MERGE_CUSTOMERS)
def tell_apart(scope: Scope, *, proposal_id: UUID, now: datetime) -> DuplicateProposal:
    """Remember that two companies are two: the pair is not proposed again. Raises `NotFound` and `Refused` (PROPOSAL_DECIDED)."""
    proposal = DuplicateProposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    pair_in_reach(scope, proposal.first_id, proposal.second_id)
    taken = DuplicateProposal.objects.filter(pk=proposal_id, status=Status.OPEN).update(
        status=Status.APART, decided_by=scope.person_id, decided_at=now
    )
    if not taken:
        raise Refused(Refusal.PROPOSAL_DECIDED)
    proposal.refresh_from_db()
    audit.record(scope, "customers.told_apart", proposal, first=proposal.first_id, second=proposal.second_id)
    return proposal


@action(Ability.MERGE_CUSTOMERS)
def copy_holder(scope: Scope, *, company_id: UUID, person_id: UUID | None, unit_id: UUID | None, now: datetime) -> UUID:
    """Copy who holds the lead of a company to it while a merge runs; called by `leads` alone, under the merge's locks."""
    Company.objects.filter(pk=company_id).update(owner=person_id, unit=unit_id, changed_at=now)
    audit.record(scope, "customers.holder_set", companies=1, person=person_id)
    return company_id
