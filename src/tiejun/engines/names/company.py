"""The normal form of a company's name, for comparing, and its short form, for showing."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tiejun.engines.districts.divisions import place_names
from tiejun.engines.names.folding import folded

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Words:
    forms: re.Pattern[str]
    form_of: dict[str, str]
    remark: re.Pattern[str]
    place: re.Pattern[str]
    places: re.Pattern[str]
    bracketed_place: re.Pattern[str]
    any_form: re.Pattern[str]
    end: re.Pattern[str]


def normalised_name(name: str) -> str:
    """The form in which two spellings of one company are equal.

    Width, case, spaces and brackets do not count; legal forms are brought to one variant; the
    partnership remark at the end and the mark of a leading province or city fall away. The
    leading place itself stays, because it belongs to a registered name. Idempotent; empty
    when the name holds no letter or digit.
    """
    return normalised_form(folded(name))


def normalised_form(text: str) -> str:
    """``normalised_name`` of a text that is folded already."""
    words = _words()
    while True:
        simpler = words.forms.sub(lambda found: words.form_of[found[0]], text)
        simpler = words.remark.sub("", simpler)
        simpler = words.place.sub(r"\1", simpler)
        if simpler == text:
            return text
        text = simpler


def short_name(name: str) -> str:
    """The name for a narrow column: without leading place, bracketed place and legal form.

    Case and inner marks stay as written. Never shorter than two characters: then the part
    that would leave too little is kept.
    """
    words = _words()
    text = _SPACES.sub("", unicodedata.normalize("NFKC", name))
    for pattern in (words.any_form, words.bracketed_place, words.places, words.end):
        shorter = pattern.sub("", text)
        if len(shorter) >= 2:
            text = shorter
    return text


def core_name(name: str) -> str:
    """What two spellings of one company share: the folded short name.

    Place, bracketed place, legal form and remark do not count, so it is the same for the registered name and for what stands
    over the door. Two companies of one core in two cities are two companies: compare it with the city.
    """
    return folded(short_name(name))


def branch_name(name: str) -> str:
    """What follows the legal form in a company's name, folded: a branch, a shop, a department; empty for the company itself."""
    found = _words().any_form.search(_SPACES.sub("", unicodedata.normalize("NFKC", name)))
    return folded(found.string[found.end() :]) if found else ""


@cache
def _words() -> _Words:
    content = files("tiejun.engines.data").joinpath("company_words.json").read_bytes()
    words: dict[str, Any] = json.loads(content)
    form_of = {v: form for form, variants in words["legal_forms"].items() for v in variants}
    marks: dict[str, str] = words["place_marks"]
    mark = "|".join(f"{mark}(?![{guard}])" for mark, guard in marks.items())
    short_places = _either(place_names())
    any_place = f"(?:{short_places})(?:{mark})?"
    all_forms = _either([*form_of, *words["legal_forms"]])
    remarks = _either(words["form_remarks"])
    return _Words(
        forms=re.compile(_either(form_of)),
        form_of=form_of,
        remark=re.compile(f"(?:{remarks})+$"),
        place=re.compile(f"^((?:{short_places}){{1,2}})(?:{mark})"),
        places=re.compile(f"^(?:{any_place}){{1,2}}(?![{words['not_after_place']}])"),
        bracketed_place=re.compile(rf"\((?:{any_place}|{_either(words['nation'])})\)"),
        any_form=re.compile(rf"{all_forms}|\((?:{remarks})\)$"),
        end=re.compile(f"(?<![{words['not_before_end']}])(?:{_either(words['form_ends'])})$"),
    )


def _either(words: Any) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
