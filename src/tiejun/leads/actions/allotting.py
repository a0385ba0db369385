"""Leads onto working lists: the night's answer, a leader's by hand, and what is only looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads import queries, rules
from tiejun.leads.actions._lists import Receiver, give, note_shares, tell
from tiejun.leads.events import LeadsAllotted, LeadsAssigned
from tiejun.leads.locks import lock_seats
from tiejun.leads.models import AllotmentItem, AllotmentRun, AllotmentShare, Lead, LeadTenure
from tiejun.leads.queries import leases
from tiejun.leads.rules.allotting import Allotted, ShareFacts, dealt
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.rules.allotting import Lease

Kind = AllotmentRun.Kind
State = AllotmentRun.State
KEPT_PREVIEWS = 3


# -- a run -------------------------------------------------------------------------------------------------------------
@action(Ability.RUN_ALLOTMENT)
def open_run(
    scope: Scope,
    *,
    kind: str,
    day: date,
    unit_id: UUID,
    seed: int,
    inputs: bytes,
    inputs_hash: str,
    now: datetime,
) -> AllotmentRun:
    """Open the run of a day with what it is solved from; the night of a day is opened once, a repeat returns it as it stands.

    `inputs`: the compressed packed problem, `inputs_hash` the SHA-256 of the packed one.
    """
    facts = {"unit_id": unit_id, "seed": seed, "inputs": inputs, "inputs_hash": inputs_hash, "started_at": now}
    facts["asked_by_id"] = scope.person_id
    if kind == Kind.NIGHT:
        run, _made = AllotmentRun.objects.get_or_create(kind=kind, day=day, defaults=facts)
    else:
        run = AllotmentRun.objects.create(kind=kind, day=day, **facts)
    audit.record(scope, "leads.allotment_opened", run, day=day, kind=kind, seed=seed, inputs=run.inputs_hash)
    return run


@action(Ability.RUN_ALLOTMENT)
def give_lists(
    scope: Scope, *, run_id: UUID, items: Sequence[Allotted], shares: Sequence[ShareFacts], now: datetime
) -> int:
    """Write the lists of some persons of a night: tenures with their lease, reasons, shares; each person once per run.

    A lead that was claimed, frozen or put under a cool-down since the night looked drops out, and so does a person who
    left, went on leave or was deactivated. Returns how many leads were given.
    """
    run = _open(run_id)
    lock_seats([row.person_id for row in shares])
    done = set(AllotmentShare.objects.filter(run=run).values_list("person_id", flat=True))
    shares = [row for row in shares if row.person_id not in done]
    receivers = _receivers(scope, {row.person_id: row.unit_id for row in shares}, run.day, now)
    planned = [row for row in items if row.person_id not in done]
    fitting = _within_room(scope, [row for row in planned if row.person_id in receivers], receivers, now)
    tenures = give(scope, fitting, receivers, start=LeadTenure.Start.ALLOTTED, now=now)
    tell(run.pk, planned, {row.person_id: row.unit_id for row in shares}, tenures)
    given = Counter(row.person_id for row in fitting if row.lead_id in tenures)
    note_shares(run.pk, shares, given)
    digest = sha256("".join(sorted(str(key) for key in tenures)).encode()).hexdigest()
    audit.record(scope, "leads.allotted", run, persons=len(shares), leads=len(tenures), digest=digest)
    return len(tenures)


@action(Ability.RUN_ALLOTMENT)
def look_ahead(scope: Scope, *, run_id: UUID, items: Sequence[Allotted], shares: Sequence[ShareFacts]) -> int:
    """Keep what a look ahead found, without giving anything; only the newest few are kept. Returns how many leads."""
    run = _open(run_id)
    tell(run.pk, items, {row.person_id: row.unit_id for row in shares}, {})
    note_shares(run.pk, shares, {})
    newest = AllotmentRun.objects.filter(kind=Kind.PREVIEW).order_by("-started_at", "-pk")
    old = list(newest.values_list("pk", flat=True)[KEPT_PREVIEWS:])
    for model in (AllotmentItem, AllotmentShare):
        model.objects.filter(run__in=old).delete()
    AllotmentRun.objects.filter(pk__in=old).delete()
    audit.record(scope, "leads.allotment_looked_at", run, leads=len(items))
    return len(items)


@action(Ability.RUN_ALLOTMENT)
def finish_run(
    scope: Scope, *, run_id: UUID, figures: Mapping[str, Any], answer_hash: str, now: datetime
) -> AllotmentRun:
    """Close a run with the engine's figures; a night is announced once, with the number of leads that were given."""
    run = _open(run_id)
    given = AllotmentItem.objects.filter(run=run, tenure__isnull=False).count()
    run.state, run.finished_at, run.answer_hash = State.DONE, now, answer_hash
    run.figures = {**figures, "given": given}
    run.save(update_fields=["state", "finished_at", "answer_hash", "figures"])
    audit.record(scope, "leads.allotment_done", run, given=given, answer=answer_hash)
    if run.kind == Kind.NIGHT:
        announce(LeadsAllotted(run.pk, run.day, given, now))
    return run


@action(Ability.RUN_ALLOTMENT)
def fail_run(scope: Scope, *, run_id: UUID, now: datetime) -> AllotmentRun:
    """Close a look ahead or a repetition that could not be computed."""
    run = _open(run_id)
    run.state, run.finished_at = State.FAILED, now
    run.save(update_fields=["state", "finished_at"])
    audit.record(scope, "leads.allotment_failed", run)
    return run


