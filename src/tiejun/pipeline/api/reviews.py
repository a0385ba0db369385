"""Reviews of won and lost deals and their lessons for programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import Day, In, Line, PageOut, Text
from tiejun.foundation.times import local_date
from tiejun.foundation.web import TiejunRequest
from tiejun.pipeline.actions import lessons, reviews
from tiejun.pipeline.queries import reviews as queries
from tiejun.pipeline.rules.reviews import Factor, LessonFacts, LessonKind, Side, ViewFacts

router = Router(tags=["pipeline"])
Cursor = Annotated[Line, Field(max_length=600)]
Size = Annotated[int, Field(ge=1, le=200)]
Version = Annotated[int, Field(ge=0, le=10**9)]


class DealReviewOut(Schema):
    id: UUID
    opportunity_id: UUID
    company_id: UUID
    owner_id: UUID
    unit_id: UUID
    outcome: str
    selection: str
    lost_reason: str
    amount_minor: int
    currency: str
    decided_at: datetime
    due_on: date
    closed_at: datetime | None
    closing_note: str
    version: int


class DealReviewRow(DealReviewOut):
    given: list[Side]
    owed: list[Side]


class ReviewViewOut(Schema):
    side: str
    person_id: UUID | None
    factor: str
    words: str
    contact_name: str
    given_at: datetime


class LessonOut(Schema):
    id: UUID
    review_id: UUID
    kind: str
    words: str
    owner_id: UUID
    due_on: date
    created_at: datetime
    done_at: datetime | None
    done_note: str


class LessonRowOut(LessonOut):
    uses: int
    users: int
    last_used_on: date | None


class LessonUseOut(Schema):
    id: UUID
    lesson_id: UUID
    person_id: UUID
    used_on: date
    note: str


class DealReviewDetail(DealReviewRow):
    views: list[ReviewViewOut]
    lessons: list[LessonOut]


class SurveyLinkOut(Schema):
    review_id: UUID
    survey_code: str
    survey_until: datetime


class ReviewCompletionOut(Schema):
    unit_id: UUID
    unit_name: str
    due: int
    closed: int
    in_time: int


class DealReviewQuery(In):
    which: Literal["mine", "open", "closed", "all"] = "open"
    cursor: Cursor | None = None
    size: Size = 50


class LessonQuery(In):
    which: Literal["mine", "open", "all"] = "all"
    kind: LessonKind | None = None
    cursor: Cursor | None = None
    size: Size = 50


class ReviewViewIn(In):
    factor: Factor
    words: Annotated[Text, Field(max_length=2000)] = ""

    def facts(self) -> ViewFacts:
        """Return the view as the actions take it."""
        return ViewFacts(self.factor, self.words, getattr(self, "contact_name", ""))


class CustomerViewIn(ReviewViewIn):
    contact_name: Annotated[Line, Field(max_length=80)] = ""


class LessonIn(In):
    kind: LessonKind
    words: Annotated[Text, Field(min_length=1, max_length=600)]
    owner_id: UUID
    due_on: Day


class LessonNoteIn(In):
    note: Annotated[Text, Field(min_length=1, max_length=600)]


class LessonUseIn(In):
    note: Annotated[Line, Field(max_length=300)] = ""


class CloseReviewIn(In):
    version: Version
    note: Annotated[Text, Field(max_length=300)] = ""


def _row(one: queries.ReviewRow) -> dict[str, Any]:
    return DealReviewOut.from_orm(one.review).dict() | {"given": one.given, "owed": one.owed}


@router.get("/deal-reviews", response=PageOut[DealReviewRow])
def list_reviews(request: TiejunRequest, wanted: Query[DealReviewQuery]) -> Any:
    """List reviews of won and lost deals, newest decision first."""
    today = local_date(request.now, request.scope.zone)
    found = queries.reviews_page(request.scope, today=today, **wanted.dict())
    return {
        "items": [_row(one) for one in found.rows],
        "next": found.next_cursor,
        "previous": found.previous_cursor,
    }


@router.get("/deal-reviews/completion", response=list[ReviewCompletionOut])
def review_completion(request: TiejunRequest) -> Any:
    """Count by unit how many of the reviews that were due are closed."""
    return queries.completion(request.scope, now=request.now)


@router.get("/deal-reviews/{review_id}", response=DealReviewDetail)
def read_review(request: TiejunRequest, review_id: UUID) -> Any:
    """Read a review with the views that the asker may see; who owes a view sees nobody else's."""
    view = queries.review_view(request.scope, review_id)
    plain = DealReviewOut.from_orm(view.review).dict()
    return plain | {
        "given": sorted(view.given),
        "owed": view.owed,
        "views": list(view.views.values()),
        "lessons": view.lessons,
    }


