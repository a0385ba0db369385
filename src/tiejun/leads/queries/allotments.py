"""Allotments as pages show them: today's list of a person with its reasons, and the report of a morning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.customers.queries import briefs
from tiejun.customers.rules import district_name
from tiejun.engines.assignment.measures import gini, share_percent
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.leads import texts
from tiejun.leads.models import AllotmentItem, AllotmentRun, AllotmentShare, LeadTenure
from tiejun.leads.queries import leases
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief

Kind = AllotmentRun.Kind
LIGHT = ("inputs",)


# -- a person's list ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AllottedLine:
    """A lead on a working list: why it is there in the reader's words, until when, and whether it was worked on."""

    tenure: LeadTenure
    brief: CompanyBrief
    district: str
    industry: str
    tier: str
    value_minor: int
    minutes: int | None
    reasons: tuple[str, ...]
    is_by_hand: bool

    @property
    def is_worked(self) -> bool:
        """Tell whether a qualifying follow-up keeps it."""
        return self.tenure.last_qualifying_at is not None


@dataclass(frozen=True, slots=True)
class Allotment:
    """A person's working list, what is worth most first; `fresh`: those given since this business day began."""

    lines: list[AllottedLine]
    fresh: int
    worked: int


def todays_allotment(scope: Scope, *, person_id: UUID, since: datetime) -> Allotment:
    """Return the open leases of a person within reach of VIEW_ALLOTMENT; raises `NotFound` for others.

    `since`: when the business day began, from which on a lead counts as fresh on the list.
    """
    scope.require(Ability.VIEW_ALLOTMENT)
    org.person_in_reach(scope, person_id, Ability.VIEW_ALLOTMENT, on=local_date(since, scope.zone))
    rows = LeadTenure.objects.filter(person=person_id, ended_at=None, kind=LeadTenure.Kind.ALLOTTED)
    loaded = rows.select_related("lead__company").defer("lead__company__search_grams")
    tenures = list(loaded.order_by("due_at", "pk"))
    items = {row.tenure_id: row for row in AllotmentItem.objects.filter(tenure__in=tenures)}
    known = briefs(scope, [row.lead.company_id for row in tenures])
    names = org.names_of(scope, [_assigner(row.reasons) for row in items.values()])
    lines = [_line(row, items.get(row.pk), known[row.lead.company_id], names) for row in tenures]
    lines.sort(key=lambda line: (line.is_worked, -line.value_minor))
    return Allotment(lines, sum(row.started_at >= since for row in tenures), sum(line.is_worked for line in lines))


def _assigner(reasons: list[Mapping[str, Any]]) -> UUID | None:
    found = [reason["facts"].get("person") for reason in reasons if reason["code"] == "ASSIGNED_BY"]
    return UUID(found[0]) if found and found[0] else None


def _line(
    tenure: LeadTenure, item: AllotmentItem | None, brief: CompanyBrief, names: Mapping[UUID, str]
) -> AllottedLine:
    company = tenure.lead.company
    return AllottedLine(
        tenure=tenure,
        brief=brief,
        district=district_name(company.district_code),
        industry=company.industry,
        tier=item.tier if item else "C",
        value_minor=item.value_minor if item else 0,
        minutes=item.minutes if item else None,
        reasons=tuple(texts.reason_words(reason, names) for reason in item.reasons) if item else (),
        is_by_hand=tenure.start_reason == LeadTenure.Start.ASSIGNED,
    )


def reason_of_assignment(scope: Scope, run_id: UUID) -> str:  # noqa: ARG001 -- told to who was given the leads
    """Return why leads were put on lists by hand."""
    return AllotmentRun.objects.filter(pk=run_id).values_list("reason", flat=True).first() or ""


# -- runs --------------------------------------------------------------------------------------------------------------
def night_of(scope: Scope, day: date) -> AllotmentRun | None:
    """Return the nightly run of a day with its inputs, None when there is none."""
    scope.require(Ability.RUN_ALLOTMENT)
    return AllotmentRun.objects.filter(kind=Kind.NIGHT, day=day).first()


