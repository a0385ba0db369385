"""Small groups and whose turn it is, so that the same people do not always speak first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


def small_groups(people: Sequence[UUID], *, size: int, turn: int) -> list[list[UUID]]:
    """Split people (in a lasting order) into groups of at most `size`, as even as can be, in the order of speaking.

    `turn`: how many meetings were held before; each moves the list on by one, so that the first voice goes round.
    """
    if not people:
        return []
    shift = turn % len(people)
    moved = [*people[shift:], *people[:shift]]
    count = -(-len(moved) // max(size, 1))
    least, longer = divmod(len(moved), count)
    groups, start = [], 0
    for number in range(count):
        end = start + least + (number < longer)
        groups.append(moved[start:end])
        start = end
    return groups
