"""Which deals are reviewed, and who reads whose view: rules without a database."""

import pytest

from tiejun.pipeline.rules.reviews import Outcome, Selection, Side, selection_of, visible_sides

LARGE = 20_000_00


@pytest.mark.parametrize(
    ("outcome", "amount", "chance", "expected"),
    [
        (Outcome.LOST, 100, 0.0, Selection.THRESHOLD),
        (Outcome.LOST, 99, 0.0, None),
        (Outcome.WON, 1, 0.1999, Selection.RANDOM),
        (Outcome.WON, 10**15, 0.2, None),
    ],
)
def test_which_deals_are_reviewed(outcome: Outcome, amount: int, chance: float, expected: Selection | None) -> None:
    assert selection_of(outcome, amount, threshold_minor=100, win_percent=20, chance=chance) is expected


@pytest.mark.parametrize(
    ("given", "is_owner", "may_lead", "is_closed", "expected"),
    [
        ({Side.MANAGER, Side.CUSTOMER}, True, False, False, set()),
        ({Side.REP, Side.MANAGER}, True, False, False, {Side.REP, Side.MANAGER}),
        ({Side.REP, Side.CUSTOMER}, False, True, False, set()),
        ({Side.REP, Side.CUSTOMER}, False, False, False, {Side.REP, Side.CUSTOMER}),
        ({Side.MANAGER}, True, False, True, {Side.MANAGER}),
    ],
)
def test_who_owes_a_view_reads_no_other(
    given: set[Side],
    is_owner: bool,
    may_lead: bool,
    is_closed: bool,
    expected: set[Side],
) -> None:
    assert visible_sides(given, is_owner=is_owner, may_lead=may_lead, is_closed=is_closed) == expected
