"""The part of the supervisor's daily report that tells of the evening meeting."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.forecast.rules.sections import Section, register_section
from tiejun.meetings import texts
from tiejun.meetings.queries.reporting import evening_meeting_of, nothing_ahead
from tiejun.meetings.rules.drilling import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping


def section_words(kept: Mapping[str, Any], _ahead: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the evening meeting brought with the words of its codes."""
    return dict(kept) | {
        "is_held": bool(kept),
        "missing": [str(texts.MISSING[code]) for code in kept.get("missing", ())],
        "actions": [one | {"due_on": date.fromisoformat(one["due_on"])} for one in kept.get("actions", ())],
        "drills": [one | {"subject": texts.SUBJECTS[Subject(one["subject"])]} for one in kept.get("drills", ())],
    }


SECTION = register_section(
    Section(
        key="meetings",
        ability=Ability.VIEW_MEETINGS,
        template="meetings/report.html",
        kept=evening_meeting_of,
        ahead=nothing_ahead,
        present=section_words,
    )
)
