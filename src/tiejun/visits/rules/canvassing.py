"""What a knock on a door is worth."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from tiejun.engines.names.phone import normalise_phone, phone_fault
from tiejun.visits.rules.vocabulary import DoorResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tiejun.visits.models import Door
    from tiejun.visits.rules.vocabulary import DoorInput


def readable_phone(text: str) -> str:
    """Return a number in its normal form, or nothing where what was typed is no number that can be called."""
    number = normalise_phone(text)
    return number if number and phone_fault(number) is None else ""


def is_usable(facts: DoorInput) -> bool:
    """Tell whether a door counts for the yield (M-V7): a person in charge, and a phone or what they make."""
    return bool(facts.in_charge.strip() and (readable_phone(facts.phone) or facts.product.strip()))


def is_worth_a_lead(facts: DoorInput) -> bool:
    """Tell whether a door makes a lead: it shows interest, or a gatekeeper told whom to ask; a refusal never."""
    if not facts.company_name.strip():
        return False
    return facts.result is DoorResult.INTEREST or (facts.result is DoorResult.GATEKEEPER and is_usable(facts))


def digest_of_door(facts: DoorInput) -> bytes:
    """Return SHA-256 of a knock; when it was sent does not belong to its contents."""
    plain = asdict(replace(facts, capture=replace(facts.capture, sent_at=None)))
    return hashlib.sha256(json.dumps(plain, default=str, sort_keys=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Yield:
    """Usable contacts per door (M-V7); a door that was knocked at twice is one door."""

    doors: int
    usable: int

    @property
    def percent(self) -> int | None:
        """The share in whole percent, None without any door."""
        return round(100 * self.usable / self.doors) if self.doors else None


@dataclass(frozen=True, slots=True)
class Floor:
    """One floor from the top, each door with its newest knock."""

    number: int
    doors: tuple[Door, ...]


def newest_knocks(knocks: Sequence[Door]) -> list[Door]:
    """Return the first of each door, of knocks from the newest on; doors without a number are each their own."""
    kept: dict[object, Door] = {}
    for row in knocks:
        kept.setdefault((row.floor, row.door.casefold()) if row.door else row.pk, row)
    return list(kept.values())


def by_floor(doors: Iterable[Door]) -> tuple[Floor, ...]:
    """Return floors from the top down, doors by number."""
    floors: dict[int, list[Door]] = {}
    for row in doors:
        floors.setdefault(row.floor, []).append(row)
    ordered = sorted(floors.items(), reverse=True)
    return tuple(
        Floor(number, tuple(sorted(rows, key=lambda row: (len(row.door), row.door)))) for number, rows in ordered
    )


def following_door(door: str) -> str:
    """Return the number after this one (`1203` → `1204`, `A7` → `A8`), nothing where there is no number at the end."""
    digits = door[len(door.rstrip("0123456789")) :]
    return f"{door[: len(door) - len(digits)]}{int(digits) + 1:0{len(digits)}d}" if digits else ""
