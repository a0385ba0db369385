"""The shapes of the API: input that refuses unknown fields and unreadable dates, pages, problems."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, StringConstraints

from tiejun.foundation.times import EARLIEST, LATEST, is_sane

T = TypeVar("T")


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


PROBLEMS: dict[frozenset[int], type[Problem]] = {frozenset({400, 401, 403, 404, 409, 413, 422, 429, 503}): Problem}
