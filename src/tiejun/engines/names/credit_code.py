"""Unified social credit codes (GB 32100-2015) and the older 15-digit registration numbers."""

from enum import StrEnum
from operator import mul

from tiejun.engines.names.folding import folded

LENGTH = 18
REGISTRATION_NUMBER_LENGTH = 15

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
# 3 ** position modulo 31, for the first seventeen positions (GB 32100-2015, table 1).
_WEIGHTS = tuple(pow(3, position, 31) for position in range(LENGTH - 1))
_DIVISION = slice(2, 8)


class CodeFault(StrEnum):
    """Why a code cannot be right."""

    LENGTH = "LENGTH"
    ALPHABET = "ALPHABET"
    CHECK_DIGIT = "CHECK_DIGIT"


def normalise_credit_code(text: str) -> str:
    """The code in half-width capitals, letters and digits alone; what is wrong stays wrong."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return folded(text).upper()


def credit_code_fault(code: str) -> CodeFault | None:
    """What is wrong with a normalised unified social credit code, or None.

    The check digit is ``31 - sum(value * 3**i mod 31) mod 31`` over the first 17 characters.
    """
    if len(code) != LENGTH:
        return CodeFault.LENGTH
    try:
        values = list(map(_VALUE.__getitem__, code))
    except KeyError:
        return CodeFault.ALPHABET
    if not code[_DIVISION].isdigit():
        return CodeFault.ALPHABET
    total = sum(map(mul, values, _WEIGHTS))
    return None if -total % 31 == values[-1] else CodeFault.CHECK_DIGIT


def registration_number_fault(number: str) -> CodeFault | None:
    """What is wrong with a 15-digit business registration number, or None.

    The check digit follows ISO 7064, MOD 11,10, as GS 15-2006 of the registration authority says.
    """
    if len(number) != REGISTRATION_NUMBER_LENGTH:
        return CodeFault.LENGTH
    if not (number.isascii() and number.isdigit()):
        return CodeFault.ALPHABET
    product = 10
    for digit in number[:-1]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return None if (product + int(number[-1])) % 10 == 1 else CodeFault.CHECK_DIGIT


def division_of_code(code: str) -> str | None:
    """The six-digit division of the registering authority inside a credit code, or None.

    It may be a division that has been dissolved since, or a city as a whole.
    """
    division = code[_DIVISION]
    return division if len(code) == LENGTH and division.isdigit() else None