@action(Ability.RUN_ALLOTMENT)
def open_repetition(scope: Scope, *, run_id: UUID, now: datetime) -> AllotmentRun:
    """Ask for a night to be computed again from its kept inputs; raises `NotFound` for what is not a finished night."""
    night = AllotmentRun.objects.filter(pk=run_id, kind=Kind.NIGHT, state=State.DONE).first()
    if night is None:
        raise NotFound
    again = AllotmentRun.objects.create(
        kind=Kind.REPEAT,
        day=night.day,
        unit_id=night.unit_id,
        seed=night.seed,
        inputs_hash=night.inputs_hash,
        repeats=night,
        asked_by_id=scope.person_id,
        started_at=now,
    )
    audit.record(scope, "leads.allotment_repeated", again, night=night.pk)
    return again


@action(Ability.RUN_ALLOTMENT)
def finish_repetition(scope: Scope, *, run_id: UUID, answer_hash: str, now: datetime) -> AllotmentRun:
    """Note whether a repetition gave the same answer as its night."""
    run = _open(run_id)
    assert run.repeats is not None
    run.state, run.finished_at, run.answer_hash = State.DONE, now, answer_hash
    run.is_same = answer_hash == run.repeats.answer_hash
    run.save(update_fields=["state", "finished_at", "answer_hash", "is_same"])
    audit.record(scope, "leads.allotment_compared", run, is_same=run.is_same)
    return run


# -- by hand -----------------------------------------------------------------------------------------------------------
@action(Ability.ASSIGN_LEADS)
def assign_leads(
    scope: Scope, *, lead_ids: Sequence[UUID], person_ids: Sequence[UUID], reason: str, now: datetime
) -> AllotmentRun:
    """Put leads of visible pools on the working lists of persons within reach, in turn, each up to the policy's most.

    What is taken, frozen or cooling down for its person is left out; `figures` of the returned run say how many were
    asked, given, and left for want of room. Raises `NotFound` for persons out of reach, `Refused` (REASON_MISSING,
    NOT_AT_WORK, LIST_FULL when nobody has room).
    """
    if not reason.strip():
        raise Refused(rules.Refusal.REASON_MISSING)
    day = leases.list_day(scope, now)
    units = _assignable(scope, person_ids, day)
    lock_seats(person_ids)
    receivers = _receivers(scope, units, day, now)
    if not receivers:
        raise Refused(rules.Refusal.NOT_AT_WORK)
    rooms = leases.rooms(scope, {key: units[key] for key in receivers}, now)
    if not any(rooms.values()):
        raise Refused(rules.Refusal.LIST_FULL, most=policies.book(now).integer("lead.allotment_max", scope.unit_chain))
    visible = Lead.objects.filter(queries.in_visible_pools(scope), pk__in=lead_ids, status=Lead.Status.POOLED)
    found = set(visible.values_list("pk", flat=True))
    pairs, full = dealt([pk for pk in dict.fromkeys(lead_ids) if pk in found], rooms)
    run = _manual_run(scope, day, reason.strip(), now)
    told = ({"code": "ASSIGNED_BY", "facts": {"person": str(scope.person_id or ""), "reason": reason.strip()}},)
    items = [Allotted(lead_id, person_id, reasons=told) for lead_id, person_id in pairs.items()]
    tenures = give(scope, items, receivers, start=LeadTenure.Start.ASSIGNED, now=now)
    given = [row for row in items if row.lead_id in tenures]
    tell(run.pk, given, units, tenures)
    run.figures = {"asked": len(lead_ids), "given": len(given), "full": len(full)}
    run.save(update_fields=["figures"])
    digest = sha256("".join(sorted(str(key) for key in tenures)).encode()).hexdigest()
    audit.record(scope, "leads.assigned", run, reason=reason, persons=len(units), leads=len(given), digest=digest)
    if given:
        counts = Counter(row.person_id for row in given)
        announce(LeadsAssigned(run.pk, scope.person_id, {str(key): count for key, count in counts.items()}, now))
    return run


def _manual_run(scope: Scope, day: date, reason: str, now: datetime) -> AllotmentRun:
    return AllotmentRun.objects.create(
        kind=Kind.MANUAL,
        state=State.DONE,
        day=day,
        unit_id=scope.unit_id or org.company_id(scope),
        reason=reason[:300],
        asked_by_id=scope.person_id,
        started_at=now,
        finished_at=now,
    )


def _assignable(scope: Scope, person_ids: Collection[UUID], day: date) -> dict[UUID, UUID]:
    members = {row.person_id: row.unit_id for row in org.members_in_reach(scope, Ability.ASSIGN_LEADS, on=day)}
    if not person_ids or not set(person_ids) <= set(members):
        raise NotFound
    return {person_id: members[person_id] for person_id in person_ids}


# -- steps under the locks ---------------------------------------------------------------------------------------------
def _open(run_id: UUID) -> AllotmentRun:
    run = AllotmentRun.objects.select_for_update().filter(pk=run_id, state=State.OPEN).first()
    if run is None:
        raise NotFound
    return run


def _receivers(scope: Scope, units: Mapping[UUID, UUID], day: date, now: datetime) -> dict[UUID, Receiver]:
    """Return who may be given leads on a day still, with the terms of their leases."""
    at_work = org.at_work(scope, units, on=day)
    terms: dict[UUID, Lease] = leases.lease_terms(scope, {key: units[key] for key in at_work}, now)
    return {key: Receiver(units[key], terms[key]) for key in at_work}


def _within_room(
    scope: Scope, items: Sequence[Allotted], receivers: Mapping[UUID, Receiver], now: datetime
) -> list[Allotted]:
    rooms = leases.rooms(scope, {key: receiver.unit_id for key, receiver in receivers.items()}, now)
    taken: dict[UUID, int] = defaultdict(int)
    fitting = []
    for row in items:
        if taken[row.person_id] < rooms[row.person_id]:
            taken[row.person_id] += 1
            fitting.append(row)
    return fitting
