from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tiejun.fields.rules import (
    Answer,
    Choice,
    Fault,
    FieldTerms,
    Refusal,
    Unfit,
    choices_after,
    cuts,
    differences,
    joined,
    key_for,
    mark,
    opened,
    read,
    why_not_answers,
    why_not_define,
    written,
)

CHOICES = (Choice("own", "自己做", "In-house"), Choice("rival", "同行", "Competitor", is_retired=True))


def terms(kind: str, key: str = "k", **more) -> FieldTerms:
    return FieldTerms(None, "LEAD", key, kind, key, **more)


SIZE = terms("NUMBER", "size", measure="人", least=Decimal(1), most=Decimal(500))


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        (terms("TEXT"), "  morning ", "morning"),
        (terms("TEXT"), "", None),
        (SIZE, "12", 12),
        (SIZE, "1,20", 120),
        (SIZE, "\uff11\uff12 人", 12),
        (SIZE, 12.5, 12.5),
        (terms("NUMBER"), "-0.12345", -0.1234),
        (terms("DATE"), "2026/3/5", "2026-03-05"),
        (terms("DATE"), date(2026, 3, 5), "2026-03-05"),
        (terms("CHOICE", choices=CHOICES), "in-house", "own"),
        (terms("CHOICE", choices=CHOICES), "自己做", "own"),
        (terms("YES_NO"), "是", True),
        (terms("YES_NO"), "N", False),
        (terms("YES_NO"), True, True),
        (terms("YES_NO"), None, None),
    ],
)
def test_what_is_typed_becomes_a_value(field, given, value) -> None:
    assert read(field, given) == value


@pytest.mark.parametrize(
    ("field", "given", "fault"),
    [
        (terms("TEXT"), "x" * 501, Fault.TOO_LONG),
        (SIZE, "many", Fault.NOT_A_NUMBER),
        (SIZE, "nan", Fault.NOT_A_NUMBER),
        (SIZE, "1e400", Fault.TOO_LARGE),
        (SIZE, True, Fault.NOT_A_NUMBER),
        (SIZE, "0", Fault.TOO_SMALL),
        (SIZE, "501", Fault.TOO_LARGE),
        (terms("DATE"), "2026-02-30", Fault.NOT_A_DATE),
        (terms("DATE"), "0001-01-01", Fault.NOT_A_DATE),
        (terms("CHOICE", choices=CHOICES), "同行", Fault.NO_SUCH_CHOICE),
        (terms("YES_NO"), "perhaps", Fault.NOT_YES_OR_NO),
    ],
)
def test_what_does_not_fit_is_named(field, given, fault) -> None:
    with pytest.raises(Unfit) as refused:
        read(field, given)
    assert refused.value.fault is fault


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()),
    st.sampled_from(["TEXT", "NUMBER", "DATE", "CHOICE", "YES_NO"]),
)
def test_nothing_that_is_typed_breaks_it_and_what_is_read_reads_the_same(given, kind) -> None:
    field = terms(kind, choices=CHOICES)
    try:
        value = read(field, given)
    except Unfit:
        return
    assert read(field, value) == value


def test_writing_keeps_what_is_not_given_and_what_a_retired_field_holds() -> None:
    fields = [terms("NUMBER", "size"), terms("TEXT", "old", is_retired=True), terms("TEXT", "note")]
    before = {"size": 3, "old": "kept", "note": "x"}

    assert written(fields, before, {"size": "4", "note": ""}) == ({"size": 4, "old": "kept"}, {})
    assert written(fields, before, {"old": "changed"}) == (before, {"old": Fault.NO_SUCH_FIELD})
    assert written(fields, before, {"size": "x", "strange": "1"})[1] == {
        "size": Fault.NOT_A_NUMBER, "strange": Fault.NO_SUCH_FIELD,
    }  # fmt: skip
    assert written(fields, {"size": 3}, {"size": ""}) == (None, {})


def test_a_value_that_the_field_allows_no_more_stays_as_it_stands() -> None:
    assert written([SIZE], {"size": 900}, {"size": 900}) == ({"size": 900}, {})
    assert written([SIZE], {"size": 900}, {"size": "901"})[1] == {"size": Fault.TOO_LARGE}


def test_changes_joining_and_marks() -> None:
    assert differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == {"b": (2, 3), "c": (None, 4)}
    assert joined({"a": 1}, {"a": 2, "b": 3}) == {"a": 1, "b": 3}
    assert joined(None, None) is None
    assert mark({"a": 1, "b": 2}) == mark({"b": 2, "a": 1}) != mark(None)


