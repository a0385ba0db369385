"""The shapes of accompanied visits, in and out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tiejun.coaching.rules import Phase, Purpose, Rating, Skill, Subject
from tiejun.coaching.rules.plans import Feedback, NewPoint, PlanWords
from tiejun.foundation.schemas import In, Line, Moment, Text

if TYPE_CHECKING:
    from tiejun.coaching.queries.plans import PlanView

Version = Annotated[int, Field(ge=0, le=10**9)]


class CoachingPointOut(Schema):
    """An improvement point; `used` of real visits, `checked` answered checks, `waiting` open ones."""

    id: UUID
    skill: str
    title: str
    why: str
    done_when: str
    state: str
    used: int
    checked: int
    waiting: int
    version: int


class CoachingDroppedPointOut(Schema):
    """A point that was given up."""

    id: UUID
    state: str
    close_reason: str
    closed_at: Moment | None
    version: int


class CoachingPlanPointOut(Schema):
    """A point of a day with its ratings in order, 0 (not seen) to 3 (done well)."""

    point: CoachingPointOut
    position: int
    is_primary: bool
    is_new: bool
    ratings: list[int]


class CoachingTalkOut(Schema):
    """What was said after a visit; `visit_id` null while the record of the visit waits in a phone."""

    id: UUID
    company_id: UUID
    company: str
    visit_id: UUID | None
    phase: str
    strength: str
    comment: str
    why_not_shown: str
    encouraged: bool
    given_at: Moment
    is_late: bool
    ratings: dict[str, int]


class CoachingSummaryOut(Schema):
    """The written review of a day; `read_at` once the person has read it."""

    text: str
    next_step: str
    why_few: str
    sent_at: Moment
    is_late: bool
    read_at: Moment | None
    answer: str


class CoachingPlanOut(Schema):
    """A plan as it was saved; `visible_from` null: sealed from the person."""

    id: UUID
    person_id: UUID
    unit_id: UUID
    coach_id: UUID
    business_day: date
    purpose: str
    subject: str
    strengths: str
    weaknesses: str
    progress: dict[str, Any]
    itinerary: str
    itinerary_confirmed_at: Moment | None
    state: str
    planned_at: Moment
    visible_from: Moment | None
    revealed_at: Moment | None
    cancelled_at: Moment | None
    cancel_reason: str
    version: int


class CoachingDayOut(Schema):
    """One accompanied day with everything that belongs to it."""

    plan: CoachingPlanOut
    points: list[CoachingPlanPointOut]
    talks: list[CoachingTalkOut]
    summary: CoachingSummaryOut | None


class CoachingCheckOut(Schema):
    """A check of a point on a working day."""

    id: UUID
    point_id: UUID
    plan_id: UUID
    person_id: UUID
    due_on: date
    state: str
    note: str
    settled_by_id: UUID | None
    settled_at: Moment | None


class CoachingReasonOut(Schema):
    """Why somebody should be accompanied, with the numbers of the reason."""

    code: str
    numbers: dict[str, int]


class CoachingProposalOut(Schema):
    """A line of the proposal; `why_not` excludes the person on the day."""

    person_id: UUID
    name: str
    score: float
    purpose: str
    subject: str
    reasons: list[CoachingReasonOut]
    why_not: str | None


class CoachingPlanPointIn(In):
    """A point to plan: an open one by `point_id`, or the words of a new one."""

    point_id: UUID | None = None
    skill: Literal["PITCH", "DEMO", "CLOSE", "OBJECTION", "KIT", "PROSPECTING", "FOLLOW_UP"] = "PITCH"
    title: Annotated[Line, Field(max_length=120)] = ""
    why: Annotated[Text, Field(max_length=500)] = ""
    done_when: Annotated[Text, Field(max_length=500)] = ""


class CoachingPlanIn(In):
    """A plan; the first point is the primary one. `version` of the plan that is changed, 0 for a new one."""

    version: Version = 0
    purpose: Literal["CONFIDENCE", "SKILL"]
    subject: Literal["NEW", "EXPERIENCED"]
    strengths: Annotated[Text, Field(max_length=1000)]
    weaknesses: Annotated[Text, Field(max_length=1000)]
    points: Annotated[list[CoachingPlanPointIn], Field(max_length=6)]

    def words(self) -> PlanWords:
        """Return the words of the plan."""
        points = (NewPoint(one.point_id, Skill(one.skill), one.title, one.why, one.done_when) for one in self.points)
        return PlanWords(Purpose(self.purpose), Subject(self.subject), self.strengths, self.weaknesses, tuple(points))


class CoachingItineraryIn(In):
    version: Version
    itinerary: Annotated[Text, Field(max_length=500)]


class CoachingReasonIn(In):
    version: Version
    reason: Annotated[Text, Field(max_length=300)]


class CoachingRevealIn(In):
    """`told_at`: when it was told, where it waited in a phone."""

    told_at: Moment | None = None


class CoachingFeedbackIn(In):
    """What was said right after a visit: what was good first; `ratings` by point id, 0 to 3."""

    company_id: UUID
    phase: Literal["I_DO", "I_SAY", "YOU_DO", "YOU_SAY"]
    strength: Annotated[Text, Field(max_length=500)]
    comment: Annotated[Text, Field(max_length=1000)] = ""
    why_not_shown: Annotated[Text, Field(max_length=300)] = ""
    encouraged: bool = False
    ratings: dict[UUID, Annotated[int, Field(ge=0, le=3)]]
    told_at: Moment | None = None

    def feedback(self) -> Feedback:
        """Return the feedback with its ratings."""
        ratings = {point_id: Rating(value) for point_id, value in self.ratings.items()}
        return Feedback(
            Phase(self.phase), ratings, self.strength, self.comment, self.why_not_shown, encouraged=self.encouraged
        )


class CoachingSummaryIn(In):
    text: Text
    next_step: Annotated[Text, Field(max_length=500)] = ""
    why_few: Annotated[Text, Field(max_length=300)] = ""


class CoachingAnswerIn(In):
    answer: Annotated[Text, Field(max_length=1000)] = ""


class CoachingCheckIn(In):
    outcome: Literal["USED", "NOT_USED", "NO_CHANCE"]
    note: Annotated[Text, Field(max_length=300)] = ""


def point_out(point: Any, used: Any) -> dict[str, Any]:
    """Return a point with how often it was used."""
    names = ("id", "skill", "title", "why", "done_when", "state", "used", "version")
    return {name: getattr(point, name) for name in names} | {"checked": used.checked, "waiting": used.waiting}


def day_out(view: PlanView) -> dict[str, Any]:
    """Return one accompanied day."""
    return {
        "plan": view.plan,
        "points": [
            {
                "point": point_out(line.point, line.application),
                "position": line.position,
                "is_primary": line.is_primary,
                "is_new": line.is_new,
                "ratings": [int(one) for one in line.ratings],
            }
            for line in view.points
        ],
        "talks": [
            {
                name: getattr(line.talk, name)
                for name in CoachingTalkOut.model_fields
                if name not in ("company", "ratings")
            }
            | {
                "company": line.company,
                "ratings": {str(point_id): int(rating) for point_id, rating in line.given.items()},
            }
            for line in view.talks
        ],
        "summary": view.summary,
    }
