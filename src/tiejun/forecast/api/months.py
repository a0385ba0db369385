"""Months for programs: one's own number, the talk, the form of a group, commitments and their signatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.access.abilities import Ability
from tiejun.forecast.actions import months as actions
from tiejun.forecast.queries import months as queries
from tiejun.forecast.rules import Refusal
from tiejun.forecast.rules.months import MOST_DEALS, Support
from tiejun.foundation.refusals import Refused
from tiejun.foundation.schemas import Day, In, Text
from tiejun.org import sign_in

if TYPE_CHECKING:
    from tiejun.forecast.models import MonthlyForecast
    from tiejun.foundation.web import TiejunRequest

router = Router()
Deals = Annotated[int, Field(ge=0, le=MOST_DEALS)]
Minor = Annotated[int, Field(ge=0, le=10**13)]
Version = Annotated[int, Field(ge=0, le=10**9)]
Short = Annotated[Text, Field(max_length=500)]


class CommitmentOut(Schema):
    """One edition of a person's number for a month; `talk` is null for who only sees what was published."""

    id: UUID
    person_id: UUID
    unit_id: UUID
    month: date
    edition: int
    state: str
    deals: int
    amount_minor: int
    support: str
    expected_deals: float | None
    expected_low: int | None
    expected_high: int | None
    expected_why: list[str]
    tree: dict[str, Any]
    content_hash: str
    talk: dict[str, str] | None
    talked_by_id: UUID | None
    talked_at: datetime | None
    rep_signed_at: datetime | None
    supervisor_id: UUID | None
    exception_by_id: UUID | None
    published_at: datetime | None
    superseded_at: datetime | None
    version: int


class TreeOut(Schema):
    """A number taken apart down to the hour; `seed_*` at 8:1, the rest at the own ratio."""

    deals: int
    signed: int
    ratio: float
    effective_rate: float
    days: int
    capacity: int
    need: int
    per_day: int | None
    visits: int | None
    visits_per_day: int | None
    morning: int | None
    afternoon: int | None
    per_hour: float | None
    feasibility: float | None
    possible_deals: int
    seed_need: int
    seed_per_day: int | None
    is_assumed: bool
    is_possible: bool


class PastMonthOut(Schema):
    """What was signed in a month."""

    month: date
    deals: int
    amount_minor: int


class DeviationOut(Schema):
    """How far a number lies from the last months, in deals; beyond `limit` it must be explained."""

    base: float
    limit: float
    distance: float
    months: int
    is_large: bool


class MonthOut(Schema):
    """A person's month: the edition worked on or in force, and what stands beside its number.

    `expected`, `low`, `high`: deals of the whole month as the engine sees them; `refusal`: why it cannot be signed, null when it
    can; `is_flagged`: it departs from what this person's promises usually are.
    """

    person_id: UUID
    name: str
    unit_id: UUID
    month: date
    commitment: CommitmentOut | None
    in_force_id: UUID | None
    deals: int
    signed_deals: int
    signed_minor: int
    past: list[PastMonthOut]
    expected: float
    low: int
    high: int
    why: list[str]
    days: int
    days_total: int
    quota: int
    tree: TreeOut
    deviation: DeviationOut
    is_flagged: bool
    refusal: str | None


class FormLineOut(Schema):
    """A line of the monthly form; `tree` and `deviation` null while no number was said."""

    person_id: UUID
    name: str
    commitment: CommitmentOut | None
    expected: float
    low: int
    high: int
    last_said: int | None
    last_came: int | None
    tree: TreeOut | None
    deviation: DeviationOut | None


class FormOut(Schema):
    """The monthly form of a group."""

    unit_id: UUID
    month: date
    said: int
    said_minor: int
    expected: float
    published: int
    lines: list[FormLineOut]


class NumberIn(In):
    """A number for a month; `version` of the edition that is changed, 0 for the first. A text left out stays as it is."""

    version: Version = 0
    deals: Deals
    amount_minor: Minor
    support: Support | None = None
    assumptions: Text | None = None
    deviation_explained: Text | None = None
    improvement_plan: Text | None = None
    support_note: Short | None = None

    def words(self) -> actions.Words:
        """Return the texts that were given, as the actions take them."""
        given = self.model_dump(include=set(queries.TEXTS), exclude_none=True)
        return actions.Words(given, self.support)


class TalkIn(NumberIn):
    """What the talk about a person's month brought."""

    state_of_work: Text | None = None
    causes: Text | None = None
    follow_up_plan: Text | None = None
    exception_reason: Short | None = None


class SignatureIn(In):
    """A signature under the version that was looked at."""

    version: Version


class CountersignatureIn(In):
    """A signature under the content that was looked at."""

    content_hash: Annotated[str, Field(min_length=1, max_length=64)]


@router.get("/forecasts/months", response=FormOut, summary="The monthly form of a group")
def show_form(request: TiejunRequest, unit_id: UUID | None = None, month: Day | None = None) -> dict[str, Any]:
    found = queries.month_form(request.scope, unit_id=unit_id, month=month, now=request.now)
    names = ("month", "said", "said_minor", "expected", "published")
    lines = [_line_out(request, line) for line in found.lines]
    return {name: getattr(found, name) for name in names} | {"unit_id": found.unit.pk, "lines": lines}


@router.get("/forecasts/months/{day}", response=MonthOut, summary="One's own month")
def show_own(request: TiejunRequest, day: Day) -> dict[str, Any]:
    return _month_out(request, queries.own_sheet(request.scope, month=day, now=request.now))


