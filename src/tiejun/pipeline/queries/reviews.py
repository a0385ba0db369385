"""Reviews of won and lost deals and their lessons, as far as the asker may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.foundation import keyset, policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.org.queries.seats import seats_of
from tiejun.pipeline.models import DealReview, Lesson, LessonUse, Opportunity, ReviewView
from tiejun.pipeline.rules import reviews
from tiejun.pipeline.rules.reviews import Factor, Side

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope

PAGE_SIZE = 50
OWNING_ROLES = (Role.SUPERVISOR, Role.REGIONAL_MANAGER, Role.SALES_HEAD, Role.MARKETING_HEAD, Role.SALES_OPS)
WHICH = ("mine", "open", "closed", "all")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review in a list: which sides spoke, which of ours still owe a view, whether the asker owes one."""

    review: DealReview
    given: tuple[Side, ...]
    owed: tuple[Side, ...]
    is_mine: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of reviews, newest decision first."""

    rows: list[ReviewRow]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Completion:
    """How many of a unit's reviews that fell due or were closed are closed, and how many of them in time."""

    unit_id: UUID
    unit_name: str
    due: int
    closed: int
    in_time: int

    @property
    def percent(self) -> int:
        return self.closed * 100 // self.due if self.due else 0


def _shown(rows: ScopedQuerySet[DealReview]) -> Any:
    shown = rows.select_related("company", "owner", "unit", "opportunity__product_line")
    return shown.defer("company__search_grams")


def _given(rows: list[DealReview]) -> dict[UUID, set[Side]]:
    """Return which sides spoke, by review, in one query."""
    found: dict[UUID, set[Side]] = {row.pk: set() for row in rows}
    for review_id, side in ReviewView.objects.filter(review__in=rows).values_list("review_id", "side"):
        found[review_id].add(Side(side))
    return found


def reviews_page(
    scope: Scope, *, today: date, which: str = "open", cursor: str | None = None, size: int = PAGE_SIZE
) -> ReviewPage:
    """Return reviews in reach; `which`: mine (the asker owes a view), open, closed or all."""
    scope.require(Ability.VIEW_REVIEWS)
    rows = DealReview.objects.within(scope, Ability.VIEW_REVIEWS)
    if which == "mine":
        rows = rows.filter(_owed_by(scope), closed_at=None)
    elif which in ("open", "closed"):
        rows = rows.filter(closed_at__isnull=which == "open")
    found = keyset.page(_shown(rows), order=["-decided_at", "-id"], cursor=cursor, size=size)
    given = _given(found.rows)
    shown = [_row(scope, row, given[row.pk], today) for row in found.rows]
    return ReviewPage(shown, found.next_cursor, found.previous_cursor)


def _spoke(side: Side) -> Exists:
    return Exists(ReviewView.objects.filter(review=OuterRef("pk"), side=side.value))


def _owed_by(scope: Scope) -> Q:
    """Filter the reviews in which the asker owes a view."""
    own = Q(owner_id=scope.person_id) & Q(~_spoke(Side.REP))
    if not scope.can(Ability.LEAD_REVIEW):
        return own
    led = DealReview.objects.within(scope, Ability.LEAD_REVIEW).values("pk")
    return own | Q(pk__in=led) & ~Q(owner_id=scope.person_id) & Q(~_spoke(Side.MANAGER))


def _row(scope: Scope, row: DealReview, given: set[Side], today: date) -> ReviewRow:
    owed = reviews.owed_sides(given, is_closed=row.closed_at is not None)
    leads = scope.covers(Ability.LEAD_REVIEW, owner_id=row.owner_id, unit_id=row.unit_id)
    mine = Side.REP if row.owner_id == scope.person_id else Side.MANAGER if leads else None
    return ReviewRow(
        row, tuple(side for side in Side if side in given), tuple(owed), mine in owed, bool(owed) and row.due_on < today
    )


def owed_count(scope: Scope) -> int:
    """Return in how many reviews the asker owes a view."""
    rows = DealReview.objects.within(scope, Ability.VIEW_REVIEWS)
    return rows.filter(_owed_by(scope), closed_at=None).count()


