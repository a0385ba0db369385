"""Reviews of won and lost deals: opened by rule or by wish, three views kept apart, closed with what was learned."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.pipeline.events import CustomerAnswered, ReviewOpened
from tiejun.pipeline.locks import lock_opportunity, lock_review
from tiejun.pipeline.models import WON, DealReview, Lesson, Opportunity, ReviewView
from tiejun.pipeline.rules import Stage, reviews
from tiejun.pipeline.rules.reviews import Factor, Outcome, Refusal, Selection, Side, ViewFacts

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

CODE_BYTES = 24


@action(Ability.RUN_REVIEWS)
def open_review(scope: Scope, *, opportunity_id: UUID, chance: float, now: datetime) -> DealReview | None:
    """Open the review of a deal that was decided, where the policy asks for one; None where it does not.

    `chance`: between 0 and 1, drawn once for the deal. A deal that is reviewed already keeps its review. Raises `NotFound`.
    """
    row = lock_opportunity(scope, opportunity_id, Ability.RUN_REVIEWS)
    outcome = _outcome(row)
    selection = _selection(scope, row, outcome, chance, now) if outcome else None
    review = None
    if outcome and selection and not _is_reviewed(row):
        review = _open(scope, row, outcome, selection, now)
    audit.record(
        scope,
        "pipeline.review_considered",
        review or row,
        selection=selection.value if selection else "",
        outcome=str(outcome or ""),
    )
    return review


@action(Ability.LEAD_REVIEW)
def request_review(scope: Scope, *, opportunity_id: UUID, now: datetime) -> DealReview:
    """Open the review of a decided deal because somebody wants to learn from it.

    Raises `NotFound`, `Refused` (NOT_DECIDED, REVIEW_EXISTS).
    """
    row = lock_opportunity(scope, opportunity_id, Ability.LEAD_REVIEW)
    outcome = _outcome(row)
    if outcome is None:
        raise Refused(Refusal.NOT_DECIDED)
    if _is_reviewed(row):
        raise Refused(Refusal.REVIEW_EXISTS)
    review = _open(scope, row, outcome, Selection.REQUESTED, now)
    audit.record(scope, "pipeline.review_requested", review, opportunity_id=row.pk, outcome=outcome.value)
    return review


def _is_reviewed(row: Opportunity) -> bool:
    decided_at = row.closed_at
    return decided_at is not None and DealReview.objects.filter(opportunity=row, decided_at=decided_at).exists()


def _outcome(row: Opportunity) -> Outcome | None:
    if row.stage == Stage.LOST.value:
        return Outcome.LOST
    return Outcome.WON if row.stage in WON else None


def _selection(scope: Scope, row: Opportunity, outcome: Outcome, chance: float, now: datetime) -> Selection | None:
    book, chain = policies.book(now), org.unit_chain(scope, row.unit_id)
    return reviews.selection_of(
        outcome,
        row.amount_minor,
        threshold_minor=book.integer("pipeline.review_loss_minor", chain),
        win_percent=book.integer("pipeline.review_win_percent", chain),
        chance=chance,
    )


def _open(scope: Scope, row: Opportunity, outcome: Outcome, selection: Selection, now: datetime) -> DealReview:
    days = policies.book(now).integer("pipeline.review_days", org.unit_chain(scope, row.unit_id))
    assert row.closed_at is not None
    review = DealReview.objects.create(
        opportunity=row, company_id=row.company_id, owner_id=row.owner_id, unit_id=row.unit_id, outcome=outcome.value,
        selection=selection.value, lost_reason=row.lost_reason, amount_minor=row.amount_minor, currency=row.currency,
        decided_at=row.closed_at, opened_at=now, due_on=local_date(now, scope.zone) + timedelta(days=days),
    )  # fmt: skip
    announce(ReviewOpened(review.pk, review.company_id, review.owner_id, review.unit_id, outcome.value, review.due_on))
    return review


@action(Ability.ANSWER_REVIEW)
def give_own_view(scope: Scope, *, review_id: UUID, facts: ViewFacts, now: datetime) -> ReviewView:
    """Say as the deal's owner what decided it; said once, and unread by others until they said theirs.

    Raises `NotFound`, `Refused` (NOT_OWN_REVIEW, REVIEW_CLOSED, VIEW_GIVEN) and `Invalid`.
    """
    review = lock_review(scope, review_id, Ability.ANSWER_REVIEW)
    if review.owner_id != scope.person_id:
        raise Refused(Refusal.NOT_OWN_REVIEW)
    return _give(scope, review, Side.REP, facts, now)


@action(Ability.LEAD_REVIEW)
def give_managers_view(scope: Scope, *, review_id: UUID, facts: ViewFacts, now: datetime) -> ReviewView:
    """Say as who leads the owner what decided the deal.

    Raises `NotFound`, `Refused` (OWN_REVIEW, REVIEW_CLOSED, VIEW_GIVEN) and `Invalid`.
    """
    review = lock_review(scope, review_id, Ability.LEAD_REVIEW)
    _refuse_owner(scope, review)
    return _give(scope, review, Side.MANAGER, facts, now)


@action(Ability.LEAD_REVIEW)
def note_customers_view(scope: Scope, *, review_id: UUID, facts: ViewFacts, now: datetime) -> ReviewView:
    """Write down what the customer said on the phone; the caller is never the deal's owner, and has said the own view before.

    Raises `NotFound`, `Refused` (OWN_REVIEW, VIEW_FIRST, ASKED_RECENTLY, REVIEW_CLOSED, VIEW_GIVEN) and `Invalid`.
    """
    review = lock_review(scope, review_id, Ability.LEAD_REVIEW)
    _refuse_owner(scope, review)
    _require_own_view_first(review)
    if review.asked_at is None:
        _note_asking(scope, review, now)
    return _give(scope, review, Side.CUSTOMER, facts, now)


@action(Ability.LEAD_REVIEW)
def ask_customer(scope: Scope, *, review_id: UUID, now: datetime) -> DealReview:
    """Make the address at which the customer answers, valid for the policy's days; asking again gives the same one while it is.

    Raises `NotFound`, `Refused` (OWN_REVIEW, REVIEW_CLOSED, VIEW_GIVEN, ASKED_RECENTLY).
    """
    review = lock_review(scope, review_id, Ability.LEAD_REVIEW)
    _refuse_owner(scope, review)
    _refuse_given(review, Side.CUSTOMER)
    if review.survey_until is None or review.survey_until <= now:
        if review.asked_at is None:
            _note_asking(scope, review, now)
        days = policies.book(now).integer("pipeline.survey_days", scope.unit_chain)
        review.survey_code, review.survey_until = secrets.token_urlsafe(CODE_BYTES), now + timedelta(days=days)
        review.save(update_fields=["survey_code", "survey_until"])
    audit.record(scope, "pipeline.customer_asked", review, company_id=review.company_id)
    return review


def _note_asking(scope: Scope, review: DealReview, now: datetime) -> None:
    """Note that the customer is asked now; refused within the policy's days of asking the same company."""
    days = policies.book(now).integer("qa.customer_contact_gap_days", scope.unit_chain)
    lately = DealReview.objects.filter(company_id=review.company_id, asked_at__gt=now - timedelta(days=days))
    if lately.exists():
        raise Refused(Refusal.ASKED_RECENTLY, days=days)
    review.asked_at, review.asked_by_id = now, scope.person_id
    review.save(update_fields=["asked_at", "asked_by"])


