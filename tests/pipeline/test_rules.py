from datetime import date
from itertools import combinations
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiejun.pipeline import rules
from tiejun.pipeline.rules import FIELD_STAGES, LADDER, ApprovalCause, LineFacts, Part, Stage, Totals

DAY = date(2026, 3, 1)
amounts = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        (set(), Stage.IDENTIFIED),
        ({Stage.KP_MET}, Stage.KP_MET),
        ({Stage.EXPLAINED}, Stage.IDENTIFIED),
        ({Stage.KP_MET, Stage.DEMONSTRATED}, Stage.KP_MET),
        ({Stage.KP_MET, Stage.EXPLAINED, Stage.DEMONSTRATED, Stage.TRIAL_CLOSED}, Stage.TRIAL_CLOSED),
        ({Stage.ORDERED}, Stage.ORDERED),
        ({Stage.ORDERED, Stage.SIGNED}, Stage.SIGNED),
        ({Stage.SIGNED, Stage.COLLECTED, Stage.KP_MET}, Stage.COLLECTED),
    ],
)
def test_stage_from_facts(facts: set[Stage], stage: Stage) -> None:
    assert rules.stage_from(facts) is stage


def test_another_fact_never_lowers_the_stage() -> None:
    every = LADDER[1:]
    for size in range(len(every)):
        for facts in combinations(every, size):
            before = LADDER.index(rules.stage_from(facts))
            for more in set(every) - set(facts):
                assert LADDER.index(rules.stage_from({*facts, more})) >= before


def test_facts_of_visit_names_what_it_proves() -> None:
    found = rules.facts_of_visit(
        kp_met=True, service_explained=True, demonstrated=False, trial_closed=True, order_presented=False
    )

    assert found == {Stage.KP_MET, Stage.EXPLAINED, Stage.TRIAL_CLOSED}
    assert set(FIELD_STAGES) > {Stage.KP_MET}


@pytest.mark.parametrize(
    ("answer", "closed"), [("NOT_TRIED", False), ("NO", False), ("MAYBE", True), ("YES", True), ("", False)]
)
def test_is_trial_closed(answer: str, closed: bool) -> None:
    assert rules.is_trial_closed(answer) is closed


@pytest.mark.parametrize(("pushes", "may"), [(0, True), (2, True), (3, False), (9, False)])
def test_may_commit_until_the_third_push(pushes: int, may: bool) -> None:
    assert rules.may_commit(pushes, 3) is may


@pytest.mark.parametrize(
    ("sums", "causes"),
    [
        (Totals(1000, 1000), []),
        (Totals(1000, 900), []),
        (Totals(1000, 899), [ApprovalCause.DISCOUNT]),
        (Totals(1000, 1200), []),
        (Totals(6000, 5001), [ApprovalCause.AMOUNT, ApprovalCause.DISCOUNT]),
        (Totals(0, 0), []),
    ],
)
def test_approval_causes(sums: Totals, causes: list[ApprovalCause]) -> None:
    assert rules.approval_causes(sums, limit_minor=5000, discount_limit_percent=10) == causes


def test_totals_add_lines_up() -> None:
    lines = [(LineFacts(uuid4(), 2, 90, 5), 100), (LineFacts(uuid4(), 1, 50), 40)]

    assert rules.totals(lines) == Totals(list_minor=240, amount_minor=225)


@given(amounts, st.integers(1, 40))
def test_equal_parts_add_up_and_differ_by_one_at_most(amount: int, count: int) -> None:
    parts = rules.equal_parts(amount, count=count, first_due_on=DAY, step_days=7)

    assert sum(part.amount_minor for part in parts) == amount
    assert all(part.amount_minor > 0 for part in parts)
    if amount >= count:
        assert max(part.amount_minor for part in parts) - min(part.amount_minor for part in parts) <= 1


@given(st.lists(amounts, max_size=12), amounts)
def test_match_spends_everything_oldest_first(open_amounts: list[int], money: int) -> None:
    shares, left = rules.match(open_amounts, money)

    assert sum(shares) + left == money
    assert all(0 <= share <= still for share, still in zip(shares, open_amounts, strict=True))
    assert left == max(0, money - sum(open_amounts))
    first_unpaid = next((n for n, share in enumerate(shares) if share < open_amounts[n]), len(shares))
    assert not any(shares[first_unpaid + 1 :])


part_lists = st.lists(
    st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)).map(lambda pair: Part(DAY, pair[0], min(pair))),
    min_size=1,
    max_size=8,
)


@given(part_lists, amounts)
def test_refitted_adds_up_and_keeps_what_came_in(parts: list[Part], amount: int) -> None:
    fitted = rules.refitted(parts, amount)

    received = sum(part.received_minor for part in parts)
    if amount < received:
        assert fitted is None
        return
    assert fitted is not None
    assert sum(part.amount_minor for part in fitted) == amount
    assert [part.received_minor for part in fitted] == [part.received_minor for part in parts]
    assert all(part.open_minor >= 0 for part in fitted)


@pytest.mark.parametrize(("minor", "text"), [(0, "0"), (100, "1"), (12345, "123.45"), (5, "0.05")])
def test_major(minor: int, text: str) -> None:
    assert rules.major(minor) == text


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r", "image/png"),
        (b"<svg", None),
        (b"", None),
    ],
)
def test_scan_type(head: bytes, kind: str | None) -> None:
    assert rules.scan_type(head) == kind
