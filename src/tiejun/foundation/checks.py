"""Checks that an operator runs on live data: each module registers what must hold between its rows."""

from collections.abc import Callable
from dataclasses import dataclass

Check = Callable[[], list[str]]


@dataclass(frozen=True)
class Registered:
    """A registered check and the sentence that holds when it finds nothing."""

    sentence: str
    find: Check


_registered: dict[str, Registered] = {}


def check(sentence: str) -> Callable[[Check], Check]:
    """Register a function that returns one line per broken record; `sentence` says what holds when there is none.

    It belongs into a module's `jobs` or `queries`, takes nothing, reads as the owner of the tables, and changes nothing.
    """

    def register(function: Check) -> Check:
        _registered[f"{function.__module__}.{function.__qualname__}"] = Registered(sentence, function)
        return function

    return register


def registered_checks() -> list[Registered]:
    """All registered checks in the order of their names."""
    return [_registered[name] for name in sorted(_registered)]
