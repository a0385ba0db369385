"""Cases within reach, one case, seats on panels, and what a representative may know of the own record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import F, Q

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.foundation import keyset, policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.quality.models import CaseEvidence, FrameVisit, IntegrityCase, PanelSeat, QaTask
from tiejun.quality.queries.people import panel_candidates
from tiejun.quality.rules.vocabulary import CaseState, Method, TaskState
from tiejun.visits.queries.frames import raw_position, visit_to_check

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.visits.queries.frames import RawPosition, VisitToCheck

ORDER = ("-opened_at", "-id")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the list."""

    case: IntegrityCase
    company: str
    person: str


def _visible(scope: Scope) -> QuerySet[IntegrityCase]:
    """Return the cases one may see: QA all, the person the own ones, who leads only what is final."""
    rows = IntegrityCase.objects.within(scope, Ability.VIEW_CASES)
    if scope.is_system or Role.QA_INSPECTOR in scope.roles:
        return rows
    return rows.filter(Q(person=scope.person_id) | Q(state=CaseState.FINAL))


def cases_page(
    scope: Scope, *, is_open: bool = True, cursor: str | None = None, size: int = 30
) -> tuple[list[CaseLine], str | None, str | None]:
    """Return a page of cases with its cursors (next, previous), newest first."""
    scope.require(Ability.VIEW_CASES)
    rows = _visible(scope).select_related("task__company")
    rows = rows.exclude(state=CaseState.FINAL) if is_open else rows.filter(state=CaseState.FINAL)
    page = keyset.page(rows, order=ORDER, cursor=cursor, size=size)
    names = org.names_of(scope, [case.person_id for case in page.rows])
    lines = [CaseLine(case, case.task.company.name, names.get(case.person_id, "")) for case in page.rows]
    return lines, page.next_cursor, page.previous_cursor


def found_against(scope: Scope, person_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of some persons within reach whose case was upheld and is final, in one query."""
    rows = _visible(scope).filter(person__in=list(person_ids), state=CaseState.FINAL).exclude(outcome="DISMISSED")
    return set(rows.values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its evidence and panels; `seats` show how members voted once the panel has decided."""

    case: IntegrityCase
    visit: VisitToCheck
    company: str
    person: str
    evidence: list[CaseEvidence]
    seats: list[tuple[PanelSeat, str]]
    is_mine: bool
    may_manage: bool
    needs_panel: bool
    candidates: list[tuple[UUID, str]]


def case_view(scope: Scope, case_id: UUID, *, now: datetime) -> CaseView:
    """Return one case within reach; raises `NotFound`."""
    scope.require(Ability.VIEW_CASES)
    case = _visible(scope).filter(pk=case_id).select_related("task__company").first()
    if case is None:
        raise NotFound
    return _view(scope, case, now)


def _view(scope: Scope, case: IntegrityCase, now: datetime) -> CaseView:
    seats = list(PanelSeat.objects.filter(case=case).order_by("is_appeal", "pk"))
    names = org.names_of(scope, [case.person_id, *(seat.person_id for seat in seats)])
    has_appeal_panel = any(seat.is_appeal for seat in seats)
    is_heard = case.answered_at is not None or (case.answer_due_at is not None and now > case.answer_due_at)
    needs_panel = (case.state == CaseState.NOTIFIED and is_heard) or (
        case.state == CaseState.APPEAL and not has_appeal_panel
    )
    may_manage = scope.can(Ability.MANAGE_CASES)
    on = local_date(now, scope.zone)
    return CaseView(
        case=case,
        visit=visit_to_check(replace(scope, is_system=True), case.visit_id),
        company=case.task.company.name,
        person=names.get(case.person_id, ""),
        evidence=list(CaseEvidence.objects.filter(case=case).order_by("kind")),
        seats=[(seat, names.get(seat.person_id, "")) for seat in seats],
        is_mine=case.person_id == scope.person_id,
        may_manage=may_manage,
        needs_panel=needs_panel,
        candidates=panel_candidates(scope, case, on=on) if may_manage and needs_panel else [],
    )


def own_seats(scope: Scope) -> list[tuple[PanelSeat, str]]:
    """Return one's own seats with the company of their case, those that wait for the vote first."""
    scope.require(Ability.SIT_ON_PANEL)
    rows = PanelSeat.objects.filter(person=scope.own_id).select_related("case__task__company")
    return [
        (seat, seat.case.task.company.name)
        for seat in rows.order_by(F("voted_at").asc(nulls_first=True), "-appointed_at")[:SHOWN]
    ]


def seat_view(scope: Scope, seat_id: UUID, *, now: datetime) -> tuple[PanelSeat, CaseView]:
    """Return one's own seat with its case; raises `NotFound`."""
    scope.require(Ability.SIT_ON_PANEL)
    seat = PanelSeat.objects.filter(pk=seat_id, person=scope.own_id).select_related("case__task__company").first()
    if seat is None:
        raise NotFound
    return seat, _view(scope, seat.case, now)


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What a representative sees: how many locked visits stood in draws, which were checked and closed, and own cases."""

    framed: int
    checked: list[tuple[QaTask, str]]
    confirmed: int
    cases: list[CaseLine]
    response_days: int
    appeal_days: int
    gap_days: int


def own_record(scope: Scope, *, now: datetime) -> OwnRecord:
    """Return one's own record; what is still being checked is not in it."""
    scope.require(Ability.VIEW_OWN_INTEGRITY)
    mine = QaTask.objects.filter(person=scope.own_id, state=TaskState.CLOSED).exclude(method=Method.SECOND)
    rows = list(mine.select_related("company").order_by("-closed_at", "-pk")[:SHOWN])
    cases = IntegrityCase.objects.filter(person=scope.own_id).select_related("task__company").order_by(*ORDER)
    book = policies.book(now)
    days = {key: book.integer(f"qa.{key}", scope.unit_chain) for key in ("response_days", "appeal_days")}
    return OwnRecord(
        framed=FrameVisit.objects.filter(person=scope.own_id).count(),
        checked=[(task, task.company.name) for task in rows],
        confirmed=sum(task.finding in ("CONFIRMED", "DISCREPANCY") for task in rows),
        cases=[CaseLine(case, case.task.company.name, "") for case in cases[:SHOWN]],
        gap_days=book.integer("qa.customer_contact_gap_days"),
        **days,
    )


def own_case(scope: Scope, case_id: UUID) -> IntegrityCase:
    """Return one's own case; raises `NotFound`."""
    scope.require(Ability.ANSWER_CASE)
    case = IntegrityCase.objects.filter(pk=case_id, person=scope.own_id).first()
    if case is None:
        raise NotFound
    return case


def position_of_case(scope: Scope, case: IntegrityCase) -> RawPosition | None:
    """Return the raw position of a case's visit, for who has just said why: `actions.cases.look_at_position` logs the look."""
    scope.require(Ability.SEE_CASE_LOCATION)
    return raw_position(replace(scope, is_system=True), case.visit_id)
