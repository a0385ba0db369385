"""Decisions about campaigns, their costs and forms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID


class Refusal(refusals.Refusal):
    """Why something about a campaign or a form is not possible."""

    NOT_PLANNED = "NOT_PLANNED"
    NOT_RUNNING = "NOT_RUNNING"
    CLOSED = "CLOSED"
    TAKEN_BACK_ALREADY = "TAKEN_BACK_ALREADY"
    NAME_TAKEN = "NAME_TAKEN"
    FORM_CLOSED = "FORM_CLOSED"
    FORM_TOO_OFTEN = "FORM_TOO_OFTEN"
    FORM_EXPIRED = "FORM_EXPIRED"
    FORM_TOO_FAST = "FORM_TOO_FAST"


class Step(StrEnum):
    """What moves a campaign on."""

    START = "START"
    CLOSE = "CLOSE"


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """A campaign as entered; the budget in minor units."""

    name: str
    means: str
    is_online: bool
    source_code: str
    starts_on: date
    ends_on: date | None = None
    budget_minor: int = 0
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class FormFacts:
    """A public form as entered; `allowed_sites` are origins that may frame it."""

    name: str
    source_code: str
    title: str
    title_en: str
    consent: str
    consent_en: str
    campaign_id: UUID | None = None
    intro: str = ""
    intro_en: str = ""
    asks_intent: bool = True
    allowed_sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sums:
    """What a campaign brought and cost: counts, and money in minor units of its currency."""

    received: int = 0
    open: int = 0
    accepted: int = 0
    rejected: int = 0
    contacted: int = 0
    effective: int = 0
    signed: int = 0
    invalid: int = 0
    cost_minor: int = 0

    @property
    def valid(self) -> int:
        """Leads that sales did not mark invalid, or that a dispute gave back."""
        return self.accepted - self.invalid

    @property
    def per_valid_minor(self) -> int | None:
        """Cost of a valid lead (M-L8); None when there is none."""
        return _per(self.cost_minor, self.valid)

    @property
    def per_effective_minor(self) -> int | None:
        """Cost of an effective customer (M-L8); None when there is none."""
        return _per(self.cost_minor, self.effective)


def _per(cost: int, count: int) -> int | None:
    # Half a minor unit is rounded up; money is never a float.
    return (2 * cost + count) // (2 * count) if count > 0 else None


def why_not_step(status: str, step: Step) -> Refusal | None:
    """Return why a campaign cannot be started or closed: planned, then running, then closed."""
    if step is Step.START:
        return None if status == "PLANNED" else Refusal.NOT_PLANNED
    return None if status == "RUNNING" else Refusal.NOT_RUNNING


def clean_origin(text: str) -> str | None:
    """Return a site as an origin that a browser compares (`https://host[:port]`), or None for what is none.

    Only hosts of plain letters, digits, dots and dashes: the answer goes into a header.
    """
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    is_plain = bool(host) and all(
        character.isascii() and (character.isalnum() or character in ".-") for character in host
    )
    if parts.scheme not in ("http", "https") or not is_plain or parts.username or parts.path not in ("", "/"):
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


# What a site pastes: the frame, and what makes it as tall as the form says it is; an answer (thanks, what is missing) is
# brought into view. Without scripts the frame keeps the height of a short form and scrolls within.
_FRAME = (
    '<iframe src="{link}" title="{title}" width="100%" height="900" style="border:0" data-tiejun></iframe>'
    '<script>addEventListener("message",function(e){{document.querySelectorAll("iframe[data-tiejun]").forEach(function(f){{'
    "if(f.contentWindow!==e.source||!e.data||!(e.data.tiejun>0))return;f.height=e.data.tiejun;"
    "if(e.data.loaded){{if(f.dataset.seen)f.scrollIntoView();f.dataset.seen=1}}}})}})</script>"
)


def frame_code(link: str, title: str) -> str:
    """Return the HTML with which another site frames a form; `link` is the form's address, `title` its name for readers."""
    return _FRAME.format(link=escape(link), title=escape(title))