def open_run(scope: Scope, run_id: UUID) -> AllotmentRun:
    """Return a run that is being computed, with its inputs; raises `NotFound`."""
    scope.require(Ability.RUN_ALLOTMENT)
    run = AllotmentRun.objects.filter(pk=run_id, state=AllotmentRun.State.OPEN).select_related("repeats").first()
    if run is None:
        raise NotFound
    return run


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One person's morning; `value` is what the leads are worth after travel, with this person's own conversion."""

    person_id: UUID
    name: str
    unit_name: str
    share: AllotmentShare
    fresh_percent: int


@dataclass(frozen=True, slots=True)
class Report:
    """A run for the people within reach: lists, evenness, newcomers, shortage; `nights`: the runs one can look at.

    `gini` is of the whole company (None while it is computed), `gini_here` of the people shown.
    """

    run: AllotmentRun
    lines: list[ShareLine]
    gini_here: float
    given: int
    short: int
    people_short: int
    newcomers: int
    newcomer_fresh_percent: int
    floors_cost_minor: int
    fairness_cost_minor: int
    repetition: AllotmentRun | None

    @property
    def cost_minor(self) -> int:
        """Return what all rules together cost."""
        return self.floors_cost_minor + self.fairness_cost_minor

    @property
    def dropped(self) -> int:
        """Return how many leads were taken by somebody before they could be given."""
        planned = sum(line.share.planned for line in self.lines)
        return planned - self.given if self.run.kind == Kind.NIGHT else 0


def runs(scope: Scope, *, limit: int = 30) -> list[AllotmentRun]:
    """Return the latest nights, and the look ahead for who may ask for one, the newest day first, without their inputs."""
    scope.require(Ability.VIEW_ALLOTMENT)
    kinds = [Kind.NIGHT, Kind.PREVIEW] if scope.can(Ability.RUN_ALLOTMENT) else [Kind.NIGHT]
    rows = AllotmentRun.objects.filter(kind__in=kinds).defer(*LIGHT)
    return list(rows.order_by("-day", "-started_at", "-pk")[:limit])


def report(scope: Scope, run_id: UUID | None = None) -> Report | None:
    """Return the report of a run, by default of the latest night; None before the first one. Raises `NotFound`."""
    known = runs(scope)
    if run_id is None:
        run = next((row for row in known if row.kind == Kind.NIGHT), None)
        if run is None:
            return None
    else:
        found = [row for row in known if row.pk == run_id]
        run = found[0] if found else None
        if run is None:
            raise NotFound
    return _report(scope, run)


def _report(scope: Scope, run: AllotmentRun) -> Report:
    rows = AllotmentShare.objects.within(scope, Ability.VIEW_ALLOTMENT).filter(run=run)
    shares = list(rows.select_related("person", "unit").order_by("unit__path", "person__name_initials", "pk"))
    new = [share for share in shares if share.is_newcomer]
    is_night = run.kind == Kind.NIGHT
    lines = [
        ShareLine(row.person_id, row.person.name, row.unit.name, row, share_percent(row.fresh, row.planned))
        for row in shares
    ]
    figures = run.figures
    value = figures.get("value_minor", 0)
    return Report(
        run=run,
        lines=lines,
        gini_here=round(gini(share.worth_minor for share in shares), 3),
        given=sum(share.given if is_night else share.planned for share in shares),
        short=sum(share.short for share in shares),
        people_short=sum(share.short > 0 for share in shares),
        newcomers=len(new),
        newcomer_fresh_percent=share_percent(sum(share.fresh for share in new), sum(share.planned for share in new)),
        floors_cost_minor=max(
            0, figures.get("without_floors_minor", value) - figures.get("without_fairness_minor", value)
        ),
        fairness_cost_minor=max(0, figures.get("without_fairness_minor", value) - value),
        repetition=_repetition(run),
    )


def _repetition(run: AllotmentRun) -> AllotmentRun | None:
    rows = AllotmentRun.objects.filter(Q(kind=Kind.REPEAT), repeats=run).defer(*LIGHT)
    return rows.order_by("-started_at", "-pk").first()


@dataclass(frozen=True, slots=True)
class Room:
    """A person within reach and how many more leads fit on the working list."""

    person_id: UUID
    name: str
    unit_name: str
    room: int


def people_with_room(scope: Scope, now: datetime) -> list[Room]:
    """Return who could be given leads by hand today, with the room on each list, by unit and name."""
    day = leases.list_day(scope, now)
    members = org.members_in_reach(scope, Ability.ASSIGN_LEADS, on=day)
    present = org.at_work(scope, [member.person_id for member in members], on=day)
    rooms = leases.rooms(scope, {row.person_id: row.unit_id for row in members if row.person_id in present}, now)
    return [
        Room(row.person_id, row.name, row.unit_name, rooms[row.person_id]) for row in members if row.person_id in rooms
    ]
