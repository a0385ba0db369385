"""How likely two records are one company, and why.

The evidence is added up as natural log-odds, as in the record linkage of Fellegi and Sunter (1969): each agreement or
disagreement moves the odds by the logarithm of how much more often it is seen among spellings of one company than among
neighbours with a common key. The weights keep the order of identity: domain, telephone, name with city (domain 11.27);
two codes that are both right and differ are two companies, whatever else agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp
from typing import TYPE_CHECKING

from tiejun.engines.geo import Point, distance_m

if TYPE_CHECKING:
    from tiejun.engines.duplicates.records import Record

MOST_IN_A_KEY = 12  # a key that more records share (an agent's number, an office address) brings nobody together
NEAR_METRES = 150.0
_PRIOR = -3.0
_LONG_CORE = 3
_LONG_PART = 2


class Reason(StrEnum):
    """What speaks for or against two records being one company."""

    CREDIT_CODE = "CREDIT_CODE"
    DOMAIN = "DOMAIN"
    PHONE = "PHONE"
    NAME = "NAME"
    NAME_PART = "NAME_PART"
    CITY = "CITY"
    ROOM = "ROOM"
    SITE = "SITE"
    NEARBY = "NEARBY"
    LEGAL_PERSON = "LEGAL_PERSON"
    OTHER_NAME = "OTHER_NAME"
    OTHER_BRANCH = "OTHER_BRANCH"
    OTHER_CITY = "OTHER_CITY"
    OTHER_LEGAL_PERSON = "OTHER_LEGAL_PERSON"


_WEIGHT = {
    Reason.CREDIT_CODE: 12.0,
    Reason.DOMAIN: 4.5,
    Reason.PHONE: 4.0,
    Reason.NAME: 4.0,
    Reason.NAME_PART: 2.5,
    Reason.CITY: 0.5,
    Reason.ROOM: 2.0,
    Reason.SITE: 1.5,
    Reason.NEARBY: 1.0,
    Reason.LEGAL_PERSON: 2.5,
    Reason.OTHER_NAME: -2.0,
    Reason.OTHER_BRANCH: -4.0,
    Reason.OTHER_CITY: -4.0,
    Reason.OTHER_LEGAL_PERSON: -2.0,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """How likely (0 to 99 percent), and what speaks for and against it, the strongest first."""

    confidence: int
    reasons: tuple[Reason, ...]


def judged(one: Record, other: Record) -> Judgement | None:
    """Judge two records; None where two right codes differ: those are two companies."""
    if one.code and other.code and one.code != other.code:
        return None
    reasons = [*_marks(one, other), *_name(one, other), *_place(one, other)]
    reasons.sort(key=lambda reason: (-_WEIGHT[reason], reason))
    odds = _PRIOR + sum(_WEIGHT[reason] for reason in reasons)
    return Judgement(min(99, round(100 / (1 + exp(-odds)))), tuple(reasons))


def _marks(one: Record, other: Record) -> list[Reason]:
    found = []
    if one.code and one.code == other.code:
        found.append(Reason.CREDIT_CODE)
    if one.domain and one.domain == other.domain:
        found.append(Reason.DOMAIN)
    if one.phones & other.phones:
        found.append(Reason.PHONE)
    if one.legal_person and other.legal_person:
        is_same = one.legal_person == other.legal_person
        found.append(Reason.LEGAL_PERSON if is_same else Reason.OTHER_LEGAL_PERSON)
    return found


def _name(one: Record, other: Record) -> list[Reason]:
    if one.branch != other.branch:
        return [*_core(one, other), Reason.OTHER_BRANCH]
    return _core(one, other)


def _core(one: Record, other: Record) -> list[Reason]:
    if one.core == other.core:
        # A name of two characters is shared by chance more often.
        return [Reason.NAME if len(one.core) >= _LONG_CORE else Reason.NAME_PART]
    shorter, longer = sorted((one.core, other.core), key=len)
    if len(shorter) >= _LONG_PART and longer.startswith(shorter):
        return [Reason.NAME_PART]
    pairs = {shorter[n : n + 2] for n in range(len(shorter) - 1)}
    return [] if any(pair in longer for pair in pairs) else [Reason.OTHER_NAME]


def _place(one: Record, other: Record) -> list[Reason]:
    found = []
    if one.city and other.city:
        found.append(Reason.CITY if one.city == other.city else Reason.OTHER_CITY)
    if one.site is not None and other.site is not None and one.site.house == other.site.house:
        is_room = bool(one.site.room) and one.site.room == other.site.room
        return [*found, Reason.ROOM if is_room else Reason.SITE]
    if one.building and one.building == other.building:
        return [*found, Reason.SITE]
    return [*found, Reason.NEARBY] if _are_near(one, other) else found


def _are_near(one: Record, other: Record) -> bool:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return False
    return distance_m(Point(one.longitude, one.latitude), Point(other.longitude, other.latitude)) <= NEAR_METRES