def test_before_a_claim_only_open_fields_are_seen() -> None:
    fields = [
        terms("TEXT", "seen", is_open=True),
        terms("TEXT", "hidden"),
        terms("TEXT", "old", is_open=True, is_retired=True),
    ]

    assert opened(fields, {"seen": "a", "hidden": "b", "old": "c", "strange": "d"}) == {"seen": "a"}


def test_an_address_cuts_by_what_can_be_read_and_by_nothing_else() -> None:
    fields = [
        terms("TEXT", "note"),
        SIZE,
        terms("DATE", "on"),
        terms("CHOICE", "uses", choices=CHOICES),
        terms("YES_NO", "it"),
    ]
    found = cuts(fields, {
        "f.note": " tea ", "f.size.from": "10", "f.size.to": "x", "f.on.to": "2026-01-31", "f.uses": "rival", "f.it": "no",
        "f.strange": "1", "f.size": "7",
    })  # fmt: skip

    assert [(cut.terms.key, cut.part or cut.value, cut.least, cut.most) for cut in found] == [
        ("note", "tea", None, None), ("size", None, 10, None), ("on", None, None, "2026-01-31"),
        ("uses", "rival", None, None), ("it", False, None, None),
    ]  # fmt: skip


def test_keys_are_plain_and_never_taken_twice() -> None:
    assert key_for("Own IT staff?", []) == "own_it_staff"
    assert key_for("员工人数", []) == "field"
    assert key_for("员工人数", ["field"]) == "field_2"
    assert key_for("3 floors", []) == "field_3_floors"
    assert len(key_for("x" * 99, [])) <= 30


def test_choices_keep_their_keys_and_go_into_retirement() -> None:
    before = choices_after((), [Answer("自己做", "In-house"), Answer("同行")])
    after = choices_after(before, [Answer("同行", "Competitor"), Answer("没有", "None"), Answer("没有", "twice")])

    assert [choice.key for choice in before] == ["in_house", "field"]
    assert after == (
        Choice("field", "同行", "Competitor"),
        Choice("none", "没有", "None"),
        Choice("in_house", "自己做", "In-house", is_retired=True),
    )


def test_an_answer_that_carries_its_key_is_renamed_and_its_name_is_free() -> None:
    before = choices_after((), [Answer("自己做", "In-house"), Answer("同行", "Rival")])
    after = choices_after(
        before, [Answer("自营", "Own", "in_house"), Answer("自己做", "By hand"), Answer("同行", "Rival")]
    )

    assert after == (
        Choice("in_house", "自营", "Own"),
        Choice("by_hand", "自己做", "By hand"),
        Choice("rival", "同行", "Rival"),
    )
    swapped = choices_after(before, [Answer("同行", "Rival", "in_house"), Answer("自己做", "In-house", "rival")])
    assert [(choice.key, choice.name) for choice in swapped] == [("in_house", "同行"), ("rival", "自己做")]


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ([Answer("自营", "", "in_house"), Answer("同行")], None),
        ([Answer("自营", "", "gone")], Refusal.CHOICE_UNKNOWN),
        ([Answer("同行", "", "in_house"), Answer("同行", "", "rival")], Refusal.CHOICES_ALIKE),
        ([Answer("同行", "", "in_house"), Answer("同行")], Refusal.CHOICES_ALIKE),
        ([Answer("自营", "", "in_house"), Answer("自立", "", "in_house")], Refusal.CHOICES_ALIKE),
    ],
)
def test_why_a_field_cannot_offer_answers(answers, refusal) -> None:
    before = choices_after((), [Answer("自己做", "In-house"), Answer("同行", "Rival")])
    assert why_not_answers(before, answers) is refusal


@pytest.mark.parametrize(
    ("kind", "choices", "bounds", "count", "refusal"),
    [
        ("TEXT", (), (None, None), 59, None),
        ("TEXT", (), (None, None), 60, Refusal.TOO_MANY_FIELDS),
        ("CHOICE", (Choice("a", "a", is_retired=True),), (None, None), 0, Refusal.CHOICES_MISSING),
        ("CHOICE", tuple(Choice(f"a{n}", "a") for n in range(61)), (None, None), 0, Refusal.TOO_MANY_CHOICES),
        ("NUMBER", (), (Decimal(2), Decimal(1)), 0, Refusal.BOUNDS_CROSS),
    ],
)
def test_why_a_field_cannot_be_so(kind, choices, bounds, count, refusal) -> None:
    assert why_not_define(kind, choices, *bounds, count=count, limit=60) is refusal
