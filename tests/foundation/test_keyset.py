from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from tiejun.foundation import keyset
from tiejun.foundation.models import StoredFile

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 11, 2, 0, 0, 123456, tzinfo=UTC)
ORDER = ["-stored_at", "-id"]


def make_files(*moments: datetime) -> None:
    for number, moment in enumerate(moments):
        StoredFile.objects.create(name=f"{number}", content_type="text/plain", size=0, digest=b"", stored_at=moment)


def walk(size: int) -> list[str]:
    names, cursor = [], None
    while True:
        page = keyset.page(StoredFile.objects.all(), order=ORDER, cursor=cursor, size=size)
        names += [row.name for row in page.rows]
        if page.next_cursor is None:
            return names
        cursor = page.next_cursor


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_every_row_comes_once_whatever_the_ties(size: int) -> None:
    make_files(AT, AT, AT, AT + timedelta(microseconds=1), AT + timedelta(microseconds=1), AT - timedelta(days=1), AT)

    names = walk(size)

    assert names == [row.name for row in StoredFile.objects.order_by(*ORDER)]
    assert len(set(names)) == 7


def test_the_page_before_is_the_page_one_came_from() -> None:
    make_files(*[AT + timedelta(seconds=number) for number in range(5)])
    first = keyset.page(StoredFile.objects.all(), order=ORDER, size=2)
    second = keyset.page(StoredFile.objects.all(), order=ORDER, cursor=first.next_cursor, size=2)

    back = keyset.page(StoredFile.objects.all(), order=ORDER, cursor=second.previous_cursor, size=2)

    assert [row.name for row in back.rows] == [row.name for row in first.rows] == ["4", "3"]
    assert (first.previous_cursor, back.previous_cursor) == (None, None)


def test_a_row_that_arrives_meanwhile_moves_no_other() -> None:
    make_files(AT, AT + timedelta(seconds=1), AT + timedelta(seconds=2))
    first = keyset.page(StoredFile.objects.all(), order=ORDER, size=2)
    make_files(AT + timedelta(seconds=9))

    second = keyset.page(StoredFile.objects.all(), order=ORDER, cursor=first.next_cursor, size=2)

    assert [row.stored_at for row in second.rows] == [AT]


def cursor_of(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "garbage",
    [
        "x",
        "%%%",
        "\x00",
        "é",
        "a" * 5000,
        cursor_of(),
        cursor_of(0),
        cursor_of(0, "x", "y"),
        cursor_of(0, None, None),
        cursor_of(0, {"a": 1}, [2]),
        cursor_of(0, "2026-03-11T02:00:00+00:00", "not an id"),
        cursor_of(0, "2026-03-11T02:00:00\x00", "00000000-0000-0000-0000-000000000000"),
        cursor_of(0, "9999-99-99", "00000000-0000-0000-0000-000000000000"),
        cursor_of(0, 1e400, 5),
        cursor_of({"a": 1}),
        base64.urlsafe_b64encode(b'"text"').decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_cursor_that_cannot_be_read_starts_from_the_beginning(garbage: str) -> None:
    make_files(AT, AT + timedelta(seconds=1))

    page = keyset.page(StoredFile.objects.all(), order=ORDER, cursor=garbage, size=1)

    assert [row.name for row in page.rows] == ["1"]


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (10_000, 3)])
def test_the_size_stays_within_bounds(asked: int, given: int) -> None:
    make_files(AT, AT, AT)

    assert len(keyset.page(StoredFile.objects.all(), order=ORDER, size=asked).rows) == given


def test_a_naive_or_far_time_in_a_cursor_starts_from_the_beginning() -> None:
    make_files(AT)
    cursor = cursor_of(0, "0001-01-01T00:00:00", "00000000-0000-0000-0000-000000000000")

    assert len(keyset.page(StoredFile.objects.all(), order=ORDER, cursor=cursor).rows) in (0, 1)


def test_an_integer_too_large_for_its_column_starts_from_the_beginning() -> None:
    make_files(AT)
    page = keyset.page(
        StoredFile.objects.all(),
        order=["-size", "-id"],
        cursor=cursor_of(0, 10**30, "00000000-0000-0000-0000-000000000000"),
    )

    assert len(page.rows) == 1


def test_the_estimate_reads_no_rows() -> None:
    make_files(AT, AT)

    assert keyset.estimated_count(StoredFile.objects.all()) >= 0
