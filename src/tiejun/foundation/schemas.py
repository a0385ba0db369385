"""The shapes of the API: input that refuses unknown fields and unreadable dates, pages, problems."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpResponse
from ninja import Schema
from ninja.renderers import BaseRenderer
from pydantic import AfterValidator, AwareDatetime, ConfigDict, StringConstraints
from pydantic_core import to_json

from tiejun.foundation.times import EARLIEST, LATEST, is_sane

T = TypeVar("T")
JSON = "application/json"


class JsonRenderer(BaseRenderer):
    """Writes answers a tenth as slowly as Django's encoder; identifiers, moments and lazy words included.

    Moments are told in UTC: a repeat reads them from the database, where the first answer may have them in a zone.
    """

    media_type = JSON

    def render(self, request: Any, data: Any, *, response_status: int) -> Any:  # noqa: ARG002 -- ninja hands them over
        return to_json(_in_utc(data), fallback=str)


def _in_utc(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _in_utc(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_in_utc(value) for value in data]
    return data.astimezone(UTC) if isinstance(data, datetime) and data.tzinfo else data


def json_answer(data: Any) -> HttpResponse:
    """Answer with values that need no check any more: rows of a query, column by column."""
    return HttpResponse(to_json(data, fallback=str), content_type=f"{JSON}; charset=utf-8")


def _sane(moment: datetime) -> datetime:
    if not is_sane(moment):
        msg = "must be between 2000 and 2100"
        raise ValueError(msg)
    return moment


def _sane_day(day: date) -> date:
    if not EARLIEST.date() <= day < LATEST.date():
        msg = "must be between 2000 and 2100"
        raise ValueError(msg)
    return day


def _no_nul(text: str) -> str:
    if "\x00" in text:
        msg = "must not contain NUL"
        raise ValueError(msg)
    return text


Moment = Annotated[AwareDatetime, AfterValidator(_sane)]
Day = Annotated[date, AfterValidator(_sane_day)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_no_nul)]
Text = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_no_nul)]


class In(Schema):
    """Input: an unknown field is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class PageOut(Schema, Generic[T]):
    """A keyset page: hand `next` or `previous` back as `cursor`."""

    items: list[T]
    next: str | None = None
    previous: str | None = None


class Problem(Schema):
    """Problem details (RFC 9457); `code` is stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, Any] | None = None


PROBLEM_STATUSES = (400, 401, 403, 404, 409, 413, 422, 429, 503)