def completion(scope: Scope, *, now: datetime) -> list[Completion]:
    """Return the completion of reviews by unit, over decisions of the policy's last days; units by name, never by rank."""
    scope.require(Ability.VIEW_REVIEWS)
    days = policies.book(now).integer("pipeline.review_metric_days", scope.unit_chain)
    today = local_date(now, scope.zone)
    rows = DealReview.objects.within(scope, Ability.VIEW_REVIEWS).filter(decided_at__gte=now - timedelta(days=days))
    closed = Q(closed_at__isnull=False)
    counted = (
        rows.order_by()
        .values("unit_id", "unit__name")
        .annotate(
            due=Count("pk", filter=closed | Q(due_on__lt=today)),
            closed=Count("pk", filter=closed),
            in_time=Count("pk", filter=closed & Q(closed_at__date__lte=F("due_on"))),
        )
    )
    found = [
        Completion(one["unit_id"], one["unit__name"], one["due"], one["closed"], one["in_time"])
        for one in counted
        if one["due"]
    ]
    return sorted(found, key=lambda one: one.unit_name)


@dataclass(frozen=True, slots=True)
class ReviewPageView:
    """A review with the views the asker may read, what is owed, its lessons, and what may be done."""

    review: DealReview
    views: dict[Side, ReviewView]
    given: frozenset[Side]
    owed: tuple[Side, ...]
    lessons: list[Lesson]
    differ: bool
    is_owner: bool
    may_lead: bool

    @property
    def is_closed(self) -> bool:
        return self.review.closed_at is not None


def review_in_reach(scope: Scope, review_id: UUID, ability: Ability = Ability.VIEW_REVIEWS) -> DealReview:
    """Return a review within reach of an ability, with company, owner, unit and product line; raises `NotFound`."""
    scope.require(ability)
    rows = DealReview.objects.within(scope, ability).filter(pk=review_id)
    row: DealReview | None = (
        rows.select_related("company", "owner", "unit", "opportunity__product_line", "closed_by")
        .defer("company__search_grams")
        .first()
    )
    if row is None:
        raise NotFound
    return row


def review_view(scope: Scope, review_id: UUID) -> ReviewPageView:
    """Return a review as the asker may read it: who owes a view sees nobody else's. Raises `NotFound`."""
    row = review_in_reach(scope, review_id)
    found = {Side(view.side): view for view in ReviewView.objects.filter(review=row).select_related("person")}
    is_owner = row.owner_id == scope.person_id
    leads = scope.covers(Ability.LEAD_REVIEW, owner_id=row.owner_id, unit_id=row.unit_id)
    may_lead, is_closed = leads and not is_owner, row.closed_at is not None
    seen = reviews.visible_sides(set(found), is_owner=is_owner, may_lead=may_lead, is_closed=is_closed)
    shown = {side: found[side] for side in Side if side in seen}
    lessons = (
        list(Lesson.objects.filter(review=row).select_related("owner").order_by("created_at", "pk"))
        if seen or not found
        else []
    )
    factors = {side: Factor(view.factor) for side, view in shown.items()}
    return ReviewPageView(
        row, shown, frozenset(found), tuple(reviews.owed_sides(set(found), is_closed=is_closed)), lessons,
        reviews.differs(factors), is_owner, may_lead,
    )  # fmt: skip


def review_of(scope: Scope, opportunity: Opportunity) -> DealReview | None:
    """Return the newest review of an opportunity that the asker may see; None when there is none."""
    rows = DealReview.objects.within(scope, Ability.VIEW_REVIEWS).filter(opportunity=opportunity)
    return rows.order_by("-decided_at").first()


def lesson_owners(scope: Scope, deal_owner_id: UUID, *, on: date) -> list[tuple[UUID, str]]:
    """Return who may own a lesson: the deal's owner and whoever leads people, marketing or sales operations."""
    found = {seat.person_id: seat.name for seat in seats_of(scope, OWNING_ROLES, on=on)}
    return list((org.names_of(scope, [deal_owner_id]) | found).items())


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson with how often and by how many it was used again; `review` only where the asker may see it."""

    lesson: Lesson
    uses: int
    users: int
    last_used_on: date | None
    is_late: bool
    sees_review: bool
    may_finish: bool
    used_today: bool


@dataclass(frozen=True, slots=True)
class LessonPage:
    """One page of lessons, newest first."""

    rows: list[LessonRow]
    next_cursor: str | None
    previous_cursor: str | None


def lessons_page(
    scope: Scope,
    *,
    today: date,
    which: str = "all",
    kind: str = "",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> LessonPage:
    """Return the company's lessons; `which`: mine (the asker owns), open, or all. A customer is never named here."""
    scope.require(Ability.VIEW_LESSONS)
    rows = Lesson.objects.filter(**({"kind": kind} if kind else {}))
    if which == "mine":
        rows = rows.filter(owner_id=scope.person_id)
    elif which == "open":
        rows = rows.filter(done_at=None)
    shown = rows.select_related("owner", "review__opportunity__product_line")
    found = keyset.page(shown, order=["-created_at", "-id"], cursor=cursor, size=size)
    counts = _uses(found.rows)
    used = LessonUse.objects.filter(lesson__in=found.rows, used_on=today).values_list("lesson_id", "person_id")
    mine = {lesson_id for lesson_id, person_id in used if person_id == scope.person_id}
    return LessonPage(
        [_lesson_row(scope, row, counts.get(row.pk), today, mine) for row in found.rows],
        found.next_cursor,
        found.previous_cursor,
    )


