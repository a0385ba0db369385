"""Due process: notice, answer, panel, appeal, and the effects of a final decision."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.roles import Role
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.inbox.actions import notify_all
from tiejun.org import queries as org
from tiejun.org.queries.seats import seats_of
from tiejun.quality.locks import lock_case, lock_seat, lock_task
from tiejun.quality.models import CaseEvidence, IntegrityCase, PanelSeat, QaTask
from tiejun.quality.queries.people import panel_candidates
from tiejun.quality.rules.process import decided, why_not_answer, why_not_appeal, why_not_appoint, why_not_open
from tiejun.quality.rules.vocabulary import RED_LINE, CaseState, EvidenceKind, Outcome, Refusal, TaskState, Vote
from tiejun.visits.actions.voiding import void_visit
from tiejun.visits.queries.frames import raw_position

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.MANAGE_CASES)
def open_case(
    scope: Scope, *, task_id: UUID, summary: str, evidence: Sequence[tuple[EvidenceKind, str]], now: datetime
) -> IntegrityCase:
    """Open a case on a contradicted visit and notify the person, who has working days to answer.

    `evidence`: kinds with what they say, at least two different ones. Raises `NotFound` and `Refused` (NOT_CONTRADICTED,
    WRONG_STEP, ONE_EVIDENCE, NOTE_MISSING).
    """
    task = lock_task(task_id)
    refusal = why_not_open(TaskState(task.state), task.finding, [kind for kind, _note in evidence])
    if refusal:
        raise Refused(refusal)
    if not summary.strip() or not all(note.strip() for _kind, note in evidence):
        raise Refused(Refusal.NOTE_MISSING)
    case = IntegrityCase.objects.create(
        task=task,
        visit_id=task.visit_id,
        person_id=task.person_id,
        unit_id=task.unit_id,
        summary=summary.strip()[:1000],
        opened_by_id=scope.own_id,
        opened_at=now,
    )
    CaseEvidence.objects.bulk_create(
        CaseEvidence(case=case, kind=kind, note=note.strip()[:1000], added_by_id=scope.own_id, added_at=now)
        for kind, note in dict(evidence).items()
    )
    case.state, case.notified_at = CaseState.NOTIFIED, now
    case.answer_due_at = _due(scope, case.unit_id, "qa.response_days", now)
    case.save(update_fields=["state", "notified_at", "answer_due_at"])
    task.state, task.closed_at = TaskState.CLOSED, now
    task.save(update_fields=["state", "closed_at"])
    audit.record(scope, "quality.case_opened", case, visit=case.visit_id, evidence=sorted(kind for kind, _ in evidence))
    _tell(scope, case, "quality.case_opened", [case.person_id], now, due=case.answer_due_at)
    return case


def _due(scope: Scope, unit_id: UUID, key: str, now: datetime) -> datetime:
    chain = org.unit_chain(scope, unit_id)
    book = policies.book(now)
    return due_after(now, book.integer(key, chain), hours_of(book, chain, scope.zone), calendar_of(book, chain))


@action(Ability.ANSWER_CASE)
def answer_case(scope: Scope, *, case_id: UUID, answer: str, now: datetime) -> IntegrityCase:
    """Give one's own account of what happened. Raises `NotFound` and `Refused` (WRONG_STEP, ANSWERED, TOO_LATE, NOTE_MISSING)."""
    case = _own_case(scope, case_id)
    refusal = why_not_answer(CaseState(case.state), case.answer_due_at, now, is_answered=case.answered_at is not None)
    if refusal or not answer.strip():
        raise Refused(refusal or Refusal.NOTE_MISSING)
    case.answer, case.answered_at = answer.strip()[:4000], now
    case.save(update_fields=["answer", "answered_at"])
    audit.record(scope, "quality.case_answered", case)
    _tell(scope, case, "quality.case_answered", [case.opened_by_id], now)
    return case


def _own_case(scope: Scope, case_id: UUID) -> IntegrityCase:
    case = lock_case(scope, case_id, Ability.ANSWER_CASE)
    if case.person_id != scope.person_id:
        raise NotFound
    return case


