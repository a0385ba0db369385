"""The reclaim run: opened once per unit and night, worked through in short batches, closed. Each step may be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db.models import F

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.actions import holders as companies
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.statements import check_keys
from tiejun.foundation.times import local_date
from tiejun.foundation.turns import take_turn
from tiejun.leads.actions._bulk import (
    Move,
    NewHolding,
    Noted,
    begin_many,
    cool_down_many,
    end_many,
    note_many,
    set_holder_many,
)
from tiejun.leads.events import LeadsReclaimed, ReclaimRunFinished
from tiejun.leads.locks import lock_due, lock_seats, still_due
from tiejun.leads.models import Lead, LeadTenure, ReclaimRun
from tiejun.leads.queries.next_holder import choices, held_by
from tiejun.leads.queries.reclaiming import fruitless_tenures, told_of
from tiejun.leads.rules.reclaiming import Outcome, Told, WhyLeft, cause_of, outcome_of, why_left
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.queries.reclaiming import RunTerms
    from tiejun.leads.rules.next_holder import Choice, Place
    from tiejun.leads.rules.reclaiming import DueHolding

STATUS = {
    Outcome.HANDED_OVER: Lead.Status.PRIVATE,
    Outcome.POOLED: Lead.Status.POOLED,
    Outcome.RESTED: Lead.Status.RESTING,
}
COUNTED = {
    Outcome.HANDED_OVER: "handed_over",
    Outcome.POOLED: "pooled",
    Outcome.RESTED: "rested",
    Outcome.LEFT: "left",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one due holding."""

    due: DueHolding
    outcome: Outcome
    why_left: WhyLeft | None = None
    choice: Choice | None = None


@action(Ability.RECLAIM_LEADS)
def open_run(scope: Scope, *, unit_id: UUID, business_day: date, due_at: datetime, now: datetime) -> ReclaimRun:
    """Open the run of a unit and business day, or return the one that was opened before: a night has one."""
    run, is_new = ReclaimRun.objects.get_or_create(
        unit_id=unit_id, business_day=business_day, defaults={"due_at": due_at, "started_at": now}
    )
    if run.broke_off_at is not None:
        run.broke_off_at = None
        run.save(update_fields=["broke_off_at"])
    audit.record(scope, "leads.reclaim_opened", run, unit=unit_id, business_day=business_day, is_new=is_new)
    return run


@action(Ability.RECLAIM_LEADS)
def take_back(
    scope: Scope,
    *,
    run: ReclaimRun,
    tenure_ids: Sequence[UUID],
    terms: RunTerms,
    now: datetime,
    is_last_try: bool = False,
) -> int:
    """Take back what is still due of these holdings, in a fixed number of statements; returns how many were dealt with.

    A holding whose lead somebody works on at this moment is passed over for a later try; with `is_last_try` it is left to
    its holder. What was followed up, given back or dealt with since it was read is no longer due.
    """
    # Batches of several units side by side would each take as many times as long, and who claims would wait for that.
    take_turn("leads.reclaim")
    lock_seats(terms.colleagues)
    due = lock_due(tenure_ids, run)
    decisions = _decided(scope, run, due, terms, now)
    if is_last_try:
        decisions += [Decision(row, Outcome.LEFT, WhyLeft.BUSY) for row in _passed_over(run, tenure_ids, due)]
    taken = [row for row in decisions if row.outcome is not Outcome.LEFT]
    _write(scope, taken, terms, now)
    note_many(run.pk, [_noted(row) for row in decisions], now)
    counts = {outcome: sum(row.outcome is outcome for row in decisions) for outcome in Outcome}
    ReclaimRun.objects.filter(pk=run.pk).update(**{COUNTED[key]: F(COUNTED[key]) + n for key, n in counts.items()})
    digest = sha256("".join(f"{row.due.tenure_id}:{row.outcome}" for row in decisions).encode()).hexdigest()
    audit.record(
        scope, "leads.reclaimed", run, taken=len(taken), left=counts[Outcome.LEFT], digest=digest, unit=run.unit_id
    )
    check_keys()
    if taken:
        announce(LeadsReclaimed(run.pk, run.unit_id, len(taken), counts[Outcome.HANDED_OVER], now))
    return len(decisions)


@action(Ability.RECLAIM_LEADS)
def close_run(scope: Scope, *, run_id: UUID, now: datetime) -> ReclaimRun:
    """Close a run; the holders and receivers are told once, however often it is closed. Raises `NotFound`."""
    run = ReclaimRun.objects.select_for_update(no_key=True).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    if run.finished_at is None:
        run.finished_at = max(now, run.started_at)
        run.save(update_fields=["finished_at"])
        announce(ReclaimRunFinished(run.pk, run.unit_id, now))
    audit.record(scope, "leads.reclaim_closed", run, taken=run.taken, left=run.left)
    return run


