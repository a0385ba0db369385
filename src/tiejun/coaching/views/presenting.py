"""The words of codes, as the pages of accompanied visits show them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tiejun.coaching import texts
from tiejun.coaching.rules import InspectedSide, Phase, PlanState, PointState, Purpose, Skill, Subject
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tiejun.coaching.models import SpotCheck
    from tiejun.coaching.queries.crediting import Period
    from tiejun.coaching.queries.desk import PlanLine
    from tiejun.coaching.queries.mine import PointRow
    from tiejun.coaching.queries.plans import PlanView, PointLine, TalkLine
    from tiejun.coaching.rules.proposing import Proposal, Why
    from tiejun.coaching.rules.skills import Finding
    from tiejun.org.models import Unit


def unit_tabs(units: Sequence[Unit], chosen: UUID) -> list[dict[str, Any]]:
    """Return the tabs of groups, none for a single one."""
    if len(units) < 2:
        return []
    return [{"label": one.name, "url": f"?unit={one.pk}", "active": one.pk == chosen} for one in units]


def plan_rows(lines: Iterable[PlanLine]) -> list[tuple[PlanLine, Any, str]]:
    """Return plans with the words and the tone of their state."""
    return [
        (line, texts.STATES[PlanState(line.plan.state)], texts.STATE_TONES[PlanState(line.plan.state)])
        for line in lines
    ]


def point_rows(rows: Iterable[PointRow]) -> list[dict[str, Any]]:
    """Return points with the words of their state and skill."""
    return [
        {
            "point": row.point,
            "used": row.application,
            "skill": texts.SKILLS[Skill(row.point.skill)],
            "state": texts.POINT_STATES[PointState(row.point.state)],
            "tone": texts.POINT_TONES[PointState(row.point.state)],
        }
        for row in rows
    ]


def proposal_row(one: Proposal) -> dict[str, Any]:
    """Return a line of the proposal with its reasons in words."""
    return {
        "person_id": one.person_id,
        "name": one.name,
        "purpose": texts.PURPOSES[one.purpose],
        "subject": texts.SUBJECTS[one.subject],
        "reasons": [
            (_reason(why, dict(numbers)) if numbers else texts.REASONS[why], texts.REASON_TONES[why])
            for why, numbers in one.reasons
        ],
        "why_not": texts.WHY_NOTS[one.why_not] if one.why_not else "",
    }


def _reason(why: Why, numbers: dict[str, int | str]) -> str:
    words = {name: texts.SKILLS[Skill(str(value))] if name == "skill" else value for name, value in numbers.items()}
    return str(texts.REASONS[why]) % words


def finding_words(found: Iterable[Finding]) -> list[str]:
    """Return what visits suggest, in words."""
    return [
        _("%(skill)s: %(percent)s %% of the visits, the group %(group)s %%")
        % {"skill": texts.SKILLS[one.skill], "percent": one.percent, "group": one.group_percent}
        for one in found
    ]


def plan_context(view: PlanView) -> dict[str, Any]:
    """Return one accompanied day with the words of its codes."""
    plan = view.plan
    desk = f"{reverse('coaching:desk')}?unit={plan.unit_id}"
    return {
        "view": view,
        "back": reverse("coaching:mine") if view.is_own else desk,
        "plan": plan,
        "state": texts.STATES[PlanState(plan.state)],
        "tone": texts.STATE_TONES[PlanState(plan.state)],
        "purpose": texts.PURPOSES[Purpose(plan.purpose)],
        "subject": texts.SUBJECTS[Subject(plan.subject)],
        "cancel_reason": texts.CANCEL_REASONS.get(plan.cancel_reason, plan.cancel_reason),
        "points": [_point(line) for line in view.points],
        "talks": [_talk(line) for line in view.talks],
    }


def _point(line: PointLine) -> dict[str, Any]:
    state = PointState(line.point.state)
    return {
        "line": line,
        "skill": texts.SKILLS[Skill(line.point.skill)],
        "state": texts.POINT_STATES[state],
        "tone": texts.POINT_TONES[state],
        "ratings": [(texts.RATINGS[one], texts.RATING_TONES[one]) for one in line.ratings],
    }


def _talk(line: TalkLine) -> dict[str, Any]:
    return {
        "line": line,
        "phase": texts.PHASES[Phase(line.talk.phase)],
        "ratings": [(title, texts.RATINGS[one], texts.RATING_TONES[one]) for title, one in line.ratings],
    }


def results(rows: Iterable[SpotCheck]) -> list[tuple[SpotCheck, Any]]:
    """Return done spot checks with the side that was asked."""
    return [(row, texts.SIDES[InspectedSide(row.side)]) for row in rows]


def period_context(period: Period) -> dict[str, Any]:
    """Return a month of somebody's coaching with the words of its ratings."""
    return {
        "period": period,
        "ways": [
            {
                "way": way,
                "first": (texts.RATINGS[way.first], texts.RATING_TONES[way.first]) if way.first is not None else None,
                "last": (texts.RATINGS[way.last], texts.RATING_TONES[way.last]) if way.last is not None else None,
            }
            for way in period.points
        ],
    }


def asked_day(data: Mapping[str, str], name: str = "day") -> date | None:
    """Return the day that is asked for, None for none; raises `NotFound` for one that cannot be read."""
    try:
        found = date.fromisoformat(data[name]) if data.get(name) else None
    except ValueError:
        raise NotFound from None
    if found is not None and not 2000 < found.year < 2100:
        raise NotFound
    return found


def asked_unit(data: Mapping[str, str]) -> UUID | None:
    """Return the unit that is asked for, None for none; raises `NotFound` for one that cannot be read."""
    try:
        return UUID(data["unit"]) if data.get("unit") else None
    except ValueError:
        raise NotFound from None