@action(Ability.MANAGE_CASES)
def appoint_panel(scope: Scope, *, case_id: UUID, person_ids: Sequence[UUID], now: datetime) -> IntegrityCase:
    """Appoint three people outside the line: for the decision, or other three for the appeal.

    Raises `NotFound` and `Refused` (WRONG_STEP, ANSWER_STILL_DUE, THREE_ARE_NEEDED, IN_THE_LINE, SAT_ALREADY).
    """
    case = lock_case(scope, case_id, Ability.MANAGE_CASES)
    refusal = why_not_appoint(
        CaseState(case.state), case.answer_due_at, now, is_answered=case.answered_at is not None, persons=person_ids
    )
    if refusal:
        raise Refused(refusal)
    today = local_date(now, scope.zone)
    is_appeal = case.state == CaseState.APPEAL
    if is_appeal and PanelSeat.objects.filter(case=case, is_appeal=True).exists():
        raise Refused(Refusal.WRONG_STEP)
    if not set(person_ids) <= {person_id for person_id, _name in panel_candidates(scope, case, on=today)}:
        sat = PanelSeat.objects.filter(case=case, person__in=person_ids).exists()
        raise Refused(Refusal.SAT_ALREADY if sat else Refusal.IN_THE_LINE)
    PanelSeat.objects.bulk_create(
        PanelSeat(
            case=case,
            is_appeal=is_appeal,
            person_id=person_id,
            unit_id=org.unit_of_person(scope, person_id, on=today),
            appointed_at=now,
        )
        for person_id in sorted(set(person_ids))
    )
    if not is_appeal:
        case.state = CaseState.PANEL
        case.save(update_fields=["state"])
    audit.record(scope, "quality.panel_appointed", case, is_appeal=is_appeal, persons=audit.ids(*person_ids))
    _tell(scope, case, "quality.panel_appointed", person_ids, now, url="/quality/seats/")
    return case


@action(Ability.SIT_ON_PANEL)
def cast_vote(scope: Scope, *, seat_id: UUID, vote: Vote, severity: int, note: str, now: datetime) -> IntegrityCase:
    """Vote on one's own seat; the third vote decides. `severity` 1 to 3 when upholding, else 0.

    Raises `NotFound` and `Refused` (VOTED, WRONG_STEP, NOTE_MISSING, SEVERITY_MISSING).
    """
    case, seat = lock_seat(seat_id, scope.own_id)
    if seat.vote:
        raise Refused(Refusal.VOTED)
    if case.state != (CaseState.APPEAL if seat.is_appeal else CaseState.PANEL):
        raise Refused(Refusal.WRONG_STEP)
    if not note.strip():
        raise Refused(Refusal.NOTE_MISSING)
    if vote is Vote.UPHOLD and severity not in (1, 2, 3):
        raise Refused(Refusal.SEVERITY_MISSING)
    seat.vote, seat.severity = vote, severity if vote is Vote.UPHOLD else 0
    seat.note, seat.voted_at = note.strip()[:1000], now
    seat.save(update_fields=["vote", "severity", "note", "voted_at"])
    votes = PanelSeat.objects.filter(case=case, is_appeal=seat.is_appeal).exclude(vote="")
    found = decided([(Vote(row.vote), row.severity) for row in votes])
    audit.record(scope, "quality.vote_cast", seat, case=case.pk, is_last=found is not None)
    if found is not None:
        _decide(scope, case, *found, now=now)
    return case


def _decide(scope: Scope, case: IntegrityCase, outcome: Outcome, severity: int, *, now: datetime) -> None:
    is_appeal = case.state == CaseState.APPEAL
    case.outcome, case.severity, case.decided_at = outcome, severity, now
    if is_appeal:
        _close(scope, case, now)
        return
    case.state = CaseState.UPHELD if outcome is Outcome.UPHELD else CaseState.DISMISSED
    if outcome is Outcome.UPHELD:
        case.appeal_due_at = _due(scope, case.unit_id, "qa.appeal_days", now)
    case.save(update_fields=["state", "outcome", "severity", "decided_at", "appeal_due_at"])
    if outcome is Outcome.UPHELD:
        _tell(scope, case, "quality.case_upheld", [case.person_id], now, due=case.appeal_due_at)
    else:
        _close(scope, case, now)


