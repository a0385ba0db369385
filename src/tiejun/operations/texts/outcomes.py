"""What the events of the clock count, in words: the names that their jobs return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiejun.foundation.refusals import Words

OUTCOMES: dict[str, Words] = {
    "behind": pgettext_lazy("clock", "behind"),
    "carried": pgettext_lazy("clock", "carried over"),
    "changed": pgettext_lazy("clock", "changed"),
    "closed": pgettext_lazy("clock", "closed"),
    "complaints": pgettext_lazy("clock", "complaints"),
    "customers": pgettext_lazy("clock", "customers"),
    "done": pgettext_lazy("clock", "done"),
    "drawn": pgettext_lazy("clock", "drawn"),
    "drafted": pgettext_lazy("clock", "drafted"),
    "expired": pgettext_lazy("clock", "expired"),
    "found": pgettext_lazy("clock", "found"),
    "handed_over": pgettext_lazy("clock", "handed over"),
    "leads": pgettext_lazy("clock", "leads"),
    "left": pgettext_lazy("clock", "left with the holder"),
    "lessons": pgettext_lazy("clock", "lessons"),
    "long_days": pgettext_lazy("clock", "long days"),
    "new": pgettext_lazy("clock", "new"),
    "overdue": pgettext_lazy("clock", "overdue"),
    "persons": pgettext_lazy("clock", "people"),
    "planned": pgettext_lazy("clock", "planned"),
    "plans": pgettext_lazy("clock", "plans"),
    "pooled": pgettext_lazy("clock", "to the pool"),
    "prepared": pgettext_lazy("clock", "prepared"),
    "required": pgettext_lazy("clock", "required"),
    "rested": pgettext_lazy("clock", "at rest"),
    "rows": pgettext_lazy("clock", "rows"),
    "scored": pgettext_lazy("clock", "scored"),
    "seed_hash": pgettext_lazy("clock", "hash of the seed"),
    "skipped": pgettext_lazy("clock", "nothing to do"),
    "spot_checks": pgettext_lazy("clock", "spot checks"),
    "suggested": pgettext_lazy("clock", "suggested"),
    "taken": pgettext_lazy("clock", "taken over"),
    "told": pgettext_lazy("clock", "told"),
    "views": pgettext_lazy("clock", "views"),
    "waiting": pgettext_lazy("clock", "waiting"),
    "waived": pgettext_lazy("clock", "waived"),
    "withdrawn": pgettext_lazy("clock", "withdrawn"),
}


def counted(outcome: Mapping[str, object]) -> list[tuple[Words, object]]:
    """Return what an event counted, in the reader's words."""
    return [(OUTCOMES.get(name, name), number) for name, number in outcome.items()]
