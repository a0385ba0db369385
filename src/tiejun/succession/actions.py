"""A hand-over from the first look to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.jobs import start
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.leads.actions import pool_leaver
from tiejun.leads.actions.handing_over import hand_over_leads
from tiejun.leads.queries.handing_over import fitting, held_by_person
from tiejun.leads.rules import is_customer
from tiejun.org import queries as org
from tiejun.pipeline.actions.stages import follow_holders
from tiejun.pipeline.queries.holders import undecided_of
from tiejun.succession.locks import lock_succession
from tiejun.succession.models import Succession, SuccessionItem
from tiejun.succession.queries import takers_for
from tiejun.succession.rules import (
    UNSETTLED,
    WENT_ELSEWHERE,
    Outcome,
    Refusal,
    State,
    state_after,
    why_not_change,
    why_not_choose,
)
from tiejun.visits.actions.handing_over import move_stops
from tiejun.visits.queries.planned import planned_stops

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.models import Lead

BATCH = 200
ARRANGED = [State.OPEN.value, State.RUNNING.value]
_UNSETTLED = Q(outcome__in=[outcome.value for outcome in UNSETTLED]) & ~Q(why_stayed=WENT_ELSEWHERE)


@action(Ability.HAND_OVER)
def begin_succession(scope: Scope, *, person_id: UUID, reason: str, now: datetime) -> Succession:
    """Prepare the hand-over of what a representative within reach holds, with a proposal; nothing moves yet.

    Raises `NotFound`, `Refused` (NOTHING_HELD, ALREADY_ARRANGED).
    """
    on = local_date(now, scope.zone)
    members = {row.person_id: row.unit_id for row in org.members_in_reach(scope, Ability.HAND_OVER, on=on)}
    if person_id not in members:
        raise NotFound
    if Succession.objects.filter(person=person_id, state__in=ARRANGED).exists():
        raise Refused(Refusal.ALREADY_ARRANGED)
    row = _opened(scope, person_id, members[person_id], left_on=None, reason=reason.strip()[:300], now=now)
    if row is None:
        raise Refused(Refusal.NOTHING_HELD)
    audit.record(scope, "succession.begun", row, person=person_id, reason=reason)
    return row


@action(Ability.HAND_OVER)
def begin_for_leaver(
    scope: Scope, *, person_id: UUID, unit_id: UUID, left_on: date, now: datetime
) -> Succession | None:
    """Prepare the hand-over of what a leaver held; leads of the working list go back to the pools at once.

    Returns None when nothing is left to hand over. The rest waits for the policy's `lead.leaver_days`, then it is pooled.
    """
    pool_leaver(scope, person_id=person_id, lists_only=True, now=now)
    row = Succession.objects.select_for_update().filter(person=person_id, state__in=ARRANGED).first()
    if row is not None:
        row.left_on, row.due_at = left_on, row.due_at or _due(scope, unit_id, now)
        row.save(update_fields=["left_on", "due_at"])
        if row.state == State.OPEN:
            _look_again(scope, row, now)
    else:
        row = _opened(scope, person_id, unit_id, left_on=left_on, reason="", now=now)
    audit.record(scope, "succession.begun_for_leaver", row, person=person_id)
    return row


@action(Ability.HAND_OVER)
def propose(scope: Scope, *, succession_id: UUID, person_ids: Collection[UUID], now: datetime) -> Succession:
    """Propose anew who takes over what, among chosen colleagues; what was put by hand is proposed anew too.

    Raises `NotFound`, `Refused` (NOT_OPEN, NOBODY_CHOSEN, NOT_A_COLLEAGUE).
    """
    row = _open_one(scope, succession_id)
    takers = takers_for(scope, row, now)
    refusal = why_not_choose(person_ids, [one.person_id for one in takers])
    if refusal:
        raise Refused(refusal)
    row.colleagues = sorted(str(person_id) for person_id in set(person_ids))
    row.version += 1
    row.save(update_fields=["colleagues", "version"])
    items = list(SuccessionItem.objects.filter(_UNSETTLED, succession=row))
    leads = [lead for lead in held_by_person(scope, row.person_id) if lead.pk in {item.lead_id for item in items}]
    chosen = fitting(scope, leads, [one for one in takers if str(one.person_id) in row.colleagues], now)
    for item in items:
        choice = chosen.get(item.lead_id)
        item.to_person_id, item.is_chosen = (choice.person_id if choice else None), False
        item.reasons = [list(reason) for reason in choice.reasons] if choice else []
        item.outcome, item.why_stayed = Outcome.WAITING.value, ""
    SuccessionItem.objects.bulk_update(items, ["to_person", "is_chosen", "reasons", "outcome", "why_stayed"])
    audit.record(scope, "succession.proposed", row, colleagues=len(row.colleagues), leads=len(leads))
    return row


@action(Ability.HAND_OVER)
def choose(
    scope: Scope, *, succession_id: UUID, item_ids: Collection[UUID], to_person_id: UUID | None, now: datetime
) -> Succession:
    """Put some companies of a hand-over to a colleague (None: to their pools) by hand.

    Raises `NotFound`, `Refused` (NOT_OPEN, NOT_A_COLLEAGUE).
    """
    row = _open_one(scope, succession_id)
    if to_person_id is not None and to_person_id not in {one.person_id for one in takers_for(scope, row, now)}:
        raise Refused(Refusal.NOT_A_COLLEAGUE)
    items = SuccessionItem.objects.filter(_UNSETTLED, succession=row, pk__in=list(item_ids))
    changed = items.update(
        to_person=to_person_id, is_chosen=True, reasons=[], outcome=Outcome.WAITING.value, why_stayed=""
    )
    row.version += 1
    row.save(update_fields=["version"])
    audit.record(scope, "succession.chosen", row, person=to_person_id, companies=changed)
    return row


@action(Ability.HAND_OVER)
def start_succession(scope: Scope, *, succession_id: UUID, now: datetime) -> Succession:
    """Let the worker hand everything over as arranged, batch by batch; raises `NotFound`, `Refused` (NOT_OPEN, NOTHING_DECIDED)."""
    row = _open_one(scope, succession_id)
    waiting = SuccessionItem.objects.filter(_UNSETTLED, succession=row)
    if not waiting.update(outcome=Outcome.WAITING.value, why_stayed=""):
        raise Refused(Refusal.NOTHING_DECIDED)
    row.state, row.started_at, row.started_by_id = State.RUNNING.value, now, scope.person_id
    row.broke_off_at = None
    row.version += 1
    row.save(update_fields=["state", "started_at", "started_by", "broke_off_at", "version"])
    start("succession.run_succession", lock=f"succession-{row.pk}", succession_id=str(row.pk))
    audit.record(scope, "succession.started", row)
    return row


@action(Ability.HAND_OVER)
def hand_over_batch(scope: Scope, *, succession_id: UUID, now: datetime) -> bool:
    """Hand the next companies over with everything that hangs on them, whole or not at all; False when none is left."""
    row = lock_succession(scope, succession_id)
    if row.state != State.RUNNING:
        audit.record(scope, "succession.batch_repeated", row)
        return False
    waiting = SuccessionItem.objects.select_for_update().filter(succession=row, outcome=Outcome.WAITING.value)
    items = {item.lead_id: item for item in waiting.order_by("pk")[:BATCH]}
    done = hand_over_leads(
        scope,
        from_person_id=row.person_id,
        wanted={lead_id: item.to_person_id for lead_id, item in items.items()},
        has_left=row.left_on is not None,
        reason=row.reason or "succession",
        now=now,
    )
    on = local_date(now, scope.zone)
    units = {person_id: org.unit_of_person(scope, person_id, on=on) for person_id in set(done.given.values())}
    holders = {done.companies[key]: (person_id, units[person_id]) for key, person_id in done.given.items()}
    follow_holders(scope, holders=holders, now=now)
    move_stops(scope, from_person_id=row.person_id, holders=holders, now=now)
    for lead_id, item in items.items():
        refusal = done.stays.get(lead_id)
        item.outcome = (Outcome.STAYED if refusal else Outcome.GIVEN if lead_id in done.given else Outcome.POOLED).value
        item.why_stayed, item.settled_at = refusal.value if refusal else "", now
    SuccessionItem.objects.bulk_update(items.values(), ["outcome", "why_stayed", "settled_at"])
    audit.record(
        scope, "succession.handed_over", row, given=len(done.given), pooled=len(done.pooled), stays=len(done.stays)
    )
    return bool(items)


@action(Ability.HAND_OVER)
def finish_run(scope: Scope, *, succession_id: UUID, now: datetime) -> Succession:
    """Close a run: done, or open again for what could not go, and for what a leaver came to hold after it was arranged."""
    row = lock_succession(scope, succession_id)
    if row.state == State.RUNNING:
        if row.left_on is not None:
            _look(scope, row, _not_arranged(scope, row), now)
        items = SuccessionItem.objects.filter(succession=row).order_by()
        row.state = state_after(items.values_list("outcome", "why_stayed").distinct()).value
        row.finished_at = now if row.state == State.DONE else None
        row.version += 1
        row.save(update_fields=["state", "finished_at", "version"])
    audit.record(scope, "succession.run_finished", row, state=row.state)
    return row


@action(Ability.HAND_OVER)
def break_off(scope: Scope, *, succession_id: UUID, now: datetime) -> bool:
    """Open a hand-over again whose run failed in the middle: what went stays, the rest waits to be started anew.

    Returns whether it was under way still.
    """
    row = lock_succession(scope, succession_id)
    was_running = row.state == State.RUNNING
    if was_running:
        row.state, row.broke_off_at = State.OPEN.value, now
        row.version += 1
        row.save(update_fields=["state", "broke_off_at", "version"])
    audit.record(scope, "succession.broke_off", row)
    return was_running


@action(Ability.HAND_OVER)
def let_lapse(scope: Scope, *, succession_id: UUID, now: datetime) -> int:
    """Pool what nobody handed over in time; returns how many holdings ended. A repeat ends none."""
    row = lock_succession(scope, succession_id)
    count = 0
    if row.state == State.OPEN and row.due_at is not None and row.due_at <= now:
        count = pool_leaver(scope, person_id=row.person_id, now=now)
        rest = SuccessionItem.objects.filter(_UNSETTLED, succession=row)
        rest.update(outcome=Outcome.POOLED.value, why_stayed="", to_person=None, settled_at=now)
        row.state, row.finished_at = State.LAPSED.value, now
        row.version += 1
        row.save(update_fields=["state", "finished_at", "version"])
    audit.record(scope, "succession.lapsed", row, holdings=count)
    return count


# -- steps -------------------------------------------------------------------------------------------------------------
def _open_one(scope: Scope, succession_id: UUID) -> Succession:
    row = lock_succession(scope, succession_id)
    refusal = why_not_change(row.state)
    if refusal:
        raise Refused(refusal)
    return row


def _opened(
    scope: Scope, person_id: UUID, unit_id: UUID, *, left_on: date | None, reason: str, now: datetime
) -> Succession | None:
    leads = held_by_person(scope, person_id)
    if not leads:
        return None
    row = Succession(
        person_id=person_id,
        unit_id=unit_id,
        left_on=left_on,
        reason=reason,
        due_at=_due(scope, unit_id, now) if left_on else None,
        opened_by_id=scope.person_id,
        opened_at=now,
    )
    takers = takers_for(scope, row, now)
    near = [one for one in takers if one.unit_id == unit_id] or takers
    row.colleagues = sorted(str(one.person_id) for one in near)
    row.save(force_insert=True)
    _look(scope, row, leads, now)
    if near:
        propose(scope, succession_id=row.pk, person_ids=[one.person_id for one in near], now=now)
        row.refresh_from_db()
    return row


def _look_again(scope: Scope, row: Succession, now: datetime) -> None:
    """Take in what was gained since the hand-over was begun, with a proposal for what nobody was put to by hand."""
    gained = _not_arranged(scope, row)
    _look(scope, row, gained, now)
    takers = [one for one in takers_for(scope, row, now) if str(one.person_id) in row.colleagues]
    chosen = fitting(scope, gained, takers, now) if gained and takers else {}
    items = list(SuccessionItem.objects.filter(succession=row, lead_id__in=chosen))
    for item in items:
        choice = chosen[item.lead_id]
        item.to_person_id, item.reasons = choice.person_id, [list(reason) for reason in choice.reasons]
    SuccessionItem.objects.bulk_update(items, ["to_person", "reasons"])


def _not_arranged(scope: Scope, row: Succession) -> list[Lead]:
    known = set(SuccessionItem.objects.filter(succession=row).values_list("lead_id", flat=True))
    return [lead for lead in held_by_person(scope, row.person_id) if lead.pk not in known]


def _due(scope: Scope, unit_id: UUID, now: datetime) -> datetime:
    book, chain = policies.book(now), org.unit_chain(scope, unit_id)
    days = book.integer("lead.leaver_days", chain)
    return due_after(now, days, hours_of(book, chain, scope.zone), calendar_of(book, chain))


def _look(scope: Scope, row: Succession, leads: Sequence[Lead], now: datetime) -> None:
    companies = [lead.company_id for lead in leads]
    undecided = undecided_of(scope, companies)
    stops = planned_stops(scope, row.person_id, since=local_date(now, scope.zone))
    SuccessionItem.objects.bulk_create(
        SuccessionItem(
            succession=row,
            company_id=lead.company_id,
            lead=lead,
            is_customer=is_customer(lead.status),
            opportunities=undecided.get(lead.company_id, (0, 0))[0],
            amount_minor=undecided.get(lead.company_id, (0, 0))[1],
            stops=stops.get(lead.company_id, 0),
            next_step_at=lead.next_step_at,
        )
        for lead in leads
    )
