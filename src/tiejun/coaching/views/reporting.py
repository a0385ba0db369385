"""The part of the supervisor's daily report that tells of accompanied visits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.coaching import texts
from tiejun.coaching.queries.reporting import coaching_ahead, day_of_coaching
from tiejun.coaching.rules import CheckState, Purpose, Rating
from tiejun.forecast.rules.sections import Section, register_section

if TYPE_CHECKING:
    from collections.abc import Mapping


def section_words(kept: Mapping[str, Any], ahead: Mapping[str, Any]) -> dict[str, Any]:
    """Return the day's accompanied visits and checks, and the next day's plans, with the words of their codes."""
    return {
        "days": [one | {"points": [_point(point) for point in one["points"]]} for one in kept.get("days", ())],
        "checks": [
            one | {"words": texts.CHECK_STATES[CheckState(one["state"])], "tone": texts.CHECK_TONES[CheckState(one["state"])]}
            for one in kept.get("checks", ())
        ],
        "plans": [one | {"purpose": texts.PURPOSES[Purpose(one["purpose"])], "day": date.fromisoformat(one["day"])} for one in ahead.get("plans", ())],
    }  # fmt: skip


def _point(point: Mapping[str, Any]) -> dict[str, Any]:
    ratings = [Rating(one) for one in point["ratings"]]
    return {"title": point["title"], "ratings": [(texts.RATINGS[one], texts.RATING_TONES[one]) for one in ratings]}


SECTION = register_section(
    Section(
        key="coaching",
        ability=Ability.VIEW_COACHING,
        template="coaching/report.html",
        kept=day_of_coaching,
        ahead=coaching_ahead,
        present=section_words,
    )
)