def _uses(lessons: list[Lesson]) -> dict[UUID, tuple[int, int, date]]:
    rows = LessonUse.objects.filter(lesson__in=lessons).order_by().values_list("lesson_id")
    counted = rows.annotate(Count("pk"), Count("person_id", distinct=True), Max("used_on"))
    return {pk: (uses, users, last) for pk, uses, users, last in counted}


def _lesson_row(
    scope: Scope, row: Lesson, uses: tuple[int, int, date] | None, today: date, used_today: set[UUID]
) -> LessonRow:
    count, users, last = uses or (0, 0, None)
    review = row.review
    leads = scope.covers(Ability.LEAD_REVIEW, owner_id=review.owner_id, unit_id=review.unit_id)
    return LessonRow(
        row,
        count,
        users,
        last,
        row.done_at is None and row.due_on < today,
        scope.covers(Ability.VIEW_REVIEWS, owner_id=review.owner_id, unit_id=review.unit_id),
        row.done_at is None and (leads or row.owner_id == scope.person_id) and scope.can(Ability.USE_LESSON),
        row.pk in used_today,
    )


def lesson_uses(scope: Scope, lesson_id: UUID) -> tuple[Lesson, list[LessonUse]]:
    """Return a lesson and who used it when, newest first; raises `NotFound`."""
    scope.require(Ability.VIEW_LESSONS)
    lesson = Lesson.objects.filter(pk=lesson_id).select_related("owner", "review__opportunity__product_line").first()
    if lesson is None:
        raise NotFound
    return lesson, list(LessonUse.objects.filter(lesson=lesson).select_related("person").order_by("-used_at")[:200])


@dataclass(frozen=True, slots=True)
class Survey:
    """What the customer's page needs to know; `is_over`: answered, closed or run out."""

    review: DealReview
    is_answered: bool
    is_over: bool


def survey_of_code(scope: Scope, code: str, *, now: datetime) -> Survey:
    """Return the survey behind an address; raises `NotFound`."""
    scope.require(Ability.RUN_REVIEWS)
    row = (
        DealReview.objects.filter(survey_code=code)
        .select_related("company", "opportunity__product_line")
        .defer("company__search_grams")
        .annotate(answered=_spoke(Side.CUSTOMER))
        .first()
    )
    if row is None or row.survey_until is None:
        raise NotFound
    answered = bool(getattr(row, "answered", False))
    return Survey(row, answered, answered or row.closed_at is not None or row.survey_until <= now)


@dataclass(frozen=True, slots=True)
class ReviewDuty:
    """A view that somebody owes: of which review, due when, and the facts of its notice."""

    review_id: UUID
    side: Side
    owner_id: UUID
    due_on: date
    facts: dict[str, Any]


def duties_of_unit(scope: Scope, unit_id: UUID, *, due_until: date) -> list[ReviewDuty]:  # noqa: ARG001 -- a run of the clock, for its unit
    """Return the views that are owed in a unit's open reviews due on a day or before."""
    rows = list(_shown(DealReview.objects.filter(unit_id=unit_id, closed_at=None, due_on__lte=due_until)))
    given, found = _given(rows), []
    for row in rows:
        facts = {"company": row.company.name, "due_on": row.due_on.isoformat()}
        found += [
            ReviewDuty(row.pk, side, row.owner_id, row.due_on, facts)
            for side in reviews.owed_sides(given[row.pk], is_closed=False)
        ]
    return found


def late_lessons(scope: Scope, unit_id: UUID, *, due_until: date) -> list[Lesson]:  # noqa: ARG001 -- a run of the clock, for its unit
    """Return a unit's lessons that were due on a day or before and are not carried out."""
    return list(
        Lesson.objects.filter(review__unit_id=unit_id, done_at=None, due_on__lte=due_until).order_by("due_on", "pk")
    )