@router.post("/opportunities/{opportunity_id}/review", response={201: DealReviewOut})
def request_review(request: TiejunRequest, opportunity_id: UUID) -> Any:
    """Ask for the review of a decided deal."""
    return Status(201, reviews.request_review(request.scope, opportunity_id=opportunity_id, now=request.now))


@router.post("/deal-reviews/{review_id}/own-view", response={201: ReviewViewOut})
def give_own_view(request: TiejunRequest, review_id: UUID, body: ReviewViewIn) -> Any:
    """Give the view of who owned the deal."""
    return Status(201, reviews.give_own_view(request.scope, review_id=review_id, facts=body.facts(), now=request.now))


@router.post("/deal-reviews/{review_id}/managers-view", response={201: ReviewViewOut})
def give_managers_view(request: TiejunRequest, review_id: UUID, body: ReviewViewIn) -> Any:
    """Give the manager's view."""
    return Status(
        201, reviews.give_managers_view(request.scope, review_id=review_id, facts=body.facts(), now=request.now)
    )


@router.post("/deal-reviews/{review_id}/customers-view", response={201: ReviewViewOut})
def note_customers_view(request: TiejunRequest, review_id: UUID, body: CustomerViewIn) -> Any:
    """Write down what the customer said on the phone."""
    return Status(
        201, reviews.note_customers_view(request.scope, review_id=review_id, facts=body.facts(), now=request.now)
    )


@router.post("/deal-reviews/{review_id}/survey", response=SurveyLinkOut)
def ask_customer(request: TiejunRequest, review_id: UUID) -> Any:
    """Make the code of the page `/pipeline/survey/{code}/` at which the customer answers."""
    row = reviews.ask_customer(request.scope, review_id=review_id, now=request.now)
    return {"review_id": row.pk, "survey_code": row.survey_code, "survey_until": row.survey_until}


@router.post("/deal-reviews/{review_id}/lessons", response={201: LessonOut})
def draw_lesson(request: TiejunRequest, review_id: UUID, body: LessonIn) -> Any:
    """Draw a lesson from a review."""
    facts = LessonFacts(body.kind, body.words, body.owner_id, body.due_on)
    return Status(201, lessons.draw_lesson(request.scope, review_id=review_id, facts=facts, now=request.now))


@router.post("/deal-reviews/{review_id}/close", response=DealReviewOut)
def close_review(request: TiejunRequest, review_id: UUID, body: CloseReviewIn) -> Any:
    """Close a review."""
    return reviews.close_review(
        request.scope, review_id=review_id, version=body.version, note=body.note, now=request.now
    )


@router.get("/lessons", response=PageOut[LessonRowOut])
def list_lessons(request: TiejunRequest, wanted: Query[LessonQuery]) -> Any:
    """List lessons, newest first, with how often they were used again."""
    today = local_date(request.now, request.scope.zone)
    found = queries.lessons_page(
        request.scope, today=today, which=wanted.which, kind=wanted.kind or "", cursor=wanted.cursor, size=wanted.size
    )
    items = [
        LessonOut.from_orm(one.lesson).dict() | {"uses": one.uses, "users": one.users, "last_used_on": one.last_used_on}
        for one in found.rows
    ]
    return {"items": items, "next": found.next_cursor, "previous": found.previous_cursor}


@router.post("/lessons/{lesson_id}/finish", response=LessonOut)
def finish_lesson(request: TiejunRequest, lesson_id: UUID, body: LessonNoteIn) -> Any:
    """Say what was changed because of a lesson."""
    return lessons.finish_lesson(request.scope, lesson_id=lesson_id, note=body.note, now=request.now)


@router.post("/lessons/{lesson_id}/uses", response={201: LessonUseOut})
def use_lesson(request: TiejunRequest, lesson_id: UUID, body: LessonUseIn) -> Any:
    """Note that the asker used a lesson today."""
    return Status(201, lessons.use_lesson(request.scope, lesson_id=lesson_id, note=body.note, now=request.now))
