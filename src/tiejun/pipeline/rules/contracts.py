"""The text of contracts, without a database: headings, paragraphs, and places that an order fills."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tiejun.foundation import refusals

PLACES = ("number", "customer", "seller", "amount", "signed_on", "terms")
BLOCKS = ("lines", "payments")
_PLACE = re.compile(r"\{(\w+)\}")


class Refusal(refusals.Refusal):
    """Why no contract is made."""

    NO_PRINTER = "NO_PRINTER"
    NO_LINES = "NO_LINES"


@dataclass(frozen=True, slots=True)
class ContractText:
    """The words of a contract in both languages, with places in braces."""

    title: str
    title_en: str
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """In which language a contract is made, and by which number of the text."""

    language: str
    text_number: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A part of a contract: a heading, plain words, or a block (`lines`, `payments`) that the page draws as a table."""

    kind: str
    words: str = ""


@cache
def standard_text() -> ContractText:
    """Return the text that holds until the company publishes its own."""
    return ContractText(**json.loads((files("tiejun.pipeline") / "data/contract_text.json").read_text("utf-8")))


def unknown_places(text: str) -> list[str]:
    """Return the places in braces that no order fills."""
    return sorted({place for place in _PLACE.findall(text) if place not in PLACES + BLOCKS})


def missing_blocks(text: str) -> list[str]:
    """Return the blocks without which a contract says nothing: its lines."""
    return [block for block in ("lines",) if f"{{{block}}}" not in text]


def paragraphs(text: str, facts: dict[str, str]) -> list[Paragraph]:
    """Cut a text into paragraphs and fill its places once; what a fact says is never read as a place or a heading again."""
    found = []
    for line in text.splitlines():
        plain = line.strip()
        if not plain:
            continue
        block = _PLACE.fullmatch(plain)
        if block and block[1] in BLOCKS:
            found.append(Paragraph(block[1]))
            continue
        is_heading = plain.startswith("# ")
        words = _PLACE.sub(lambda place: facts.get(place[1], ""), plain.removeprefix("# "))
        if words.strip():
            found.append(Paragraph("heading" if is_heading else "text", words))
    return found
