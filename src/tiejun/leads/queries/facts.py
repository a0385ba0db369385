"""What the facts of the boards are summed of: a line for each lead and each holding, by day, unit, person and source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, IntegerField, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import TruncDate

from tiejun.access.abilities import Ability
from tiejun.foundation.days import Days
from tiejun.foundation.lines import Lines
from tiejun.foundation.times import local_date
from tiejun.leads.models import Lead, LeadTenure

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

TAKEN = (LeadTenure.Start.CLAIMED, LeadTenure.Start.ASSIGNED, LeadTenure.Start.ALLOTTED)
GIVEN_UP = (LeadTenure.End.RELEASED, LeadTenure.End.RECLAIMED)
NOT_VALID = (Lead.Status.CLOSED_INVALID, Lead.Status.MERGED)
KEYS = ("day", "unit_id", "person_id", "source")


def lead_lines(
    scope: Scope,
    days: Days,
    *,
    unit_ids: Collection[UUID] | None = None,
    sources: bool = True,
    wanted: Collection[str] = (),
) -> list[Lines]:
    """Return the lines of the links 1 to 3 and of V on some local days, within reach of the board and `unit_ids`; without `sources` of no source.

    `entered`, `high`, `medium`: leads created, by who holds them and what their intent is today; nobody's where nobody does.
    `taken`, `given_up`: holdings that began or ended, by their holder. `valid`: leads neither invalid nor double, by who held them first.
    """
    leads = _of(Lead.objects.within(scope, Ability.VIEW_BOARD), unit_ids).filter(
        days.of_moments("created_at", scope.zone)
    )
    created = TruncDate("created_at", tzinfo=ZoneInfo(scope.zone))
    entered = leads.order_by().values_list(
        created,
        "unit_id",
        "owner_id",
        _source("source__code", sources),
        Value(1),
        _one(intent="HIGH"),
        _one(intent="MEDIUM"),
    )
    lines = [Lines(entered, KEYS, ("entered", "high", "medium"))]
    tenures = _of(LeadTenure.objects.within(scope, Ability.VIEW_BOARD), unit_ids)
    for measure, moment, reasons in (
        ("taken", "started_at", Q(start_reason__in=TAKEN)),
        ("given_up", "ended_at", Q(end_reason__in=GIVEN_UP)),
    ):
        held = tenures.filter(reasons, days.of_moments(moment, scope.zone))
        day = TruncDate(moment, tzinfo=ZoneInfo(scope.zone))
        lines.append(Lines(_held(held, day, sources=sources), KEYS, (measure,)))
    if wanted and "valid" not in wanted:
        return lines
    received = TruncDate("lead__created_at", tzinfo=ZoneInfo(scope.zone))
    earlier = LeadTenure.objects.filter(lead=OuterRef("lead")).filter(
        Q(started_at__lt=OuterRef("started_at")) | Q(started_at=OuterRef("started_at"), pk__lt=OuterRef("pk"))
    )
    first = tenures.filter(~Exists(earlier), days.of_moments("lead__created_at", scope.zone))
    valid = first.exclude(lead__status__in=NOT_VALID)
    lines.append(Lines(_held(valid, received, sources=sources), KEYS, ("valid",)))
    if unit_ids is None and scope.covers(Ability.VIEW_BOARD, owner_id=None, unit_id=None):
        untouched = leads.exclude(status__in=NOT_VALID).filter(~Exists(LeadTenure.objects.filter(lead=OuterRef("pk"))))
        rows = untouched.order_by().values_list(created, _source("source__code", sources), Value(1))
        lines.append(Lines(rows, ("day", "source"), ("valid",)))
    return lines


def first_lead_day(scope: Scope) -> date | None:
    """Return the local day of the first lead or holding there is."""
    scope.require(Ability.VIEW_BOARD)
    firsts = [
        Lead.objects.aggregate(at=Min("created_at"))["at"],
        LeadTenure.objects.aggregate(at=Min("started_at"))["at"],
    ]
    return min((local_date(at, scope.zone) for at in firsts if at is not None), default=None)


def first_source(scope: Scope, company: str) -> Subquery:
    """Return the code of the source that a company came from, by its first lead; `company`: what refers to it in the outer rows."""
    scope.require(Ability.VIEW_BOARD)
    return Subquery(_first_lead(company).values("source__code")[:1])


def first_arrival(scope: Scope, company: str) -> Subquery:
    """Return the local day on which a company's first lead was received."""
    scope.require(Ability.VIEW_BOARD)
    arrived = _first_lead(company).annotate(arrived_on=TruncDate("created_at", tzinfo=ZoneInfo(scope.zone)))
    return Subquery(arrived.values("arrived_on")[:1])


def first_valid(scope: Scope, company: str) -> Any:
    """Return the valid leads of a company of outer rows, the first received first."""
    scope.require(Ability.VIEW_BOARD)
    return Lead.objects.filter(company=OuterRef(company)).exclude(status__in=NOT_VALID).order_by("created_at", "pk")


def companies_arrived(scope: Scope, days: Days) -> Any:
    """Return the ids, not asked for yet, of the companies that a lead was received of on some local days."""
    scope.require(Ability.VIEW_BOARD)
    return Lead.objects.filter(days.of_moments("created_at", scope.zone)).values("company_id")


def _first_lead(company: str) -> Any:
    leads = Lead.objects.filter(company=OuterRef(company)).exclude(status=Lead.Status.MERGED)
    return leads.order_by("created_at", "pk")


def _held(rows: Any, day: TruncDate, *, sources: bool) -> Any:
    return rows.order_by().values_list(day, "unit_id", "person_id", _source("lead__source__code", sources), Value(1))


def _source(column: str, is_asked: bool) -> Any:  # noqa: FBT001 -- its one question
    return F(column) if is_asked else Value("")


def _of(rows: Any, unit_ids: Collection[UUID] | None) -> Any:
    return rows if unit_ids is None else rows.filter(unit_id__in=unit_ids)


def _one(**condition: Any) -> Case:
    return Case(When(**condition, then=Value(1)), default=Value(0), output_field=IntegerField())