@router.put("/forecasts/months/{day}", response=CommitmentOut, summary="Say one's own number")
def commit(request: TiejunRequest, day: Day, sent: NumberIn) -> dict[str, Any]:
    row = actions.commit(
        request.scope,
        month=day,
        version=sent.version,
        deals=sent.deals,
        amount_minor=sent.amount_minor,
        words=sent.words(),
        now=request.now,
    )
    return _commitment_out(request, row)


@router.get("/forecasts/talks/{uuid:person_id}/{day}", response=MonthOut, summary="The talk sheet of a month")
def show_talk(request: TiejunRequest, person_id: UUID, day: Day) -> dict[str, Any]:
    return _month_out(request, queries.talk_sheet(request.scope, person_id, month=day, now=request.now))


@router.put("/forecasts/talks/{uuid:person_id}/{day}", response=CommitmentOut, summary="Keep a month's talk")
def talk(request: TiejunRequest, person_id: UUID, day: Day, sent: TalkIn) -> dict[str, Any]:
    row = actions.talk(
        request.scope,
        person_id=person_id,
        month=day,
        version=sent.version,
        deals=sent.deals,
        amount_minor=sent.amount_minor,
        words=sent.words(),
        now=request.now,
    )
    return _commitment_out(request, row)


@router.get(
    "/forecasts/commitments",
    response=list[CommitmentOut],
    summary="Published commitments of a month",
)
def show_commitments(request: TiejunRequest, month: Day | None = None) -> list[dict[str, Any]]:
    asked = queries.month_asked(request.scope, month, now=request.now)
    return [_commitment_out(request, row) for row in queries.team_commitments(request.scope, asked)]


@router.get("/forecasts/commitments/{uuid:commitment_id}", response=CommitmentOut, summary="A commitment")
def show_commitment(request: TiejunRequest, commitment_id: UUID) -> dict[str, Any]:
    return _commitment_out(request, queries.commitment_in_reach(request.scope, commitment_id))


@router.post(
    "/forecasts/commitments/{uuid:commitment_id}/sign",
    response=CommitmentOut,
    summary="Sign one's own commitment",
    description="Only with a session whose person has just proved who they are; a program's token signs nothing.",
)
def sign(request: TiejunRequest, commitment_id: UUID, sent: SignatureIn) -> dict[str, Any]:
    _demand_the_person(request, commitment_id, Ability.MAKE_FORECAST)
    row = actions.sign(request.scope, commitment_id=commitment_id, version=sent.version, now=request.now)
    return _commitment_out(request, row)


@router.post(
    "/forecasts/commitments/{uuid:commitment_id}/countersign",
    response=CommitmentOut,
    summary="Sign a member's commitment and publish it",
    description="Only with a session whose person has just proved who they are; a program's token signs nothing.",
)
def countersign(request: TiejunRequest, commitment_id: UUID, sent: CountersignatureIn) -> dict[str, Any]:
    _demand_the_person(request, commitment_id, Ability.REVIEW_FORECASTS)
    row = actions.countersign(
        request.scope, commitment_id=commitment_id, content_hash=sent.content_hash, now=request.now
    )
    return _commitment_out(request, row)


def _demand_the_person(request: TiejunRequest, commitment_id: UUID, ability: Ability) -> None:
    """Let whoever may not sign this learn so first; then ask who it is that signs."""
    request.scope.require(ability)
    queries.commitment_to_sign(request.scope, commitment_id, ability)
    if not sign_in.is_fresh(request):
        raise Refused(Refusal.PROVE_WHO_YOU_ARE)


def _commitment_out(request: TiejunRequest, row: MonthlyForecast) -> dict[str, Any]:
    names = [name for name in CommitmentOut.model_fields if name != "talk"]
    told = {name: getattr(row, name) for name in queries.TEXTS} if queries.shows_talk(request.scope, row) else None
    return {name: getattr(row, name) for name in names} | {"talk": told}


def _month_out(request: TiejunRequest, sheet: queries.MonthSheet) -> dict[str, Any]:
    numbers = sheet.figures
    names = ("signed_deals", "signed_minor", "past", "expected", "low", "high", "days", "days_total", "quota")
    return {name: getattr(numbers, name) for name in names} | {
        "person_id": sheet.member.person_id,
        "name": sheet.member.name,
        "unit_id": sheet.unit.pk,
        "month": sheet.month,
        "commitment": _commitment_out(request, sheet.row) if sheet.row else None,
        "in_force_id": sheet.in_force.pk if sheet.in_force else None,
        "deals": sheet.deals,
        "why": [reason.value for reason in numbers.prediction.reasons],
        "tree": sheet.tree,
        "deviation": sheet.deviation,
        "is_flagged": sheet.departure.is_flagged,
        "refusal": sheet.refusal.lower() if sheet.refusal else None,
    }


def _line_out(request: TiejunRequest, line: queries.FormLine) -> dict[str, Any]:
    return {
        "person_id": line.member.person_id,
        "name": line.member.name,
        "commitment": _commitment_out(request, line.row) if line.row else None,
        "expected": line.figures.expected,
        "low": line.figures.low,
        "high": line.figures.high,
        "last_said": line.last_said,
        "last_came": line.last_came,
        "tree": line.tree,
        "deviation": line.deviation,
    }
