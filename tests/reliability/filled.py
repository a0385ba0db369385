"""Bodies that fit: what a page's form and an operation of the API take, filled with values, so that a write gets to its object."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tests.reliability.routes import Operation
from tiejun.api import schema
from tiejun.foundation.ids import new_id

if TYPE_CHECKING:
    from tests.reliability.object_world import Ids

# Ids inside a body: which object of the place they name.
NAMED = {
    "company_id": "company_id", "company": "company_id", "person_id": "person_id", "to_person_id": "person_id",
    "person": "person_id", "unit_id": "unit_id", "parent_id": "unit_id", "product_line_id": "line", "product_line": "line",
    "lead_out": "lead_id", "lead_out_id": "lead_id", "owner": "person_id", "owner_id": "person_id", "player": "person_id",
    "player_id": "person_id", "customer": "person_id", "customer_id": "person_id", "unit": "unit_id",
}  # fmt: skip
LATER = {
    "ends_on": 1,
    "close_on": 9,
    "due_on": 9,
    "first_due_on": 9,
    "next_step_at": 1,
    "expected_on": 1,
    "valid_from": 1,
}
# Optional fields without which a write would be about nothing.
WANTED = {"company_id", "person_id"}
ALSO: dict[str, dict[str, Any]] = {
    "POST /api/v1/units": {"kind": "GROUP"},
    "POST /api/v1/leave": {"kind": "ANNUAL"},
    "POST /api/v1/operations/policy-versions": {"key": "lead.private_cap", "value": 99},
    "POST /api/v1/visits/{visit_id}/amendments": {"field": "note", "value": "x"},
    "POST /api/v1/companies/{company_id}/class": {"closing_class": "D"},
    "POST /api/v1/orders/{order_id}/cancel": {"reason": "because"},
    "POST /api/v1/orders/{order_id}/decline": {"version": 1, "reason": "because"},
    "POST /api/v1/tokens": {"abilities": ["home.search"], "days": 9},
    "POST /api/v1/views": {"kind": "leads.mine"},
    "POST /api/v1/contacts/{contact_id}/remove": {},
    "PUT /api/v1/meetings/{meeting_id}/drills/{drill_id}/score": {"points": [3, 3, 3, 3]},
}
FORM: dict[str, Any] = {
    "version": 1, "name": "Renamed", "note": "note", "reason": "because", "kind": "CALL", "outcome": "TALKED",
    "amount": 1000, "category": "PIPELINE", "quantity": 1, "unit_price": 1000, "discount": 0, "count": 1, "step_days": 30,
    "method": "BANK", "number": "N-1", "closing_class": "D", "stage": "ACQUIRE", "step": 1, "field": "note", "value": 99,
    "role": "REP", "username": "newlogin", "days": 9, "abilities": "home.search", "language": "en", "theme": "dark",
    "text": "x", "part": "FULL", "demo_steps_done": 0, "deals": 1, "seen_deals": 0, "seen_minor": 0, "visits": 1,
    "effective": 0, "morning": 0, "words": "x", "subject": "PITCH", "presence": "PRESENT", "state": "DONE", "gain": "x",
    "found": "x", "agreed": "x", "notes": "x", "title": "x", "factor": "PRICE", "step1": 3, "step2": 3, "step3": 3, "step4": 3,
}  # fmt: skip
FORM_DAYS = (
    "day", "month", "week", "close_on", "received_on", "signed_on", "first_due_on", "due_on", "starts_on", "ends_on", "joined_on", "left_on", "closed_on",
)  # fmt: skip
FORM_ALSO: dict[str, dict[str, Any]] = {
    "leads:decide-extension": {"granted": "1"},
    "meetings:draft": {"kind": "CASE"},
    "meetings:open": {"kind": "EVENING"},
    "leads:release": {"reason": "NO_NEED"},
    "pipeline:lose": {"reason": "PRICE"},
    "pipeline:review-lesson": {"kind": "SCRIPT"},
    "org:record_leave": {"kind": "ANNUAL"},
    "org:add_unit": {"kind": "GROUP"},
    "lists:remove": {"kind": "leads.mine"},
    "visits:record": {"kind": "FOLLOW_UP"},
    "visits:check_in": {"kind": "FOLLOW_UP"},
}


def form(name: str, ids: Ids) -> dict[str, Any]:
    """The fields of a page's form, about the objects of one place."""
    fields = {field: day(field) for field in FORM_DAYS} | FORM | {"client_key": str(new_id())}
    fields |= {field: str(ids[kind]) for field, kind in NAMED.items() if kind in ids}
    return fields | FORM_ALSO.get(name, {})


def body(operation: Operation, ids: Ids) -> dict[str, Any]:
    """The body of an operation, about the objects of one place; empty when it takes none."""
    described = schema()["paths"][operation.path_template][operation.method]
    content = described.get("requestBody", {}).get("content", {}).get("application/json")
    filled = _filled("", content["schema"], ids) if content else {}
    return filled | ALSO.get(operation.name, {}) if content else filled


def day(name: str) -> str:
    return str(timezone.localdate() + timedelta(days=LATER.get(name, 0)))


def _filled(name: str, part: dict[str, Any], ids: Ids) -> Any:
    if "$ref" in part:
        return _filled(name, schema()["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]], ids)
    if "anyOf" in part:
        return _filled(name, next(one for one in part["anyOf"] if one.get("type") != "null"), ids)
    if "enum" in part:
        return part["enum"][0]
    match part.get("type"):
        case "object":
            needed = {*part.get("required", ()), *(WANTED & part.get("properties", {}).keys())}
            return {one: _filled(one, part["properties"][one], ids) for one in sorted(needed)}
        case "array":
            return [_filled(name, part["items"], ids)]
        case "integer" | "number":
            return max(1, part.get("minimum", 1))
        case "boolean":
            return False
        case "string":
            return _text(name, part, ids)
    return 1


def _text(name: str, part: dict[str, Any], ids: Ids) -> str:
    match part.get("format"):
        case "uuid":
            return str(ids[NAMED[name]] if NAMED.get(name) in ids else new_id())
        case "date":
            return day(name)
        case "date-time":
            return (timezone.now() + timedelta(days=LATER.get(name, 0))).isoformat()
    return "because" if part.get("maxLength", 99) >= 7 else "x"
