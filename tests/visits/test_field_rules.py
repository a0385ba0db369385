from datetime import timedelta
from uuid import uuid4

import pytest

from tests.factories.org import NOW
from tiejun.engines.geo import Point
from tiejun.visits.rules.canvassing import Yield, following_door, is_usable, is_worth_a_lead
from tiejun.visits.rules.positions import Seen, movement_flags, presence_at
from tiejun.visits.rules.vocabulary import DoorInput, DoorResult, Flag, PhonePosition, Presence

SITE = Point(lng=120.1551, lat=30.2741)
NANCHANG = Point(lng=115.8579, lat=28.6829)
ON_SITE = PhonePosition(latitude=30.2741, longitude=120.1551, accuracy_metres=20)


@pytest.mark.parametrize(
    ("position", "site", "presence", "flags"),
    [
        (ON_SITE, SITE, Presence.IN_RANGE, ()),
        (PhonePosition(30.2781, 120.1551, 20), SITE, Presence.OUT_OF_RANGE, ()),
        (PhonePosition(30.2781, 120.1551, 250), SITE, Presence.IN_RANGE, ()),
        (PhonePosition(30.2741, 120.1551, 5_000), SITE, Presence.COARSE, (Flag.POSITION_COARSE,)),
        (ON_SITE, None, Presence.SITE_UNKNOWN, ()),
        (ON_SITE, NANCHANG, Presence.SITE_UNKNOWN, (Flag.FAR_FROM_SITE,)),
    ],
)
def test_a_position_is_judged_and_never_refused(position, site, presence, flags) -> None:
    assert presence_at(position, site, in_range_metres=300) == (presence, flags)


@pytest.mark.parametrize(
    ("before", "presence", "flags"),
    [
        (None, Presence.OUT_OF_RANGE, ()),
        (Seen(30.2741, 120.1551, NOW - timedelta(hours=1)), Presence.OUT_OF_RANGE, (Flag.POSITION_FROZEN,)),
        (Seen(30.2741, 120.1551, NOW - timedelta(hours=1)), Presence.IN_RANGE, ()),
        (Seen(31.2304, 121.4737, NOW - timedelta(minutes=20)), Presence.IN_RANGE, (Flag.POSITION_JUMP,)),
        (Seen(31.2304, 121.4737, NOW - timedelta(hours=3)), Presence.IN_RANGE, ()),
        (Seen(30.2760, 120.1551, NOW), Presence.IN_RANGE, ()),
    ],
)
def test_a_frozen_or_jumping_position_is_flagged(before, presence, flags) -> None:
    assert movement_flags(ON_SITE, NOW, before, presence) == flags


def door(result: DoorResult, **values: str) -> DoorInput:
    return DoorInput(uuid4(), uuid4(), 12, "1203", result, **values)


@pytest.mark.parametrize(
    ("facts", "usable", "lead"),
    [
        (door(DoorResult.INTEREST, company_name="Suheng"), False, True),
        (door(DoorResult.INTEREST, in_charge="Chen", phone="13800138000"), True, False),
        (door(DoorResult.GATEKEEPER, company_name="Suheng", in_charge="Chen", product="valves"), True, True),
        (door(DoorResult.GATEKEEPER, company_name="Suheng", in_charge="Chen", phone="12"), False, False),
        (door(DoorResult.REFUSED, company_name="Suheng", in_charge="Chen", product="valves"), True, False),
        (door(DoorResult.NO_ANSWER, company_name="Suheng"), False, False),
    ],
)
def test_a_door_is_usable_with_a_person_and_a_way_and_makes_a_lead_by_interest(facts, usable, lead) -> None:
    assert (is_usable(facts), is_worth_a_lead(facts)) == (usable, lead)


@pytest.mark.parametrize(("now", "then"), [("1203", "1204"), ("A7", "A8"), ("099", "100"), ("left", ""), ("", "")])
def test_the_next_door_follows_its_number(now: str, then: str) -> None:
    assert following_door(now) == then


def test_the_yield_is_a_share_of_doors_and_none_of_none() -> None:
    assert (Yield(8, 3).percent, Yield(0, 0).percent) == (38, None)