@action(Ability.RECLAIM_LEADS)
def break_off(scope: Scope, *, run_id: UUID, now: datetime) -> None:
    """Note that a run failed in the middle; what it took stays taken, and a repeat goes on with the rest."""
    run = ReclaimRun.objects.select_for_update(no_key=True).get(pk=run_id)
    run.broke_off_at = max(now, run.started_at)
    run.save(update_fields=["broke_off_at"])
    audit.record(scope, "leads.reclaim_broke_off", run, taken=run.taken)


def _decided(
    scope: Scope, run: ReclaimRun, due: Sequence[DueHolding], terms: RunTerms, now: datetime
) -> list[Decision]:
    told = told_of(scope, [row.tenure_id for row in due], at=run.due_at)
    fruitless = fruitless_tenures(scope, [row.lead_id for row in due])
    # Of each holding: why it is left, and how often its lead was held in vain, this time included.
    facts = [
        (row, _why_left(row, told.get(row.tenure_id, Told()), terms), fruitless.get(row.lead_id, 0) + 1) for row in due
    ]
    most = terms.most_tenures
    wanted = [
        row.place
        for row, why, tried in facts
        if not why and outcome_of(row.kind, tried, most, has_receiver=True) is Outcome.HANDED_OVER
    ]
    chosen = _chosen(scope, wanted, terms, now)
    decisions = []
    for row, why, tried in facts:
        choice = chosen.get(row.lead_id)
        outcome = Outcome.LEFT if why else outcome_of(row.kind, tried, most, has_receiver=choice is not None)
        decisions.append(Decision(row, outcome, why, choice))
    return decisions


def _why_left(row: DueHolding, told: Told, terms: RunTerms) -> WhyLeft | None:
    told_by = terms.told_by.get(row.person_id, terms.default_told_by)
    return why_left(row.kind, told, is_frozen=bool(row.frozen_reason), told_by=told_by)


def _chosen(scope: Scope, places: Sequence[Place], terms: RunTerms, now: datetime) -> dict[UUID, Choice]:
    if not places:
        return {}
    # What they hold is counted again now that their seats are locked.
    held = held_by(scope, terms.colleagues)
    for person_id, colleague in terms.colleagues.items():
        colleague.held = held[person_id]
    # Who left since the terms were read gets nothing: what a leaver holds is pooled once, after the same lock.
    present = org.at_work(scope, terms.colleagues, on=local_date(now, scope.zone))
    among = [row for person_id, row in terms.colleagues.items() if person_id in present]
    return choices(scope, places, among, now, terms.weights)


def _passed_over(run: ReclaimRun, tenure_ids: Sequence[UUID], seen: Sequence[DueHolding]) -> list[DueHolding]:
    known = {row.tenure_id for row in seen}
    rest = [tenure_id for tenure_id in tenure_ids if tenure_id not in known]
    return still_due(rest, run) if rest else []


def _write(scope: Scope, taken: Sequence[Decision], terms: RunTerms, now: datetime) -> None:
    if not taken:
        return
    ended = end_many([row.due.tenure_id for row in taken], LeadTenure.End.RECLAIMED, now)
    moves = [_move(row, terms) for row in taken]
    moved = set_holder_many(moves, now)
    # Both were locked and read as they are: anything else is a fault, and the batch is rolled back whole.
    assert len(ended) == len(moved) == len(taken)
    given = [_holding(move, terms) for move in moves if move.person_id]
    begin_many(given, kind=LeadTenure.Kind.PRIVATE, start=LeadTenure.Start.HANDED_OVER, now=now)
    if terms.cooldown > timedelta():
        pairs = [(row.due.lead_id, row.due.person_id) for row in taken]
        cool_down_many(pairs, LeadTenure.End.RECLAIMED, now + terms.cooldown)
    holders = {row.due.company_id: (move.person_id, move.unit_id) for row, move in zip(taken, moves, strict=True)}
    companies.set_holders(scope, holders=holders, now=now)


def _holding(move: Move, terms: RunTerms) -> NewHolding:
    assert move.person_id
    assert move.unit_id
    agreed = terms.terms[move.person_id]
    return NewHolding(move.lead_id, move.person_id, move.unit_id, agreed.due_at, agreed.no_deal_due_at, agreed.facts)


def _move(row: Decision, terms: RunTerms) -> Move:
    due = row.due
    holder = terms.holders[row.choice.person_id] if row.outcome is Outcome.HANDED_OVER and row.choice else None
    return Move(
        due.lead_id,
        due.person_id,
        holder.person_id if holder else None,
        holder.unit_id if holder else None,
        STATUS[row.outcome],
    )


def _noted(row: Decision) -> Noted:
    due, choice = row.due, row.choice
    return Noted(
        tenure_id=due.tenure_id,
        lead_id=due.lead_id,
        person_id=due.person_id,
        unit_id=due.unit_id,
        to_person_id=choice.person_id if row.outcome is Outcome.HANDED_OVER and choice else None,
        outcome=row.outcome,
        cause=cause_of(due.kind, due.due_at, due.no_deal_due_at),
        why_left=row.why_left or "",
        reasons=choice.reasons if choice else (),
    )
