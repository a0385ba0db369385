from datetime import UTC, datetime, timedelta

import pytest

from tiejun.leads.rules import (
    CreditPolicy,
    LeadFacts,
    Refusal,
    SeatFacts,
    TransferFacts,
    cap_of,
    extended_due,
    follow_up_credit,
    why_not_claim,
    why_not_follow_up,
    why_not_release,
    why_not_transfer,
)

NOW = datetime(2026, 3, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)
ROOM = SeatFacts(held=0, cap=100, claims_today=0, daily_limit=10)
FULL = SeatFacts(held=100, cap=100, claims_today=0, daily_limit=10)
BUSY = SeatFacts(held=0, cap=100, claims_today=10, daily_limit=10)
POOLED = LeadFacts(status="POOLED", is_held=False)


@pytest.mark.parametrize(
    ("seat", "lead", "refusal"),
    [
        (ROOM, POOLED, None),
        (FULL, POOLED, Refusal.CAP_REACHED),
        (BUSY, POOLED, Refusal.DAILY_LIMIT_REACHED),
        (SeatFacts(held=99, cap=100, claims_today=9, daily_limit=10), POOLED, None),
        (SeatFacts(held=130, cap=100, claims_today=0, daily_limit=10), POOLED, Refusal.CAP_REACHED),
        (ROOM, LeadFacts("PRIVATE", is_held=True), Refusal.ALREADY_TAKEN),
        (ROOM, LeadFacts("PRIVATE", is_held=True, is_mine=True), Refusal.ALREADY_YOURS),
        (ROOM, LeadFacts("RESTING", is_held=False), Refusal.NOT_IN_POOL),
        (ROOM, LeadFacts("CLOSED_LOST", is_held=False), Refusal.NOT_IN_POOL),
        (ROOM, LeadFacts("POOLED", is_held=False, is_in_my_pools=False), Refusal.OUTSIDE_POOL),
        (ROOM, LeadFacts("POOLED", is_held=False, is_frozen=True), Refusal.FROZEN),
        (ROOM, LeadFacts("POOLED", is_held=False, cooling_until=NOW + DAY), Refusal.COOLING_DOWN),
        (ROOM, LeadFacts("POOLED", is_held=False, cooling_until=NOW), None),
        (FULL, LeadFacts("PRIVATE", is_held=True), Refusal.ALREADY_TAKEN),
    ],
)
def test_why_not_claim(seat, lead, refusal) -> None:
    assert why_not_claim(seat, lead, NOW) == refusal


CREDITS = CreditPolicy(visit=14, call=7, message=3)


@pytest.mark.parametrize(
    ("kind", "outcome", "days"),
    [
        ("VISIT", "TALKED", 14),
        ("MEETING", "NEXT_STEP", 14),
        ("DEMO", "INTERESTED", 14),
        ("CALL", "TALKED", 7),
        ("CALL", "NO_ANSWER", 0),
        ("CALL", "WRONG_NUMBER", 0),
        ("CALL", "REFUSED", 0),
        ("MESSAGE", "INTERESTED", 3),
        ("MESSAGE", "NO_ANSWER", 0),
        ("VISIT", "NO_ANSWER", 0),
        ("NOTE", "TALKED", 0),
    ],
)
def test_follow_up_credit(kind, outcome, days) -> None:
    assert follow_up_credit(kind, outcome, CREDITS) == days


@pytest.mark.parametrize(
    ("due", "credited", "no_deal", "result"),
    [
        (NOW, None, None, NOW),
        (NOW, NOW + DAY, None, NOW + DAY),
        (NOW + 2 * DAY, NOW + DAY, None, NOW + 2 * DAY),
        (NOW, NOW + 9 * DAY, NOW + 5 * DAY, NOW + 5 * DAY),
        (NOW + 6 * DAY, NOW + 9 * DAY, NOW + 5 * DAY, NOW + 6 * DAY),
        (None, NOW, NOW, None),
    ],
)
def test_extended_due(due, credited, no_deal, result) -> None:
    assert extended_due(due, credited, no_deal) == result


@pytest.mark.parametrize(("days", "cap"), [(0, 60), (89, 60), (90, 100), (729, 100), (730, 120), (5000, 120)])
def test_cap_of(days, cap) -> None:
    assert cap_of(days, new_until=90, senior_from=730, caps=(60, 100, 120)) == cap


@pytest.mark.parametrize(
    ("kind", "reason", "note", "refusal"),
    [
        ("PRIVATE", "NO_NEED", "", None),
        ("PRIVATE", "OTHER", " ", Refusal.REASON_MISSING),
        ("PRIVATE", "OTHER", "moved", None),
        ("PROTECTED", "NO_NEED", "", Refusal.PROTECTED),
    ],
)
def test_why_not_release(kind, reason, note, refusal) -> None:
    assert why_not_release(kind, reason, note) == refusal


def transfer(**changes) -> TransferFacts:
    facts = {
        "is_same": False,
        "is_frozen": False,
        "is_protected": False,
        "cooling_until": None,
        "receiver_gave_it_up_at": None,
        "giver_followed_up": False,
        "may_override": False,
    }
    return TransferFacts(**{**facts, **changes})


@pytest.mark.parametrize(
    ("seat", "facts", "reason", "refusal"),
    [
        (ROOM, transfer(), "why", None),
        (ROOM, transfer(), "  ", Refusal.REASON_MISSING),
        (ROOM, transfer(is_same=True), "why", Refusal.SAME_HOLDER),
        (ROOM, transfer(is_frozen=True), "why", Refusal.FROZEN),
        (FULL, transfer(), "why", Refusal.CAP_REACHED),
        (FULL, transfer(is_protected=True), "why", None),
        (ROOM, transfer(receiver_gave_it_up_at=NOW - 29 * DAY), "why", Refusal.RING),
        (ROOM, transfer(receiver_gave_it_up_at=NOW - 31 * DAY), "why", None),
        (ROOM, transfer(receiver_gave_it_up_at=NOW - DAY, giver_followed_up=True), "why", None),
        (ROOM, transfer(receiver_gave_it_up_at=NOW - DAY, may_override=True), "why", None),
        (ROOM, transfer(cooling_until=NOW + DAY), "why", Refusal.COOLING_DOWN),
        (ROOM, transfer(cooling_until=NOW + DAY, may_override=True), "why", None),
        (FULL, transfer(may_override=True), "why", Refusal.CAP_REACHED),
    ],
)
def test_why_not_transfer(seat, facts, reason, refusal) -> None:
    assert why_not_transfer(seat, facts, 30 * DAY, reason, NOW) == refusal


@pytest.mark.parametrize(
    ("happened", "started", "step", "refusal"),
    [
        (NOW, NOW - DAY, None, None),
        (NOW, NOW, NOW + DAY, None),
        (NOW + DAY, NOW, None, Refusal.FUTURE_CONTACT),
        (NOW - 2 * DAY, NOW - DAY, None, Refusal.BEFORE_HOLDING),
        (NOW, NOW - DAY, NOW, Refusal.STEP_IS_PAST),
    ],
)
def test_why_not_follow_up(happened, started, step, refusal) -> None:
    assert why_not_follow_up(happened, started, step, NOW) == refusal
