"""Decisions about inbound records: what identifies a company, what a record must hold, when it becomes a lead."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tiejun.engines.names.company import normalised_name
from tiejun.engines.names.credit_code import credit_code_fault, normalise_credit_code
from tiejun.engines.names.phone import PhoneFault, normalise_phone, phone_fault
from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

NAME_LONGEST = 200


class Refusal(refusals.Refusal):
    """Why a record cannot come in, be checked or become a lead."""

    NOT_LOOKED_UP = "NOT_LOOKED_UP"
    NOT_CHECKED = "NOT_CHECKED"
    DECIDED_ALREADY = "DECIDED_ALREADY"
    NAME_MISSING = "NAME_MISSING"
    CHANNEL_MISSING = "CHANNEL_MISSING"
    REGION_MISSING = "REGION_MISSING"
    CONSENT_MISSING = "CONSENT_MISSING"
    INTENT_TOO_LOW = "INTENT_TOO_LOW"
    CAMPAIGN_CLOSED = "CAMPAIGN_CLOSED"
    SOURCE_UNKNOWN = "SOURCE_UNKNOWN"
    PHONE_UNREADABLE = "PHONE_UNREADABLE"
    AREA_CODE_MISSING = "AREA_CODE_MISSING"


class Rejection(StrEnum):
    """Why a record does not become a lead."""

    DUPLICATE = "DUPLICATE"
    NO_NEED = "NO_NEED"
    LOW_INTENT = "LOW_INTENT"
    UNREACHABLE = "UNREACHABLE"
    WRONG_DETAILS = "WRONG_DETAILS"
    OUTSIDE_AREA = "OUTSIDE_AREA"
    ADVERTISING = "ADVERTISING"


class KnownBy(StrEnum):
    """By what a company was recognised; the order is the order of trust (domain 11.27)."""

    CREDIT_CODE = "CREDIT_CODE"
    DOMAIN = "DOMAIN"
    PHONE = "PHONE"
    NAME = "NAME"


@dataclass(frozen=True, slots=True)
class InboundFacts:
    """What somebody left with us, as typed. `answers`: intent question → answer; `payload`: everything that was sent."""

    company_name: str
    contact_name: str = ""
    contact_title: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    credit_code: str = ""
    city_code: str = ""
    district_code: str = ""
    address: str = ""
    industry: str = ""
    need: str = ""
    channel: str = "PHONE"
    window: str = "ANY"
    consent_id: UUID | None = None
    consent_basis: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """What may identify a company, each part in its normal form and empty where it is not known."""

    credit_code: str
    domain: str
    phone: str
    name: str
    city_code: str


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """A company that the modules above know already, by what, and its open lead if it has one."""

    company_id: UUID
    known_by: str
    lead_id: UUID | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class AcceptedFacts:
    """An accepted record as the module that makes leads of it needs it; `phone` in full."""

    inbound_id: UUID
    source_code: str
    source_id: UUID
    company_name: str
    credit_code: str
    contact_name: str
    contact_title: str
    phone: str
    city_code: str
    district_code: str
    address: str
    industry: str
    intent: str
    known_company_id: UUID | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the decision about a record looks at; `score` None = not asked yet, `needs_intent` by the source's play."""

    status: str
    has_name: bool
    has_channel: bool
    has_region: bool
    has_consent: bool
    needs_intent: bool
    score: int | None


@cache
def public_mail() -> frozenset[str]:
    """Return the domains of public mail providers."""
    text = files("tiejun.marketing").joinpath("data", "public_mail.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text))


def identity_of(facts: InboundFacts, public_mail: Collection[str]) -> Identity:
    """Return the identifying parts of what was typed; a public mail provider's domain identifies nobody."""
    code = normalise_credit_code(facts.credit_code)
    phone = normalise_phone(facts.phone)
    return Identity(
        credit_code="" if credit_code_fault(code) else code,
        domain=domain_of(facts.website, facts.email, public_mail),
        phone="" if phone_fault(phone) else phone,
        name=normalised_name(facts.company_name)[:NAME_LONGEST],
        city_code=facts.city_code,
    )


def why_not_call(phone: str) -> Refusal | None:
    """Return why nobody could call a number as it was typed, or None; an empty one is no fault."""
    if not phone.strip():
        return None
    fault = phone_fault(normalise_phone(phone))
    if fault is None:
        return None
    return Refusal.AREA_CODE_MISSING if fault is PhoneFault.AREA_MISSING else Refusal.PHONE_UNREADABLE


def domain_of(website: str, email: str, public_mail: Collection[str]) -> str:
    """Return the company's domain from its site, else from its mail address; empty when neither says one."""
    site = website.strip().lower()
    host = ""
    if site:
        try:
            host = urlsplit(site if "//" in site else f"//{site}").hostname or ""
        except ValueError:
            host = ""
    if not host:
        host = email.strip().lower().rpartition("@")[2] if "@" in email else ""
    host = host.removeprefix("www.")
    return host[:120] if "." in host and host not in public_mail else ""


def why_not_check(status: str) -> Refusal | None:
    """Return why the intent questions cannot be answered now, or None."""
    if status in ("ACCEPTED", "REJECTED"):
        return Refusal.DECIDED_ALREADY
    return Refusal.NOT_LOOKED_UP if status == "RECEIVED" else None


def why_not_accept(facts: Readiness, accept_score: int) -> Refusal | None:
    """Return the first thing that keeps a record from becoming a lead, or None (domain 6.4: minimum data and intent)."""
    if (refusal := why_not_check(facts.status)) is not None:
        return refusal
    for is_there, missing in (
        (facts.has_name, Refusal.NAME_MISSING),
        (facts.has_channel, Refusal.CHANNEL_MISSING),
        (facts.has_region, Refusal.REGION_MISSING),
        (facts.has_consent, Refusal.CONSENT_MISSING),
    ):
        if not is_there:
            return missing
    if not facts.needs_intent:
        return None
    if facts.score is None:
        return Refusal.NOT_CHECKED
    return Refusal.INTENT_TOO_LOW if facts.score < accept_score else None


def why_not_reject(status: str) -> Refusal | None:
    """Return why a record cannot be rejected, or None."""
    return Refusal.DECIDED_ALREADY if status in ("ACCEPTED", "REJECTED") else None