def _close(scope: Scope, case: IntegrityCase, now: datetime) -> None:
    """Make a decision final; only now it has effects, pushed down to those who own what changes."""
    case.state, case.final_at = CaseState.FINAL, now
    case.save(update_fields=["state", "final_at", "outcome", "severity", "decided_at"])
    if case.outcome == Outcome.UPHELD:
        void_visit(_system(scope), visit_id=case.visit_id, reason="QA_CASE", now=now)
        _tell_human_resources(scope, case, now)
    else:
        QaTask.objects.filter(pk=case.task_id).update(is_untrue=False)
    leader_id = org.leader_of(scope, case.unit_id, on=local_date(now, scope.zone))
    _tell(
        scope, case, f"quality.case_final_{case.outcome.lower()}", [case.person_id, case.opened_by_id, leader_id], now
    )


def _tell_human_resources(scope: Scope, case: IntegrityCase, now: datetime) -> None:
    """Ask human resources to hear a person whose case is final at the red line: people decide what follows, no rule does."""
    if case.severity < RED_LINE:
        return
    seats = seats_of(scope, [Role.HR], on=local_date(now, scope.zone))
    name = org.names_of(scope, [case.person_id])[case.person_id]
    url = f"/people/{case.person_id}/"
    people = {seat.person_id for seat in seats} - {case.person_id}
    _tell(scope, case, "quality.case_final_severe", people, now, url=url, person=name)


@action(Ability.ANSWER_CASE)
def appeal_case(scope: Scope, *, case_id: UUID, reason: str, now: datetime) -> IntegrityCase:
    """Appeal against a decision; other people will hear it. Raises `NotFound` and `Refused` (WRONG_STEP, TOO_LATE, NOTE_MISSING)."""
    case = _own_case(scope, case_id)
    refusal = why_not_appeal(CaseState(case.state), case.appeal_due_at, now)
    if refusal or not reason.strip():
        raise Refused(refusal or Refusal.NOTE_MISSING)
    case.state, case.appeal, case.appealed_at = CaseState.APPEAL, reason.strip()[:4000], now
    case.save(update_fields=["state", "appeal", "appealed_at"])
    audit.record(scope, "quality.case_appealed", case)
    _tell(scope, case, "quality.case_appealed", [case.opened_by_id], now)
    return case


@action(Ability.RUN_QUALITY)
def finish_cases(scope: Scope, *, now: datetime) -> int:
    """Make upheld decisions final whose time to appeal has passed; returns how many."""
    due = IntegrityCase.objects.filter(state=CaseState.UPHELD, appeal_due_at__lt=now).order_by("pk")
    rows = list(due.select_for_update(of=("self",)))
    for case in rows:
        _close(scope, case, now)
    audit.record(scope, "quality.cases_finished", count=len(rows))
    return len(rows)


@action(Ability.SEE_CASE_LOCATION)
def look_at_position(scope: Scope, *, case_id: UUID, reason: str, now: datetime) -> IntegrityCase:
    """Write into the log that one looks at the raw position of a case's visit, and why; `queries.cases.position_of_case` shows it.

    Raises `NotFound` and `Refused` (NOTE_MISSING, NO_POSITION).
    """
    case = lock_case(scope, case_id, Ability.SEE_CASE_LOCATION)
    if not reason.strip():
        raise Refused(Refusal.NOTE_MISSING)
    if raw_position(_system(scope), case.visit_id) is None:
        raise Refused(Refusal.NO_POSITION)
    audit.record(scope, "quality.position_seen", case, reason=reason.strip()[:300], at=now)
    return case


def _system(scope: Scope) -> Scope:
    return replace(scope, is_system=True)


def _tell(
    scope: Scope,
    case: IntegrityCase,
    code: str,
    person_ids: Iterable[UUID | None],
    now: datetime,
    *,
    due: datetime | None = None,
    url: str = "",
    **more: str,
) -> None:
    facts: dict[str, Any] = {"day": case.task.business_day.isoformat(), **more}
    if due is not None:
        facts["due"] = local_date(due, scope.zone).isoformat()
    notify_all(
        _system(scope),
        person_ids=[person_id for person_id in person_ids if person_id is not None],
        code=code,
        facts=facts,
        url=url or f"/quality/cases/{case.pk}/",
        dedupe_key=f"{code}:{case.pk}:{case.state}",
        now=now,
    )