@action(Ability.RUN_REVIEWS)
def take_survey(scope: Scope, *, code: str, facts: ViewFacts, now: datetime) -> ReviewView:
    """Take in what the customer said at the address that was made for it; raises `NotFound`, `Refused` (SURVEY_OVER)."""
    review = DealReview.objects.select_for_update(of=("self",)).filter(survey_code=code).first() if code else None
    if review is None:
        raise NotFound
    is_over = review.closed_at is not None or review.survey_until is None or review.survey_until <= now
    if is_over or ReviewView.objects.filter(review=review, side=Side.CUSTOMER.value).exists():
        raise Refused(Refusal.SURVEY_OVER)
    view = _give(scope, review, Side.CUSTOMER, facts, now)
    announce(CustomerAnswered(review.pk, review.company_id, review.unit_id, review.asked_by_id, now))
    return view


@action(Ability.LEAD_REVIEW)
def close_review(scope: Scope, *, review_id: UUID, version: int, note: str, now: datetime) -> DealReview:
    """Close a review once the rep and the manager have said their view and a lesson stands, or a note says why there is none.

    Raises `NotFound`, `Stale`, `Refused` (OWN_REVIEW, REVIEW_CLOSED, VIEWS_MISSING, NOTHING_LEARNED).
    """
    review = lock_review(scope, review_id, Ability.LEAD_REVIEW)
    if review.version != version:
        raise Stale(review)
    _refuse_owner(scope, review)
    _refuse_closed(review)
    given = {Side(side) for side in ReviewView.objects.filter(review=review).values_list("side", flat=True)}
    owed = reviews.owed_sides(given, is_closed=False)
    # Who has left says no more; the review is closed without that view.
    if owed and (owed != [Side.REP] or not org.is_gone(scope, review.owner_id, on=local_date(now, scope.zone))):
        raise Refused(Refusal.VIEWS_MISSING)
    if not note.strip() and not Lesson.objects.filter(review=review).exists():
        raise Refused(Refusal.NOTHING_LEARNED)
    review.closed_at, review.closed_by_id, review.closing_note = now, scope.person_id, note.strip()[:300]
    review.version += 1
    review.save(update_fields=["closed_at", "closed_by", "closing_note", "version"])
    audit.record(scope, "pipeline.review_closed", review, sides=sorted(given))
    return review


def _refuse_owner(scope: Scope, review: DealReview) -> None:
    if review.owner_id == scope.person_id:
        raise Refused(Refusal.OWN_REVIEW)


def _refuse_closed(review: DealReview) -> None:
    if review.closed_at is not None:
        raise Refused(Refusal.REVIEW_CLOSED)


def _refuse_given(review: DealReview, side: Side) -> None:
    _refuse_closed(review)
    if ReviewView.objects.filter(review=review, side=side.value).exists():
        raise Refused(Refusal.VIEW_GIVEN)


def _require_own_view_first(review: DealReview) -> None:
    if not ReviewView.objects.filter(review=review, side=Side.MANAGER.value).exists():
        raise Refused(Refusal.VIEW_FIRST)


def _give(scope: Scope, review: DealReview, side: Side, facts: ViewFacts, now: datetime) -> ReviewView:
    _refuse_given(review, side)
    words = facts.words.strip()[:2000]
    if not words and (side is not Side.CUSTOMER or facts.factor is Factor.OTHER):
        raise Invalid(words=_("Say in a few words what happened."))
    try:
        with transaction.atomic():
            view = ReviewView.objects.create(
                review=review, side=side.value, person_id=scope.person_id, factor=facts.factor.value, words=words,
                contact_name=facts.contact_name.strip()[:80], given_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        if "one_view_per_side" not in str(error):
            raise
        raise Refused(Refusal.VIEW_GIVEN) from error
    audit.record(scope, "pipeline.view_given", view, review_id=review.pk, side=side.value, factor=facts.factor.value)
    return view
