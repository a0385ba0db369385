"""Files, personal fields, numbers, times, policies: the small parts that everything stands on."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tiejun.foundation import counters, crypto, files, policies
from tiejun.foundation.ids import PREFIX_LENGTHS, PREFIX_STEP_MS, new_id, prefixes_between
from tiejun.foundation.instants import InstantLoader
from tiejun.foundation.models import StoredChunk, StoredFile
from tiejun.foundation.policy_catalogue import PROFILES, catalogue
from tiejun.foundation.times import at_local, business_day, is_sane, local_date

AT = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
SHANGHAI, BERLIN, KIRITIMATI = "Asia/Shanghai", "Europe/Berlin", "Pacific/Kiritimati"


# -- moments ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_moments_come_back_from_the_database_as_they_were() -> None:
    moments = [
        AT,
        *(
            AT + timedelta(microseconds=1),
            AT.replace(microsecond=120_000),
            datetime(2000, 1, 1, tzinfo=UTC),
            datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        ),
    ]

    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(%s::timestamptz[]), tstzrange(%s, %s)", [moments, AT, moments[1]])
        rows = cursor.fetchall()

    assert [row[0] for row in rows] == moments
    assert {row[0].tzinfo for row in rows} == {UTC}
    assert (rows[0][1].lower, rows[0][1].upper) == (AT, moments[1])
    assert connection.connection.adapters.get_loader(1184, 0) is InstantLoader  # not Django's, which would do as well


# -- files -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "size", [0, 1, files.CHUNK_BYTES - 1, files.CHUNK_BYTES, files.CHUNK_BYTES + 1, 3 * files.CHUNK_BYTES]
)
def test_a_file_comes_back_as_it_was(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    pieces = [content[start : start + 70_000] for start in range(0, size, 70_000)]

    row = files.store(pieces, name="x" * 300, content_type="text/plain", limit=10 * files.CHUNK_BYTES, now=AT)

    target = io.BytesIO()
    files.copy_to(row.pk, target)
    assert (target.read(), row.size, len(row.name)) == (content, size, 255)
    assert StoredChunk.objects.filter(file=row).count() == -(-size // files.CHUNK_BYTES)


@pytest.mark.django_db
def test_a_file_past_the_limit_leaves_nothing() -> None:
    with pytest.raises(files.TooLarge) as refused, transaction.atomic():
        files.store([b"x" * 11], name="x", content_type="", limit=10, now=AT)

    assert (refused.value.limit, StoredFile.objects.count(), StoredChunk.objects.count()) == (10, 0, 0)


# -- personal fields -------------------------------------------------------------------------------------------------
@given(st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable()))
def test_what_was_sealed_is_unsealed(text: str) -> None:
    sealed = crypto.seal(text)

    assert (crypto.unseal(sealed.cipher), sealed.index, sealed.last4) == (text, crypto.blind_index(text), text[-4:])
    assert text.encode() not in sealed.cipher or len(text) < 4


def test_the_same_text_is_sealed_differently_and_found_alike() -> None:
    one, two = crypto.seal("13800001234"), crypto.seal("13800001234")

    assert one.cipher != two.cipher
    assert one.index == two.index


@pytest.mark.parametrize("position", [1, 13, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    cipher = bytearray(crypto.seal("13800001234").cipher)
    cipher[position] ^= 1

    with pytest.raises(InvalidTag):
        crypto.unseal(bytes(cipher))


def test_a_new_key_seals_and_the_old_one_still_reads(settings: Any) -> None:
    settings.DATA_KEYS = ["first" * 10]
    old = crypto.seal("13800001234")
    settings.DATA_KEYS = ["first" * 10, "second" * 10]

    new = crypto.seal("13800001234")

    assert (old.cipher[0], new.cipher[0]) == (0, 1)
    assert crypto.unseal(old.cipher) == crypto.unseal(new.cipher) == "13800001234"
    assert old.index == new.index


def test_a_lost_key_is_told_plainly(settings: Any) -> None:
    settings.DATA_KEYS = ["first" * 10, "second" * 10]
    cipher = crypto.seal("13800001234").cipher
    settings.DATA_KEYS = ["first" * 10]

    with pytest.raises(ImproperlyConfigured, match="DATA_KEYS"):
        crypto.unseal(cipher)


def test_an_empty_text_stays_empty() -> None:
    assert crypto.unseal(crypto.seal("").cipher) == ""


# -- numbers ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_numbers_have_no_gap_after_a_rollback() -> None:
    first = counters.next_number("orders")
    with pytest.raises(RuntimeError), transaction.atomic():
        counters.next_number("orders")
        raise RuntimeError

    assert (first, counters.next_number("orders"), counters.next_number("others")) == (1, 2, 1)


def test_ids_follow_their_making() -> None:
    made = [new_id() for _number in range(1000)]

    assert made == sorted(made)
    assert {identity.version for identity in made} == {7}


@settings(deadline=None)
@given(st.integers(1_600_000_000_000, 1_900_000_000_000), st.integers(0, 10**12), st.randoms(use_true_random=False))
def test_prefixes_tell_what_was_made_between_two_moments(first: int, length: int, choose: Any) -> None:
    last = first + length % 10 ** choose.randrange(1, 13)
    prefixes = prefixes_between(first, last)

    edges = [first, last, first - PREFIX_STEP_MS, last + PREFIX_STEP_MS, (first + last) // 2]
    for ms in [*edges, *(choose.randrange(first - 10**6, last + 10**6) for _ in range(20))]:
        text = str(UUID(int=ms << 80 | choose.getrandbits(80)))
        begins = [prefix for prefix in prefixes if text[: len(prefix)] == prefix]
        is_between = first // PREFIX_STEP_MS <= ms // PREFIX_STEP_MS <= last // PREFIX_STEP_MS
        assert len(begins) == is_between  # none twice
    assert {len(prefix) for prefix in prefixes} <= set(PREFIX_LENGTHS)
    assert len(prefixes) <= 30 * (len(PREFIX_LENGTHS) - 1) + (last - first) / 2**32 + 2


# -- times -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 3, 11, 17, 59, 59, tzinfo=UTC), SHANGHAI, date(2026, 3, 11)),
        (datetime(2026, 3, 11, 18, 0, tzinfo=UTC), SHANGHAI, date(2026, 3, 12)),
        (datetime(2028, 2, 29, 17, 59, tzinfo=UTC), SHANGHAI, date(2028, 2, 29)),
        (datetime(2026, 12, 31, 17, 59, tzinfo=UTC), SHANGHAI, date(2026, 12, 31)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), BERLIN, date(2026, 3, 28)),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), BERLIN, date(2026, 3, 29)),
        (datetime(2026, 3, 10, 11, 59, tzinfo=UTC), KIRITIMATI, date(2026, 3, 10)),
        (datetime(2026, 3, 10, 12, 0, tzinfo=UTC), KIRITIMATI, date(2026, 3, 11)),
    ],
)
def test_the_business_day_rolls_over_at_two(moment: datetime, zone: str, expected: date) -> None:
    assert business_day(moment, zone) == expected


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        (date(2026, 3, 11), "18:30", SHANGHAI, datetime(2026, 3, 11, 10, 30, tzinfo=UTC)),
        (date(2026, 3, 11), "26:10", SHANGHAI, datetime(2026, 3, 11, 18, 10, tzinfo=UTC)),
        (date(2026, 12, 31), "26:00", SHANGHAI, datetime(2026, 12, 31, 18, 0, tzinfo=UTC)),
        (date(2026, 3, 28), "28:00", BERLIN, datetime(2026, 3, 29, 2, 0, tzinfo=UTC)),
        (date(2026, 10, 24), "28:00", BERLIN, datetime(2026, 10, 25, 3, 0, tzinfo=UTC)),
        (date(2026, 3, 11), "33:00", SHANGHAI, datetime(2026, 3, 12, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_clock_time_past_midnight_is_the_next_day(day: date, clock: str, zone: str, expected: datetime) -> None:
    assert at_local(day, clock, zone) == expected


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([SHANGHAI, BERLIN, KIRITIMATI]),
)
def test_a_moment_lies_within_its_business_day(moment: datetime, zone: str) -> None:
    day = business_day(moment, zone)

    # Where clocks go forward at two the day has its rollover an hour later on the wall.
    assert at_local(day, "01:00", zone) <= moment < at_local(day, "26:00", zone) + timedelta(hours=1)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1),
        datetime(1999, 12, 31, tzinfo=UTC),
        datetime(2100, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
    ],
)
def test_naive_and_far_times_are_not_sane(moment: datetime) -> None:
    assert not is_sane(moment)


def test_the_local_date_is_the_wall_calendar() -> None:
    assert local_date(datetime(2026, 3, 11, 16, 0, tzinfo=UTC), SHANGHAI) == date(2026, 3, 12)


# -- policies --------------------------------------------------------------------------------------------------------
WANTED = [
    "visit.daily_floor",
    "visit.daily_effective_min",
    "visit.daily_effective_target",
    "visit.min_minutes_cold",
    "visit.min_minutes_other",
    "plan.shape",
    "plan.due",
    "clock.briefing",
    "clock.departure",
    "clock.return",
    "clock.evening_meeting",
    "clock.meeting_minutes",
    "clock.soft_lock",
    "clock.hard_lock",
    "calendar.extra_days_off",
    "calendar.extra_workdays",
    "golden.prior_alpha",
    "golden.prior_beta",
    "effective_customer.window_days",
    "forecast.high_multiplier",
    "forecast.high_percentile",
    "forecast.deviation",
    "forecast.deviation_sigma",
    "forecast.full_reviews_per_week",
    "forecast.review_minutes_budget",
    "coaching.max_points",
    "coaching.per_week",
    "lead.allotment_min",
    "lead.allotment_max",
    "lead.allotment_lease_days",
    "lead.private_cap_new",
    "lead.private_cap",
    "lead.private_cap_senior",
    "lead.swap_mode",
    "lead.daily_claim_limit",
    "lead.first_contact_hours",
    "lead.first_contact_hours_hot",
    "lead.no_follow_up_days",
    "lead.no_deal_days",
    "lead.credit_days_visit",
    "lead.credit_days_call",
    "lead.credit_days_message",
    "lead.reminder_shares",
    "lead.reminder_last_hours",
    "lead.extension_max",
    "lead.extension_days",
    "lead.cooldown_release_days",
    "lead.cooldown_reclaim_days",
    "lead.cooldown_swap_days",
    "lead.max_tenures_before_rest",
    "lead.new_rep_days",
    "lead.new_rep_fresh_share",
    "objection.experienced_after_days",
    "class_a.renewals",
    "qa.random_rate",
    "qa.risk_rate",
    "qa.customer_contact_gap_days",
    "qa.response_days",
    "qa.appeal_days",
    "coaching.summary_due",
    "incentives.recognise",
    "incentives.payable",
    "tier.thresholds",
    "tier.rates",
    "privacy.location_retention_days",
    "worktime.daily_warning",
    "worktime.hard_quiet",
    "insight.rank_min_n",
]

SENSITIVE = [
    "lead.private_cap_new",
    "lead.private_cap",
    "lead.private_cap_senior",
    "lead.cooldown_release_days",
    "lead.cooldown_reclaim_days",
    "lead.cooldown_swap_days",
    "qa.random_rate",
    "qa.risk_rate",
    "tier.thresholds",
    "tier.rates",
    "golden.prior_alpha",
    "golden.prior_beta",
    "clock.soft_lock",
    "clock.hard_lock",
    "company.profile",
]


def test_every_policy_of_the_domain_has_its_key() -> None:
    assert set(WANTED) - set(catalogue()) == set()


def test_what_needs_two_persons_is_marked() -> None:
    assert [key for key in SENSITIVE if not catalogue()[key].is_sensitive] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_passes_its_own_check(profile: str) -> None:
    assert {key: fault for key, entry in catalogue().items() if (fault := entry.fault(entry.profiles[profile]))} == {}


@pytest.mark.django_db
def test_without_versions_the_standard_profile_holds() -> None:
    book = policies.book(AT)

    assert (book.text("clock.soft_lock"), book.integer("visit.daily_floor"), book.integers("plan.shape")) == (
        "18:30",
        8,
        [3, 5],
    )
    assert (book.decimal("golden.prior_beta"), book.mapping("calendar.extra_days_off")) == (35.0, {})


@pytest.mark.django_db
def test_an_unknown_key_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        policies.book(AT).find("nonsense.key")
