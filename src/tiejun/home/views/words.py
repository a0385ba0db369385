"""Rows of the pages with their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tiejun.home import texts
from tiejun.home.rules import Pace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tiejun.home.queries.team_day import MemberLine
    from tiejun.home.queries.today import StopLine


@dataclass(frozen=True, slots=True)
class StopWords:
    """A stop with why it is in the plan, what came of it."""

    line: StopLine
    reason: str
    tone: str
    icon: str
    verdict: str
    verdict_tone: str
    verdict_icon: str


def stop_words(line: StopLine) -> StopWords:
    """Say a stop: its reason, and the verdict of its visit."""
    reason, tone, icon = "", "neutral", "footprints"
    if line.stop is not None:
        reason = str(line.stop.objective or texts.STOP_REASONS[line.stop.reason])
        tone, icon = texts.STOP_TONES[line.stop.reason]
    visit = line.visit
    if visit is None or visit.is_running:
        verdict = (_("At the customer"), "info", "map-pin-check") if visit else ("", "neutral", "")
    elif visit.new_effective_customer:
        verdict = (_("New effective customer"), "success", "sparkles")
    elif visit.effective_visit:
        verdict = (_("Effective visit"), "success", "check")
    else:
        verdict = (_("Visited"), "neutral", "check")
    return StopWords(line, reason, tone, icon, *verdict)


def all_stop_words(lines: Iterable[StopLine]) -> list[StopWords]:
    """Say several stops."""
    return [stop_words(line) for line in lines]


@dataclass(frozen=True, slots=True)
class MemberWords:
    """A member's row with its pace in words and the state of the plan."""

    line: MemberLine
    pace: str
    tone: str
    icon: str
    leave: str
    plan: str
    is_urgent: bool


PACE_ICONS = {
    Pace.BEHIND: "octagon-alert",
    Pace.NOT_STARTED: "circle-dashed",
    Pace.SHORT: "triangle-alert",
    Pace.UNDER_WAY: "footprints",
    Pace.WAITING: "coffee",
    Pace.REACHED: "check",
    Pace.AWAY: "calendar-off",
}


def member_words(line: MemberLine) -> MemberWords:
    """Say a member's row."""
    leave = texts.LEAVE_PARTS.get(line.leave_part, "")
    pace = (
        leave
        if line.pace is Pace.AWAY and leave
        else _("Day off")
        if line.pace is Pace.AWAY
        else texts.PACES[line.pace]
    )
    return MemberWords(
        line=line,
        pace=str(pace),
        tone=texts.PACE_TONES[line.pace],
        icon=PACE_ICONS[line.pace],
        leave=str(leave),
        plan=str(texts.PLAN_STATES[line.plan.state]) if line.plan else "",
        is_urgent=line.pace in (Pace.BEHIND, Pace.NOT_STARTED, Pace.SHORT),
    )
