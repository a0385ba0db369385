import csv
import sys
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cases import cases, trial_file
from tiejun.engines.names.company import normalised_name, short_name
from tiejun.engines.names.folding import folded
from tiejun.engines.names.pinyin import pinyin_initials, pinyin_sort_key
from tiejun.engines.names.search import CompanyName, company_name, name_query

CASES = cases("names")

# Names made of the words that the rules look at, and of anything else.
words = [word for pair in CASES["normalised"] + CASES["short"] for word in pair]
pieces = sorted({word[at : at + size] for word in words for at in range(9) for size in (1, 2, 4)})
names = st.lists(st.sampled_from(pieces) | st.text(max_size=3), max_size=8).map("".join)


@pytest.mark.parametrize(("name", "expected"), CASES["folded"])
def test_folded_form_keeps_letters_and_digits_alone(name: str, expected: str) -> None:
    assert folded(name) == expected


@pytest.mark.parametrize(("name", "expected"), CASES["normalised"])
def test_spellings_of_one_company_have_one_normal_form(name: str, expected: str) -> None:
    assert normalised_name(name) == expected


@pytest.mark.parametrize(("name", "expected"), CASES["short"])
def test_short_name_leaves_out_place_and_legal_form(name: str, expected: str) -> None:
    assert short_name(name) == expected


@pytest.mark.parametrize(("name", "expected"), CASES["initials"])
def test_initials_follow_the_reading_in_the_phrase(name: str, expected: str) -> None:
    assert pinyin_initials(name) == expected


@pytest.mark.parametrize(("name", "expected"), CASES["syllables"])
def test_sort_key_spells_the_syllables(name: str, expected: str) -> None:
    assert pinyin_sort_key(name) == expected


def test_sort_key_orders_names_by_pinyin_and_fits_its_length() -> None:
    order = CASES["sort_order"]

    assert sorted(sorted(order), key=pinyin_sort_key) == order
    assert len(pinyin_sort_key(order[0] * 500, length=40)) == 40


def test_all_derived_values_come_in_one_pass() -> None:
    expected = CASES["company"]

    found = asdict(company_name(expected["name"]))
    grams = found.pop("grams")

    assert found == expected
    # Nine pairs of which one is of letters alone and so left out, and eleven triples, the last with the end behind it.
    assert (len(grams), len(set(grams))) == (len(expected["folded"]) - 2 + len(expected["initials"]) - 1,) * 2
    assert all(-(2**31) <= gram < 2**31 for gram in grams)


def is_candidate(query: str, derived: CompanyName) -> bool:
    wanted = name_query(query)
    assert wanted is not None
    held = set(wanted.grams) & set(derived.grams)
    return bool(held) if wanted.any_will_do else held == set(wanted.grams)


def finds(query: str, derived: CompanyName) -> bool:
    wanted = name_query(query)
    assert wanted is not None
    return is_candidate(query, derived) and wanted.text in (derived.initials if wanted.is_letters else derived.folded)


@pytest.mark.parametrize(("query", "name", "expected"), CASES["matches"])
def test_query_finds_a_name_where_its_characters_stand_together(query: str, name: str, expected: bool) -> None:
    assert finds(query, company_name(name)) is expected


@pytest.mark.parametrize("query", ["", "a", " a ", "()"])
def test_query_under_two_characters_is_none(query: str) -> None:
    assert name_query(query) is None


def test_query_of_letters_asks_for_triples_and_of_two_for_any_that_begins_so() -> None:
    two, three, six = (name_query(text) for text in ("ab", "abc", "abcabc"))

    assert two is not None
    assert three is not None
    assert six is not None
    assert (len(two.grams), two.any_will_do, set(three.grams) <= set(two.grams)) == (38, True, True)
    assert (len(three.grams), three.any_will_do) == (1, False)
    assert (six.grams[0], len(six.grams)) == (three.grams[0], 3)


@given(names)
def test_normal_form_is_a_fixed_point(name: str) -> None:
    once = normalised_name(name)

    assert normalised_name(once) == once
    assert folded(once) == once


@given(names, st.integers(0, 20), st.integers(2, 12))
def test_every_part_of_a_name_finds_it(name: str, start: int, length: int) -> None:
    part = name[start : start + length]

    assert name_query(part) is None or finds(part, company_name(name))


@given(names, st.integers(0, 20), st.integers(2, 12))
def test_every_part_of_the_initials_in_letters_finds_the_name(name: str, start: int, length: int) -> None:
    part = pinyin_initials(name)[start : start + length]

    assert name_query(part) is None or not part.isascii() or finds(part, company_name(name))


@given(names)
def test_initials_and_sort_key_agree(name: str) -> None:
    text = folded(name)
    initials = pinyin_initials(name)
    tokens = pinyin_sort_key(name, length=10_000).split(" ")

    assert len(initials) == len(text)
    assert pinyin_sort_key(name, length=10_000).replace(" ", "") == "".join(tokens)
    assert initials[:1] == tokens[0][:1]


@given(names)
def test_short_name_is_no_longer_than_the_name_and_never_lost(name: str) -> None:
    short = short_name(name)

    assert bool(short) or not short_name(name)
    assert len(normalised_name(short)) <= len(folded(short)) + len(normalised_name(name))


def test_library_of_readings_is_never_imported() -> None:
    pinyin_initials(CASES["initials"][0][0])

    assert "pypinyin.phrases_dict" not in sys.modules


def test_real_companies_are_found_by_part_and_by_initials() -> None:
    path = trial_file("enterprise-registration", "hangzhou.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        listed = [row[0] for row in reader]

    lost = []
    for name in listed:
        derived = company_name(name)
        middle = name[2:6]
        found = name_query(middle) is None or finds(middle, derived)
        if not (found and finds(derived.initials[1:4], derived) and derived.normalised and derived.short):
            lost.append(name)

    assert (len(listed), lost) == (31_507, [])
