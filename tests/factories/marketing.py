"""Campaigns, forms, records and hand-overs for tests: plain functions on real models."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.factories.org import NOW
from tiejun.engines.names.company import normalised_name
from tiejun.foundation.crypto import seal
from tiejun.foundation.ids import new_id
from tiejun.marketing.models import (
    Campaign,
    CaptureForm,
    ConsentText,
    CostEntry,
    Handover,
    InboundRecord,
    LeadDispute,
    Source,
    Tag,
)

if TYPE_CHECKING:
    from datetime import datetime

_numbers = count(1)


def source(code: str = "WEB") -> Source:
    """Return one of the sources that every installation has."""
    return Source.objects.get(code=code)


def make_campaign(name: str = "", *, status: str = "RUNNING", now: datetime = NOW, **values: Any) -> Campaign:
    """Make a campaign; a running one unless told otherwise."""
    return Campaign.objects.create(
        name=name or f"Campaign {next(_numbers)}",
        means=values.pop("means", "EVENT"),
        is_online=values.pop("is_online", False),
        source=values.pop("source", None) or source("FAIR"),
        budget_minor=values.pop("budget_minor", 5_000_000),
        starts_on=values.pop("starts_on", date(2026, 3, 2)),
        status=status,
        closed_at=now if status == "CLOSED" else None,
        created_at=now,
        **values,
    )


def make_cost(campaign: Campaign, amount_minor: int = 100_000, *, now: datetime = NOW) -> CostEntry:
    """Enter a cost."""
    return CostEntry.objects.create(
        campaign=campaign, amount_minor=amount_minor, spent_on=date(2026, 3, 3), note="Booth", entered_at=now
    )


def make_form(*, now: datetime = NOW, **values: Any) -> CaptureForm:
    """Make an open form with a text of consent."""
    number = next(_numbers)
    row = CaptureForm.objects.create(
        code=values.pop("code", f"form{number}"),
        name=f"Form {number}",
        source=values.pop("source", None) or source(),
        title=values.pop("title", "Talk to us"),
        title_en=values.pop("title_en", "Talk to us"),
        created_at=now,
        **values,
    )
    ConsentText.objects.create(form=row, number=1, text="We may call you.", text_en="We may call you.", since=now)
    return row


def make_inbound(
    company_name: str = "", *, status: str = "DEDUPLICATED", now: datetime = NOW, **values: Any
) -> InboundRecord:
    """Make a record with a number, a city and a basis to call, looked up already unless told otherwise."""
    name = company_name or f"Harbour {next(_numbers)} Trading Ltd"
    phone = seal(values.pop("phone", f"1380000{next(_numbers):04}"))
    if status == "REJECTED":
        values.setdefault("rejection", "NO_NEED")
    if status in ("ACCEPTED", "REJECTED"):
        values.setdefault("decided_at", now)
    return InboundRecord.objects.create(
        source=values.pop("source", None) or source(),
        door=values.pop("door", "DESK"),
        company_name=name,
        normalised_name=normalised_name(name),
        contact_name=values.pop("contact_name", "Shen"),
        phone_cipher=phone.cipher,
        phone_index=phone.index,
        phone_last4=phone.last4,
        city_code=values.pop("city_code", "330100"),
        district_code=values.pop("district_code", "330106"),
        consent_basis=values.pop("consent_basis", "Asked at the fair"),
        status=status,
        received_at=values.pop("received_at", now),
        **values,
    )


def make_handover(*, stage: str = "HANDED", now: datetime = NOW, **values: Any) -> Handover:
    """Make a hand-over; its lead and company are ids unless given."""
    if stage in ("INVALID", "LOST"):
        values = {"disposition": "WRONG_DETAILS", "evidence": "Called three times.", "disposed_at": now, **values}
    if stage == "CONTACTED":
        values.setdefault("contacted_at", now)
    return Handover.objects.create(
        lead_id=values.pop("lead_id", None) or new_id(),
        company_id=values.pop("company_id", None) or new_id(),
        company_name=values.pop("company_name", f"Harbour {next(_numbers)} Trading Ltd"),
        source=values.pop("source", None) or source(),
        channel="PHONE",
        window="ANY",
        handed_at=now,
        due_at=values.pop("due_at", now + timedelta(hours=8)),
        stage=stage,
        stage_at=now,
        **values,
    )


def make_dispute(handover: Handover, *, now: datetime = NOW) -> LeadDispute:
    """Open a dispute about a hand-over."""
    return LeadDispute.objects.create(handover=handover, marketing_reason="We spoke yesterday.", opened_at=now)


def make_tag(name: str = "") -> Tag:
    """Make a tag."""
    return Tag.objects.create(name=name or f"Tag {next(_numbers)}")
