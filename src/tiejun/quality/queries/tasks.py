"""The inspectors' desk: tasks, one task without its author, and how inspectors agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.customers.queries.detail import contact_cards
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org
from tiejun.quality.models import IntegrityCase, QaTask
from tiejun.quality.rules.calibration import kappa
from tiejun.quality.rules.vocabulary import FOUND_TASKS, OPEN_TASKS, Finding, Method, TaskState
from tiejun.visits.queries.frames import visit_to_check

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.queries.detail import ContactCard
    from tiejun.visits.queries.frames import VisitToCheck

ORDER = ("-drawn_at", "-id")


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in the list; `person` is empty until the finding is recorded."""

    task: QaTask
    company: str
    inspector: str
    person: str


@dataclass(frozen=True, slots=True)
class TasksPage:
    """A page of tasks, newest first, and how many of one's own are open."""

    lines: list[TaskLine]
    next: str | None
    previous: str | None
    open_count: int


def tasks_page(scope: Scope, *, show: str = "mine", cursor: str | None = None, size: int = 30) -> TasksPage:
    """Return tasks: `mine` (one's own open ones), `open` (everybody's), `contradicted` (waiting for a case), `closed`."""
    scope.require(Ability.WORK_QA_TASKS)
    mine = QaTask.objects.filter(inspector=scope.person_id, state__in=OPEN_TASKS)
    kinds = {
        "mine": mine,
        "open": QaTask.objects.filter(state__in=OPEN_TASKS),
        "contradicted": QaTask.objects.filter(state=TaskState.FOUND),
        "closed": QaTask.objects.filter(state=TaskState.CLOSED),
    }
    page = keyset.page(kinds.get(show, mine), order=ORDER, cursor=cursor, size=size)
    known = customers.briefs(scope, [task.company_id for task in page.rows])
    shown = [task.person_id for task in page.rows if task.state in FOUND_TASKS]
    names = org.names_of(scope, [*shown, *(task.inspector_id for task in page.rows)])
    lines = [
        TaskLine(
            task=task,
            company=known[task.company_id].name,
            inspector=names.get(task.inspector_id, "") if task.inspector_id else "",
            person=names.get(task.person_id, "") if task.state in FOUND_TASKS else "",
        )
        for task in page.rows
    ]
    return TasksPage(lines, page.next_cursor, page.previous_cursor, mine.count())


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task as its inspector sees it. `person` is empty until the finding is recorded; `contacts` have their numbers only
    while one's own call is on. `first_*`: what a second look judges. `part` and
    `signs` (why it was drawn) are empty until the finding, too.
    """

    task: QaTask
    visit: VisitToCheck
    company: str
    address: str
    contacts: list[ContactCard]
    met: frozenset[UUID]
    inspector: str
    person: str
    is_mine: bool
    first_answers: dict[str, object]
    first_note: str
    case_id: UUID | None
    part: str
    signs: tuple[str, ...]


def task_view(scope: Scope, task_id: UUID) -> TaskView:
    """Return one task; raises `NotFound`."""
    scope.require(Ability.WORK_QA_TASKS)
    task = QaTask.objects.filter(pk=task_id).select_related("frame").first()
    if task is None:
        raise NotFound
    system = replace(scope, is_system=True)
    visit = visit_to_check(system, task.visit_id)
    company = customers.company_in_reach(system, task.company_id, Ability.VIEW_CUSTOMERS)
    is_mine = task.inspector_id == scope.person_id
    may_call = is_mine and task.state == TaskState.CONTACTING and task.method == Method.CALL
    is_known = task.state in FOUND_TASKS
    names = org.names_of(scope, [task.inspector_id, task.person_id if is_known else None])
    first = (
        QaTask.objects.filter(frame=task.frame_id).exclude(pk=task.pk).first() if task.method == Method.SECOND else None
    )
    return TaskView(
        task=task,
        visit=visit,
        company=company.name,
        address=company.address,
        contacts=contact_cards(system if may_call else scope, company),
        met=frozenset(contact_id for contact_id, _role in visit.met),
        inspector=names.get(task.inspector_id, "") if task.inspector_id else "",
        person=names.get(task.person_id, ""),
        is_mine=is_mine,
        first_answers=first.answers if first else {},
        first_note=first.note if first else "",
        case_id=IntegrityCase.objects.filter(task=task).values_list("pk", flat=True).first(),
        part=task.frame.part if is_known else "",
        signs=tuple(task.frame.signals) if is_known else (),
    )


@dataclass(frozen=True, slots=True)
class InspectorLine:
    """An inspector's work: findings by kind, second looks at it, and how often they agreed."""

    name: str
    done: int
    persons: int
    findings: Counter[str]
    looked_at: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """All inspectors, the agreement of the double-coded tasks beyond chance, and those they did not agree on."""

    lines: list[InspectorLine]
    pairs: int
    agreed: int
    kappa: float | None
    differences: list[tuple[QaTask, str, str]]


def calibration(scope: Scope) -> Calibration:
    """Return how inspectors agree on the tasks that two of them judged."""
    scope.require(Ability.VIEW_CALIBRATION)
    done = QaTask.objects.exclude(finding="").exclude(method=Method.SECOND)
    seconds = {row.frame_id: row for row in QaTask.objects.filter(method=Method.SECOND).exclude(finding="")}
    firsts = {row.frame_id: row for row in done.filter(frame__in=seconds).select_related("company")}
    couples = [(first, seconds[frame]) for frame, first in firsts.items()]
    work: dict[UUID, list[tuple[str, UUID]]] = {}
    for inspector_id, finding, person_id in done.values_list("inspector_id", "finding", "person_id"):
        work.setdefault(inspector_id, []).append((finding, person_id))
    names = org.names_of(scope, work)
    lines = []
    for inspector_id, rows in work.items():
        own = [(first, second) for first, second in couples if first.inspector_id == inspector_id]
        lines.append(
            InspectorLine(
                name=names.get(inspector_id, ""),
                done=len(rows),
                persons=len({person_id for _finding, person_id in rows}),
                findings=Counter(finding for finding, _person_id in rows),
                looked_at=len(own),
                agreed=sum(first.finding == second.finding for first, second in own),
            )
        )
    pairs = [(first.finding, second.finding) for first, second in couples]
    return Calibration(
        lines=sorted(lines, key=lambda line: line.name),
        pairs=len(pairs),
        agreed=sum(first == second for first, second in pairs),
        kappa=kappa(pairs),
        differences=[
            (first, first.finding, second.finding) for first, second in couples if first.finding != second.finding
        ],
    )


def open_finding(scope: Scope, task_id: UUID) -> QaTask:
    """Return a contradicted task that waits for its case; raises `NotFound`."""
    scope.require(Ability.MANAGE_CASES)
    task = QaTask.objects.filter(pk=task_id, finding=Finding.CONTRADICTED).select_related("company").first()
    if task is None:
        raise NotFound
    return task
