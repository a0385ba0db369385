"""One's own forecast of the coming day, as the phone shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.customers.queries.closing import open_classes
from tiejun.forecast.models import DailyDeal, DailyForecast
from tiejun.forecast.queries.actuals import actuals_of, numbers_of
from tiejun.forecast.queries.drafts import machine_drafts
from tiejun.forecast.rules import DayState
from tiejun.forecast.rules.daily import DayActuals, DayNumbers, Deal
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.org import queries as org
from tiejun.pipeline.rules import major
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

CHOICES = 40


@dataclass(frozen=True, slots=True)
class DealLine:
    """A deal of a day as a page shows it; `is_signed` once the day is closed."""

    deal: Deal
    name: str
    backup_name: str
    is_signed: bool | None = None

    @property
    def amount(self) -> str:
        """The amount as people type it."""
        return major(self.deal.amount_minor)


@dataclass(frozen=True, slots=True)
class DayForecast:
    """A person's forecast of a day; `row` is None while nothing was said: then it shows the machine's draft."""

    person_id: UUID
    day: date
    row: DailyForecast | None
    numbers: DayNumbers
    lines: list[DealLine]

    @property
    def iron(self) -> list[DealLine]:
        return [line for line in self.lines if line.deal.closing_class == "A"]

    @property
    def reserve(self) -> list[DealLine]:
        return [line for line in self.lines if line.deal.closing_class == "B"]

    @property
    def is_draft(self) -> bool:
        return self.row is None or self.row.state == DayState.DRAFT

    @property
    def is_fixed(self) -> bool:
        """Talked through or over: the person changes it no more."""
        return self.row is not None and self.row.state in (DayState.REVIEWED, DayState.CLOSED)

    @property
    def lacking_backup(self) -> int:
        return sum(line.deal.lacks_backup for line in self.lines)


@dataclass(frozen=True, slots=True)
class TomorrowPage:
    """The coming day and the present one; `choices` are the own customers that can be named, by name."""

    forecast: DayForecast
    today: DayForecast | None
    actual: DayActuals | None
    due_at: datetime
    is_late: bool
    choices: list[tuple[UUID, str, str]]


def forecasts_on(scope: Scope, person_ids: Sequence[UUID], day: date, *, now: datetime) -> dict[UUID, DayForecast]:
    """Return the forecasts of a day of persons within reach, the machine's draft for who said nothing yet."""
    rows = {
        row.person_id: row
        for row in DailyForecast.objects.within(scope, Ability.VIEW_FORECASTS).filter(
            person__in=list(person_ids), business_day=day
        )
    }
    silent = [one for one in person_ids if one not in rows or rows[one].state == DayState.DRAFT]
    drafts = machine_drafts(scope, silent, day, now=now) if silent else {}
    stored: dict[UUID, list[DailyDeal]] = {row.pk: [] for row in rows.values()}
    for deal in DailyDeal.objects.filter(forecast__in=list(stored)).order_by("forecast", "position"):
        stored[deal.forecast_id].append(deal)
    told: dict[UUID, list[tuple[Deal, bool | None]]] = {
        one: [(deal, None) for deal in drafts[one].deals] for one in drafts
    }
    told |= {
        one: [(_deal(deal), deal.is_signed) for deal in stored[row.pk]]
        for one, row in rows.items()
        if one not in drafts
    }
    names = _names(scope, (deal for deals in told.values() for deal, _signed in deals))
    return {
        one: DayForecast(
            one,
            day,
            rows.get(one),
            drafts[one].numbers if one in drafts else numbers_of(scope, rows[one]),
            [
                DealLine(
                    deal,
                    names.get(deal.company_id, ""),
                    names.get(deal.backup_company_id, "") if deal.backup_company_id else "",
                    signed,
                )
                for deal, signed in told[one]
            ],
        )
        for one in person_ids
    }


def _deal(row: DailyDeal) -> Deal:
    return Deal(
        row.company_id, row.closing_class, row.amount_minor, row.opportunity_id, row.backup_company_id, row.backup_plan
    )


def _names(scope: Scope, deals: Iterable[Deal]) -> dict[UUID, str]:
    wanted = {one for deal in deals for one in (deal.company_id, deal.backup_company_id) if one is not None}
    return {company_id: brief.name for company_id, brief in customers.briefs(scope, wanted).items()}


def tomorrow_page(scope: Scope, *, day: date | None = None, now: datetime) -> TomorrowPage:
    """Return one's own forecast of the next working day (or of a day given), and how today stands."""
    scope.require(Ability.MAKE_FORECAST)
    policy = field_policy(scope, now)
    today = business_day(now, policy.zone)
    day = day or next_workday_of(today, calendar_of(policy.book, policy.chain))
    shown = forecasts_on(scope, [scope.own_id], day, now=now)[scope.own_id]
    present = actual = None
    if DailyForecast.objects.filter(person=scope.own_id, business_day=today).exists():
        present = forecasts_on(scope, [scope.own_id], today, now=now)[scope.own_id]
        actual = actuals_of(scope, [scope.own_id], today, now=now)[0][scope.own_id]
    held = open_classes(scope, [scope.own_id], classes=("A", "B", "C"))
    choices = sorted(
        ((row.company_id, row.company_name, row.closing_class) for row in held), key=lambda row: row[2:0:-1]
    )
    due_at = policy.due_at(day)
    return TomorrowPage(shown, present, actual, due_at, now > due_at, choices[:CHOICES])


def day_of_person(scope: Scope, person_id: UUID, day: date, *, now: datetime) -> DayForecast:
    """Return a person's forecast of a day within reach, as said or as drafted; raises `NotFound`."""
    scope.require(Ability.VIEW_FORECASTS)
    org.person_in_reach(scope, person_id, Ability.VIEW_FORECASTS, on=day)
    if (day - business_day(now, scope.zone)).days > _FAR:
        raise NotFound
    return forecasts_on(scope, [person_id], day, now=now)[person_id]


_FAR = 31


def next_day(scope: Scope, day: date, *, now: datetime) -> date:
    """Return the working day after a day."""
    return next_workday_of(day, calendar_of(policies.book(now), scope.unit_chain))
