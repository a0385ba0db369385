from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from tiejun.ui import display

# Thursday 12 November 2026, 15:30 in Shanghai.
NOW = datetime(2026, 11, 12, 7, 30, tzinfo=UTC)
TODAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("minor", "figure"),
    [
        (0, "\u00a50"),
        (99, "\u00a50.99"),
        (123_45, "\u00a5123.45"),
        (9_999_00, "\u00a59,999"),
        (10_000_00, "\u00a510"),
        (128_500_00, "\u00a5129"),
        (12_850_00, "\u00a512.9"),
        (13_960_000_00, "\u00a514"),
        (-50_000_00, "-\u00a550"),
    ],
)
def test_short_money_in_english(minor, figure):
    with translation.override("en"):
        assert display.short_money(minor)[0] == figure


def test_short_money_in_chinese_counts_in_ten_thousands_and_hundred_millions():
    with translation.override("zh-hans"):
        shown = [display.short_money(minor)[0] for minor in (9_999_00, 12_800_00, 13_960_000_00, 250_000_000_00)]

    assert shown == ["\u00a59,999", "\u00a51.3", "\u00a51,396", "\u00a52.5"]


def test_short_money_carries_a_unit_only_from_ten_thousand():
    with translation.override("zh-hans"):
        assert display.short_money(9_999_00)[1] == ""
        assert display.short_money(10_000_00)[1] != ""


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1_396_050, "CNY", "\u00a513,960.50"),
        (1_396_000, "CNY", "\u00a513,960"),
        (-5, "USD", "-$0.05"),
        (500, "JPY", "JPY 500"),
        (12_30, "CHF", "CHF 12.30"),
    ],
)
def test_exact_money(minor, currency, text):
    assert display.exact_money(minor, currency) == text


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=2), "13:30"),
        (timedelta(hours=-2), "17:30"),
        (timedelta(days=1), "yesterday 15:30"),
        (timedelta(days=-1), "tomorrow 15:30"),
        (timedelta(days=3), "Mon 15:30"),
        (timedelta(days=9), "Nov 3"),
        (timedelta(days=400), "Oct 8, 2025"),
    ],
)
def test_said_moment(gap, text):
    with translation.override("en"):
        assert display.said_moment(NOW - gap, NOW) == text


def test_said_moment_across_midnight_is_yesterday_not_minutes():
    just_past_midnight = datetime(2026, 11, 11, 16, 10, tzinfo=UTC)

    with translation.override("en"):
        assert display.said_moment(just_past_midnight - timedelta(minutes=20), just_past_midnight) == "yesterday 23:50"


def test_said_moment_of_a_date_shows_no_hour():
    with translation.override("en"):
        assert [display.said_moment(TODAY + timedelta(days=days), NOW) for days in (0, 1, -1, 2, -2, 4, -4, 30)] == [
            "today",
            "tomorrow",
            "yesterday",
            "Sat",
            "Tue",
            "Mon next week",
            "last Sun",
            "Dec 12",
        ]


def test_weeks_months_and_shares_are_written_as_people_write_them():
    with translation.override("en"):
        assert display.named_week(TODAY) == "Nov 12 \u2013 Nov 18"
        assert display.named_month(TODAY) == "November 2026"
        assert [display.in_percent(share) for share in (0.956, -0.13, -0.001)] == ["96 %", "\u221213 %", "0 %"]
        assert [display.signed_number(value) for value in (3.6, -0.2, -3)] == ["+4", "0", "\u22123"]
    with translation.override("zh-hans"):
        assert display.said_moment(TODAY + timedelta(days=4), NOW) == "\u4e0b\u5468\u4e00"
        assert (display.named_month(TODAY), display.in_percent(-0.13)) == ("2026\u5e7411\u6708", "\u221213%")


def test_exact_moment_is_local_and_sortable():
    assert display.exact_moment(NOW) == "2026-11-12 15:30"
    assert display.exact_moment(TODAY) == "2026-11-12"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800004321", "138 \u2022\u2022\u2022\u2022 4321"),
        ("1234", "\u2022\u202234"),
        ("", ""),
    ],
)
def test_masked_phone(phone, shown):
    assert display.masked_phone(phone) == shown


def test_initial_is_the_first_letter():
    assert [display.initial(name) for name in ("lin xiao", " Chen", "")] == ["L", "C", "?"]


def test_hue_is_the_same_for_the_same_name_and_within_twelve():
    assert display.hue_index("Lin Xiao") == display.hue_index("Lin Xiao")
    assert {display.hue_index(f"name {number}") for number in range(300)} == set(range(12))


@pytest.mark.parametrize(
    ("value", "total", "part"),
    [(5, 8, 62.5), (9, 8, 100.0), (-1, 8, 0.0), (5, 0, 0.0), (None, 8, 0.0), (1, 3, 33.33)],
)
def test_percent_is_cut_to_its_bounds(value, total, part):
    assert display.percent(value, total) == part


def test_spark_of_nothing_draws_nothing():
    assert display.spark_points([]) == {"line": "", "area": "", "x": 0.0, "y": 0.0}


def test_spark_ends_at_its_last_value():
    drawn = display.spark_points([0, 10, 5], width=86, height=30)

    assert drawn == {
        "line": "M3.0 27.0L43.0 3.0L83.0 15.0",
        "area": "M3.0 27.0L43.0 3.0L83.0 15.0L83.0 30L3.0 30Z",
        "x": 83.0,
        "y": 15.0,
    }


def test_a_list_is_narrowed_by_what_was_asked_not_by_whose_it_is():
    @dataclass
    class Filters:
        text: str = ""
        state: str = "open"
        mine: bool = False

    cases = (Filters(), Filters(mine=True), Filters(text="lin"), Filters(state="lost"))
    assert [display.narrowed(filters) for filters in cases] == [False, False, True, True]
