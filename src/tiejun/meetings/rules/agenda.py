"""The agenda that a machine makes: exceptions alone, each from a fact of the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID


class Topic(StrEnum):
    """What an item is about, in the order of the agenda. Nobody is named for a weakness: what went short is a number of the group."""

    WON = "WON"
    SHORT_OF_FORECAST = "SHORT_OF_FORECAST"
    LOST = "LOST"
    BELOW_FLOOR = "BELOW_FLOOR"
    NO_BACKUP = "NO_BACKUP"
    ACTION_DUE = "ACTION_DUE"
    NOTHING_DECIDED = "NOTHING_DECIDED"


@dataclass(frozen=True, slots=True)
class Won:
    """What a person signed today."""

    person_id: UUID
    name: str
    deals: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Unbacked:
    """A customer that is to sign on the next day and has no backup."""

    person_id: UUID
    name: str
    company_id: UUID
    company: str


@dataclass(frozen=True, slots=True)
class DueAction:
    """An open action whose day has come."""

    action_id: UUID
    person_id: UUID
    name: str
    words: str
    due_on: str


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What a group's day brought: `said` and `came` in deals; `below` of `people` had fewer visits than their floor."""

    people: int
    below: int
    said: int
    came: int
    won: Sequence[Won] = ()
    lost: Mapping[str, int] = field(default_factory=dict)
    unbacked: Sequence[Unbacked] = ()
    due: Sequence[DueAction] = ()
    fruitless: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the agenda: `facts` fill the words of its topic."""

    key: str
    topic: Topic
    facts: dict[str, Any]
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """What somebody puts on an agenda: a `code` with registered words and `facts`, or a person's own `words`."""

    key: str
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    about_id: UUID | None = None


def agenda_of(day: DayFacts, *, most: int, fruitless_after: int) -> list[Item]:
    """Return the exceptions of a day in the order of the agenda, at most `most`; an ordinary day has none.

    `fruitless_after`: so many meetings in a row without a decision or an action, and the next one is asked why.
    """
    items = [
        Item(f"won:{one.person_id}", Topic.WON, {"name": one.name, "deals": one.deals}, one.person_id)
        for one in sorted(day.won, key=lambda won: (-won.deals, -won.amount_minor, won.name))
    ]
    if day.came < day.said:
        items.append(Item("forecast", Topic.SHORT_OF_FORECAST, {"said": day.said, "came": day.came}))
    items += [
        Item(f"lost:{reason}", Topic.LOST, {"reason": reason, "count": count})
        for reason, count in sorted(day.lost.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    if day.below:
        items.append(Item("floor", Topic.BELOW_FLOOR, {"count": day.below, "people": day.people}))
    items += [
        Item(f"backup:{one.company_id}", Topic.NO_BACKUP, {"name": one.name, "company": one.company}, one.person_id)
        for one in day.unbacked
    ]
    items += [
        Item(
            f"action:{one.action_id}",
            Topic.ACTION_DUE,
            {"name": one.name, "words": one.words, "due": one.due_on},
            one.person_id,
        )
        for one in day.due
    ]
    if day.fruitless >= fruitless_after:
        items.append(Item("fruitless", Topic.NOTHING_DECIDED, {"count": day.fruitless}))
    return items[:most]
