import csv
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cases import cases, trial_file
from tiejun.engines.names.credit_code import (
    CodeFault,
    credit_code_fault,
    division_of_code,
    normalise_credit_code,
    registration_number_fault,
)
from tiejun.engines.names.phone import (
    PhoneFault,
    PhoneKind,
    normalise_phone,
    phone_fault,
    phone_kind,
    split_phones,
)

GOOD = "91350100M000100Y43"  # the example of GB 32100-2015
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (GOOD, None),
        ("91350100M000100Y44", CodeFault.CHECK_DIGIT),
        ("91350100M000100Y4", CodeFault.LENGTH),
        ("", CodeFault.LENGTH),
        ("91350100I000100Y43", CodeFault.ALPHABET),
        ("91A50100M000100Y43", CodeFault.ALPHABET),
        ("91350100m000100y43", CodeFault.ALPHABET),
    ],
)
def test_fault_of_a_credit_code_is_named(code: str, fault: CodeFault | None) -> None:
    assert credit_code_fault(code) == fault


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("110108000000016", None),
        ("110108000000017", CodeFault.CHECK_DIGIT),
        ("11010800000001", CodeFault.LENGTH),
        ("11010800000001A", CodeFault.ALPHABET),
    ],
)
def test_fault_of_a_registration_number_is_named(number: str, fault: CodeFault | None) -> None:
    assert registration_number_fault(number) == fault


def test_code_is_brought_to_capitals_and_half_width() -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in GOOD.lower())

    assert normalise_credit_code(f" {wide[:8]}-{wide[8:]}\u3000") == GOOD
    assert division_of_code(GOOD) == "350100"
    assert division_of_code("123") is None


@given(st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_never_goes_unseen(at: int, character: str) -> None:
    code = GOOD[:at] + character + GOOD[at + 1 :]

    assert (credit_code_fault(code) is None) is (code == GOOD)


@given(st.text(string.digits, min_size=14, max_size=14))
def test_each_registration_number_has_one_check_digit(body: str) -> None:
    right = [d for d in string.digits if registration_number_fault(body + d) is None]

    assert len(right) == 1


@given(st.text(max_size=20))
def test_any_text_can_be_judged_as_a_code(text: str) -> None:
    code = normalise_credit_code(text)

    assert normalise_credit_code(code) == code
    assert credit_code_fault(code) in {None, *CodeFault}
    assert registration_number_fault(code) in {None, *CodeFault}


@pytest.mark.parametrize(("text", "numbers"), cases("names")["phones"])
def test_numbers_in_a_cell_are_split_and_brought_to_one_form(text: str, numbers: list[str]) -> None:
    assert split_phones(text, area="0571") == numbers


@pytest.mark.parametrize(
    ("number", "kind", "fault"),
    [
        ("13800001111", PhoneKind.MOBILE, None),
        ("0571-88886666", PhoneKind.LANDLINE, None),
        ("010-62355588-9", PhoneKind.LANDLINE, None),
        ("4001039999", PhoneKind.SERVICE, None),
        ("95588", PhoneKind.SERVICE, None),
        ("88886666", None, PhoneFault.AREA_MISSING),
        ("1380000111", None, PhoneFault.LENGTH),
        ("138000011111", None, PhoneFault.LENGTH),
        ("12800001111", None, PhoneFault.UNKNOWN_FORM),
        ("123", None, PhoneFault.LENGTH),
        (" ", None, PhoneFault.EMPTY),
    ],
)
def test_fault_of_a_telephone_number_is_named(number: str, kind: PhoneKind | None, fault: PhoneFault | None) -> None:
    assert (phone_kind(number), phone_fault(number)) == (kind, fault)


@given(st.text("0123456789-() +/", max_size=24) | st.text(max_size=12))
def test_normal_form_of_a_number_is_a_fixed_point(text: str) -> None:
    number = normalise_phone(text)

    if phone_fault(number) is None:
        assert normalise_phone(number) == number
        assert split_phones(number) == [number]
    assert all(normalise_phone(found) == found for found in split_phones(text))


def test_faults_of_real_credit_codes_are_those_counted_by_the_standard() -> None:
    path = trial_file("enterprise-registration", "hangzhou.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        codes = [row[1] for row in reader]
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

    def counted_wrong(code: str) -> bool:
        if len(code) != 18 or any(c not in ALPHABET for c in code):
            return True
        total = sum(ALPHABET.index(c) * w for c, w in zip(code, weights, strict=False))
        return ALPHABET[(31 - total % 31) % 31] != code[17]

    as_written = [code for code in codes if credit_code_fault(code)]
    mended = [code for code in codes if credit_code_fault(normalise_credit_code(code))]

    assert as_written == [code for code in codes if counted_wrong(code)]
    assert (len(as_written), mended) == (6, [])


@pytest.mark.parametrize(
    ("parts", "column", "area", "numbers", "faults"),
    [
        (("hangzhou-sampling-points", "hangzhou_points.csv"), 3, "0571", 853, 0),
        (("beijing-hotels-bd09", "beijing_hotels_bd09.csv"), 5, "010", 672, 0),
    ],
)
def test_real_telephone_cells_are_understood(
    parts: tuple[str, str], column: int, area: str, numbers: int, faults: int
) -> None:
    with trial_file(*parts).open(encoding="utf-8-sig", newline="") as lines:
        cells = [row[column] for row in csv.reader(lines)][1:]

    found = [number for cell in cells for number in split_phones(cell, area)]

    assert (len(found), sum(phone_fault(n) is not None for n in found)) == (numbers, faults)
