from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tiejun.access.roles import Role
from tiejun.engines.workdays.calendar import WorkCalendar
from tiejun.engines.workdays.hours import WorkingHours
from tiejun.foundation.refusals import Refused, has_words
from tiejun.org import rules
from tiejun.org.rules import Refusal, WorkingTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours(SHANGHAI, ((time(9), time(12)), (time(13), time(18))))


def test_every_refusal_has_words() -> None:
    assert [refusal for refusal in Refusal if not has_words(refusal)] == []


@pytest.mark.parametrize(
    ("role", "kind", "refusal"),
    [
        (Role.REP, "GROUP", None),
        (Role.REP, "REGION", None),
        (Role.SUPERVISOR, "GROUP", None),
        (Role.SUPERVISOR, "REGION", Refusal.ROLE_OF_OTHER_UNIT_KIND),
        (Role.REGIONAL_MANAGER, "REGION", None),
        (Role.ADMIN, "COMPANY", None),
        (Role.ADMIN, "GROUP", Refusal.ROLE_OF_OTHER_UNIT_KIND),
        (Role.SALES_HEAD, "COMPANY", None),
    ],
)
def test_a_role_is_held_at_its_kind_of_unit(role: Role, kind: str, refusal: Refusal | None) -> None:
    assert rules.why_not_hold(role, kind) == refusal


@pytest.mark.parametrize(
    ("role", "own", "admin", "refusal"),
    [
        (Role.REP, True, True, Refusal.OWN_ROLE),
        (Role.ADMIN, True, True, Refusal.OWN_ROLE),
        (Role.FINANCE, False, False, Refusal.ROLE_NEEDS_ADMIN),
        (Role.FINANCE, False, True, None),
        (Role.SUPERVISOR, False, False, None),
    ],
)
def test_nobody_grants_themselves_and_sensitive_roles_need_an_administrator(
    role: Role, own: bool, admin: bool, refusal: Refusal | None
) -> None:
    assert rules.why_not_grant(role, person_is_asker=own, asker_grants_roles=admin) == refusal


@pytest.mark.parametrize(
    ("part", "other", "collide"),
    [
        ("FULL", "MORNING", True),
        ("MORNING", "FULL", True),
        ("MORNING", "MORNING", True),
        ("MORNING", "AFTERNOON", False),
    ],
)
def test_only_a_morning_and_an_afternoon_share_a_day(part: str, other: str, collide: bool) -> None:
    assert rules.leaves_collide(part, other) is collide


def test_a_half_day_pauses_its_half_of_the_hours() -> None:
    day = date(2026, 3, 11)
    morning, afternoon = (rules.pause_of_half_day(day, part, HOURS) for part in ("MORNING", "AFTERNOON"))
    spring = WorkingTime(WorkCalendar(), HOURS, (morning,))

    assert (morning.start_at.hour, morning.end_at.hour, afternoon.start_at.hour, afternoon.end_at.hour) == (
        9,
        12,
        12,
        18,
    )
    assert spring.deadline_after(datetime(2026, 3, 11, 9, tzinfo=SHANGHAI), 60) == datetime(
        2026, 3, 11, 14, tzinfo=SHANGHAI
    )


def test_a_year_that_is_not_announced_is_said_so() -> None:
    with pytest.raises(Refused) as refused:
        WorkingTime(WorkCalendar(), HOURS).is_workday(date(2035, 3, 1))

    assert (refused.value.refusal, refused.value.facts) == (Refusal.YEAR_NOT_ANNOUNCED, {"year": 2035})


def test_a_one_time_password_is_repeatable_and_can_be_read_out() -> None:
    first, again, other = (rules.one_time_password(seed * 10) for seed in (b"\x01", b"\x01", b"\x02"))

    assert first == again != other
    assert [len(part) for part in first.split("-")] == [4, 4, 4, 4]


@pytest.mark.parametrize(
    ("text", "fits"), [("li.lei", True), ("a", False), ("a b", False), ("x" * 61, False), ("a@b_c-d", True)]
)
def test_user_names_have_plain_signs(text: str, fits: bool) -> None:
    assert rules.is_username(text) is fits


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
            "Chrome · Linux",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1 MicroMessenger/8.0", "WeChat · iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
    ],
)
def test_a_browser_is_named_as_people_name_it(header: str, name: str) -> None:
    assert rules.browser_name(header) == name
