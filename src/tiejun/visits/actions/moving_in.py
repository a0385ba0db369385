"""Past visits on their way in from an earlier system: a day at a time, judged like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.actions import note_past_visits
from tiejun.customers.rules import VisitNote
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.engines.effectiveness import Verdict
from tiejun.foundation import audit
from tiejun.foundation.refusals import Refused
from tiejun.leads.actions.moving_in import note_past_contacts
from tiejun.visits.locks import lock_person
from tiejun.visits.models import DayLock, Visit, VisitContact, VisitEvidence
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.queries.window import effective_days
from tiejun.visits.rules.judging import judge, stored_reasons
from tiejun.visits.rules.vocabulary import PastVisit, Refusal, VisitState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.visits.queries.policy import FieldPolicy


@action(Ability.BRING_IN_VISITS)
def bring_in_visits(scope: Scope, *, day: date, rows: Sequence[PastVisit], now: datetime) -> list[Visit]:
    """Bring visits of one past day in, in the order in which they happened, before that day of their people is locked.

    Facts are judged by the same rules and the policy at `now`; nothing is announced; the people's open
    holdings are extended by what the visits are worth. Keys that are known already are passed by. Returns the new visits, in the order of
    their rows. Raises `Refused` DAY_IS_LOCKED.
    """
    people = sorted({row.person_id for row in rows})
    for person_id in people:
        lock_person(person_id)
    if DayLock.objects.filter(person__in=people, business_day=day, hard_at__isnull=False).exists():
        raise Refused(Refusal.DAY_IS_LOCKED)
    policy = field_policy(scope, now)
    known = set(
        Visit.objects.filter(client_key__in=[row.client_key for row in rows]).values_list("client_key", flat=True)
    )
    fresh = [row for row in rows if row.client_key not in known]
    visits = _all_judged(scope, fresh, day, policy, now)
    Visit.objects.bulk_create(visits)
    _keep_parts(fresh, visits)
    note_past_contacts(
        scope,
        contacts={(row.person_id, row.company_id): (row.unit_id, row.ended_at) for row in fresh},
        now=now,
    )
    note_past_visits(scope, notes=[_note(row, visit) for row, visit in zip(fresh, visits, strict=True)], now=now)
    audit.record(
        scope, "visits.brought_in", persons=audit.ids(*people), business_day=day, visits=len(visits), known=len(known)
    )
    return visits


def _all_judged(scope: Scope, rows: Sequence[PastVisit], day: date, policy: FieldPolicy, now: datetime) -> list[Visit]:
    """Judge visits one after another: the first effective one of a day makes its company's later ones repetitions."""
    effective = effective_days(scope, {row.company_id for row in rows}, day=day, window_days=policy.window_days)
    visits = []
    for row in rows:
        visit = _judged(row, day, effective.get(row.company_id), policy=policy, now=now)
        if visit.effective_customer:
            effective.setdefault(row.company_id, day)
        visits.append(visit)
    return visits


def _verdict_of(row: PastVisit, day: date, last_effective_on: date | None, window_days: int) -> Verdict:
    return judge(
        row.facts,
        met=[(person.role, person.is_senior) for person in row.facts.met],
        presence=row.presence,
        kinds=row.evidence,
        visited_on=day,
        last_effective_on=last_effective_on,
        window_days=window_days,
    )


def _judged(
    row: PastVisit,
    day: date,
    last_effective_on: date | None,
    *,
    policy: FieldPolicy,
    now: datetime,
) -> Visit:
    verdict = _verdict_of(row, day, last_effective_on, policy.window_days)
    facts = row.facts
    return Visit(
        client_key=row.client_key,
        record_key=row.client_key,
        person_id=row.person_id,
        unit_id=row.unit_id,
        company_id=row.company_id,
        kind=row.kind,
        state=VisitState.COMPLETED,
        business_day=day,
        zone=policy.zone,
        started_at=row.started_at,
        ended_at=row.ended_at,
        received_at=max(now, row.ended_at),
        presence=row.presence,
        district_code=row.district_code,
        service_explained=facts.service_explained,
        demo_steps_done=facts.demo_steps_done,
        trial_close=facts.trial_close,
        order_presented=facts.order_presented,
        refusal=facts.refusal,
        advancement=facts.advancement,
        note=facts.note,
        next_step=facts.next_step,
        next_step_at=facts.next_step_at,
        effective_visit=verdict.effective_visit,
        effective_customer=verdict.effective_customer,
        new_effective_customer=verdict.new_effective_customer,
        evidence_level=int(verdict.evidence_level),
        reasons=stored_reasons(verdict),
        window_days=policy.window_days,
    )


def _keep_parts(rows: Sequence[PastVisit], visits: Sequence[Visit]) -> None:
    pairs = list(zip(rows, visits, strict=True))
    VisitContact.objects.bulk_create(
        VisitContact(visit=visit, contact_id=person.contact_id, role=person.role, is_senior=person.is_senior)
        for row, visit in pairs
        for person in row.facts.met
        if person.contact_id is not None
    )
    VisitEvidence.objects.bulk_create(
        VisitEvidence(visit=visit, kind=kind, captured_at=row.ended_at)
        for row, visit in pairs
        for kind in sorted(row.evidence)
    )


def _note(row: PastVisit, visit: Visit) -> VisitNote:
    return VisitNote(
        company_id=row.company_id,
        visit_id=visit.pk,
        happened_at=row.ended_at,
        effective_visit=visit.effective_visit,
        service_explained=row.facts.service_explained,
        clear_refusal=row.facts.refusal is CustomerRefusal.CLEAR,
        next_step_at=row.facts.next_step_at,
    )
