from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.org import NOW, make_person, scope_for
from tests.factories.pipeline import TODAY, Cast, make_cast, make_opportunity, make_signed_order
from tests.pipeline.test_api import send
from tests.pipeline.test_views import client_of, post, url
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation import policies
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.inbox.models import Notice
from tiejun.pipeline import jobs
from tiejun.pipeline.actions import lessons, opportunities, reviews
from tiejun.pipeline.events import LessonDrawn, OpportunityLost, OrderSigned, ReviewOpened
from tiejun.pipeline.models import DealReview, Lesson, LessonUse, Opportunity, ReviewView
from tiejun.pipeline.queries import reviews as queries
from tiejun.pipeline.rules import LostReason
from tiejun.pipeline.rules.reviews import (
    Factor,
    LessonFacts,
    LessonKind,
    Refusal,
    Side,
    ViewFacts,
)

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")
SAID = ViewFacts(Factor.PRICE, "They had three offers.")
LARGE = 20_000_00


@pytest.fixture
def cast() -> Cast:
    return make_cast(logins=True)


def lose(cast: Cast, *, amount: int = LARGE) -> Opportunity:
    row = make_opportunity(cast, amount=amount)
    return opportunities.lose_opportunity(
        cast.scope(), opportunity_id=row.pk, version=row.version, reason=LostReason.PRICE, note="", now=NOW
    )


@pytest.fixture
def review(cast: Cast) -> DealReview:
    found = reviews.open_review(SYSTEM, opportunity_id=lose(cast).pk, chance=0.9, now=NOW)
    assert found is not None
    return found


def refusal_of(call: object) -> object:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.refusal


def both(cast: Cast, review: DealReview) -> None:
    reviews.give_own_view(cast.scope(), review_id=review.pk, facts=SAID, now=NOW)
    manager = ViewFacts(Factor.PERSON, "The demonstration came too late.")
    reviews.give_managers_view(cast.scope("supervisor"), review_id=review.pk, facts=manager, now=NOW)


def draw(cast: Cast, review: DealReview, **facts: object) -> Lesson:
    given = {"kind": LessonKind.SCRIPT, "words": "Show it first.", "owner_id": cast.rep.pk, "due_on": TODAY} | facts
    return lessons.draw_lesson(
        cast.scope("supervisor"),
        review_id=review.pk,
        facts=LessonFacts(**given),
        now=NOW,  # type: ignore[arg-type]
    )


# -- opening -----------------------------------------------------------------------------------------------------------
def test_a_large_loss_is_reviewed_once(cast: Cast, review: DealReview) -> None:
    again = reviews.open_review(SYSTEM, opportunity_id=review.opportunity_id, chance=0.0, now=NOW)

    assert again is None
    assert (review.outcome, review.selection, review.lost_reason) == ("LOST", "THRESHOLD", "PRICE")
    days = policies.book(NOW).integer("pipeline.review_days")
    assert review.due_on == TODAY + timedelta(days=days)


def test_a_small_loss_and_an_undecided_deal_are_not(cast: Cast) -> None:
    undecided = make_opportunity(cast)
    assert reviews.open_review(SYSTEM, opportunity_id=undecided.pk, chance=0.0, now=NOW) is None
    lost = opportunities.lose_opportunity(
        cast.scope(), opportunity_id=undecided.pk, version=1, reason=LostReason.PRICE, note="", now=NOW
    )

    assert reviews.open_review(SYSTEM, opportunity_id=lost.pk, chance=0.0, now=NOW) is None
    assert not DealReview.objects.exists()


def test_chance_decides_on_wins(cast: Cast) -> None:
    order = make_signed_order(cast)

    assert reviews.open_review(SYSTEM, opportunity_id=order.opportunity_id, chance=0.5, now=NOW) is None
    found = reviews.open_review(SYSTEM, opportunity_id=order.opportunity_id, chance=0.1, now=NOW)
    assert found is not None
    assert (found.outcome, found.selection, found.lost_reason) == ("WON", "RANDOM", "")


def test_jobs_draw_the_same_each_time(cast: Cast) -> None:
    row = lose(cast)
    event = OpportunityLost(row.pk, row.company_id, row.owner_id, "PRICE", row.amount_minor, row.currency, NOW)

    jobs.review_loss(event)
    jobs.review_loss(event)

    assert DealReview.objects.count() == 1


def test_an_amendment_is_no_win(cast: Cast) -> None:
    order = make_signed_order(cast)
    facts = (order.company_id, order.owner_id, order.unit_id, order.number, 2, 1, 1, "CNY", TODAY)

    jobs.review_win(OrderSigned(order.pk, order.opportunity_id, *facts))

    assert not DealReview.objects.exists()


def test_a_manager_asks_for_any_decided_deal(cast: Cast) -> None:
    row = lose(cast, amount=1)
    boss = cast.scope("supervisor")

    found = reviews.request_review(boss, opportunity_id=row.pk, now=NOW)

    assert found.selection == "REQUESTED"
    assert refusal_of(lambda: reviews.request_review(boss, opportunity_id=row.pk, now=NOW)) is Refusal.REVIEW_EXISTS
    with pytest.raises(PermissionRefused):
        reviews.request_review(cast.scope(), opportunity_id=row.pk, now=NOW)


# -- views -------------------------------------------------------------------------------------------------------------
def test_views_are_kept_apart(cast: Cast, review: DealReview) -> None:
    reviews.give_own_view(cast.scope(), review_id=review.pk, facts=SAID, now=NOW)
    boss = cast.scope("supervisor")

    before = queries.review_view(boss, review.pk)
    reviews.give_managers_view(boss, review_id=review.pk, facts=ViewFacts(Factor.PERSON, "Late."), now=NOW)
    after = queries.review_view(boss, review.pk)

    assert (set(before.views), before.given) == (set(), {Side.REP})
    assert (set(after.views), after.differ) == ({Side.REP, Side.MANAGER}, True)


@pytest.mark.parametrize("who", ["supervisor", "stranger", "finance"])
def test_the_own_view_is_the_owners(cast: Cast, review: DealReview, who: str) -> None:
    with pytest.raises((NotFound, PermissionRefused, Refused)):
        reviews.give_own_view(cast.scope(who), review_id=review.pk, facts=SAID, now=NOW)
    assert not ReviewView.objects.exists()


def test_a_view_is_given_once_and_says_something(cast: Cast, review: DealReview) -> None:
    with pytest.raises(Invalid):
        reviews.give_own_view(cast.scope(), review_id=review.pk, facts=ViewFacts(Factor.PRICE, "  "), now=NOW)
    both(cast, review)

    again = refusal_of(lambda: reviews.give_own_view(cast.scope(), review_id=review.pk, facts=SAID, now=NOW))

    assert again is Refusal.VIEW_GIVEN
    assert ReviewView.objects.count() == 2


def test_nobody_leads_the_review_of_an_own_deal(cast: Cast, review: DealReview) -> None:
    DealReview.objects.filter(pk=review.pk).update(owner=cast.supervisor)
    boss = cast.scope("supervisor")

    calls = [
        lambda: reviews.give_managers_view(boss, review_id=review.pk, facts=SAID, now=NOW),
        lambda: reviews.note_customers_view(boss, review_id=review.pk, facts=SAID, now=NOW),
        lambda: reviews.ask_customer(boss, review_id=review.pk, now=NOW),
        lambda: reviews.close_review(boss, review_id=review.pk, version=1, note="x", now=NOW),
    ]

    assert [refusal_of(call) for call in calls] == [Refusal.OWN_REVIEW] * 4


def test_the_database_keeps_views_apart_and_unchanged(cast: Cast, review: DealReview) -> None:
    both(cast, review)
    wrong = ReviewView(review=review, side="CUSTOMER", person=cast.rep, factor="PRICE", given_at=NOW)

    with pytest.raises(DatabaseError), transaction.atomic():
        wrong.save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewView.objects.update(words="else")
    assert connection.is_usable()


def test_the_customers_view_comes_after_the_managers(cast: Cast, review: DealReview) -> None:
    boss = cast.scope("supervisor")

    def call() -> object:
        return reviews.note_customers_view(boss, review_id=review.pk, facts=ViewFacts(Factor.TRUST), now=NOW)

    assert refusal_of(call) is Refusal.VIEW_FIRST
    both(cast, review)
    call()
    assert ReviewView.objects.get(side="CUSTOMER").person_id == cast.supervisor.pk


def test_a_customer_is_not_asked_again_within_the_days(cast: Cast, review: DealReview) -> None:
    boss = cast.scope("supervisor")
    reviews.ask_customer(boss, review_id=review.pk, now=NOW)
    other = make_opportunity(cast, amount=LARGE)
    opportunities.lose_opportunity(
        cast.scope(), opportunity_id=other.pk, version=1, reason=LostReason.PRICE, note="", now=NOW
    )
    second = reviews.open_review(SYSTEM, opportunity_id=other.pk, chance=0, now=NOW)
    assert second is not None

    def call(days: int) -> object:
        return reviews.ask_customer(boss, review_id=second.pk, now=NOW + timedelta(days=days))

    assert refusal_of(lambda: call(89)) is Refusal.ASKED_RECENTLY
    call(91)


# -- closing -----------------------------------------------------------------------------------------------------------
def test_a_review_closes_with_both_views_and_a_lesson(cast: Cast, review: DealReview) -> None:
    boss = cast.scope("supervisor")

    def close(note: str = "", version: int = 1) -> object:
        return reviews.close_review(boss, review_id=review.pk, version=version, note=note, now=NOW)

    assert refusal_of(close) is Refusal.VIEWS_MISSING
    both(cast, review)
    assert refusal_of(close) is Refusal.NOTHING_LEARNED
    draw(cast, review)
    with pytest.raises(Stale):
        close(version=7)
    close()
    assert refusal_of(lambda: close(version=2)) is Refusal.REVIEW_CLOSED
    assert refusal_of(lambda: draw(cast, review)) is Refusal.REVIEW_CLOSED


def test_completion_counts_by_unit(cast: Cast, review: DealReview) -> None:
    boss = cast.scope("supervisor")
    assert queries.completion(boss, now=NOW) == []
    late = NOW + timedelta(days=20)
    assert [(one.due, one.closed) for one in queries.completion(boss, now=late)] == [(1, 0)]
    both(cast, review)
    reviews.close_review(boss, review_id=review.pk, version=1, note="A price nobody could meet.", now=NOW)

    found = queries.completion(boss, now=late)

    assert [(one.unit_name, one.due, one.closed, one.in_time, one.percent) for one in found] == [
        (cast.tree.group.name, 1, 1, 1, 100)
    ]
    assert queries.completion(cast.scope("stranger"), now=late) == []


# -- lessons -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("facts", [{"words": " "}, {"due_on": TODAY - timedelta(days=1)}, {"owner_id": uuid4()}])
def test_a_lesson_needs_words_a_day_and_an_owner(cast: Cast, review: DealReview, facts: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        draw(cast, review, **facts)
    assert not Lesson.objects.exists()


def test_a_lesson_is_carried_out_by_its_owner_and_used_by_anybody(cast: Cast, review: DealReview) -> None:
    lesson = draw(cast, review)
    other = cast.scope("stranger")

    def finish(scope: Scope, note: str = "Slide 1 is the demonstration now.") -> object:
        return lessons.finish_lesson(scope, lesson_id=lesson.pk, note=note, now=NOW)

    assert refusal_of(lambda: finish(other)) is Refusal.NOT_OWN_LESSON
    with pytest.raises(Invalid):
        finish(cast.scope(), " ")
    finish(cast.scope())
    assert refusal_of(lambda: finish(cast.scope("supervisor"))) is Refusal.LESSON_DONE
    lessons.use_lesson(other, lesson_id=lesson.pk, note="They asked for an offer.", now=NOW)
    again = refusal_of(lambda: lessons.use_lesson(other, lesson_id=lesson.pk, note="", now=NOW))
    assert again is Refusal.USED_TODAY
    lessons.use_lesson(other, lesson_id=lesson.pk, note="", now=NOW + timedelta(days=1))
    row = queries.lessons_page(other, today=TODAY).rows[0]
    assert (row.uses, row.users, row.sees_review, row.used_today) == (2, 1, False, True)


def test_lists_ask_as_often_for_three_as_for_one(cast: Cast, review: DealReview, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        lesson = draw(cast, review)
        lessons.use_lesson(cast.scope(), lesson_id=lesson.pk, note="", now=NOW)

    with django_assert_max_num_queries(5):
        assert len(queries.lessons_page(cast.scope(), today=TODAY).rows) == 3
    with django_assert_max_num_queries(4):
        assert len(queries.reviews_page(cast.scope("supervisor"), today=TODAY, which="mine").rows) == 1


# -- notices -----------------------------------------------------------------------------------------------------------
def test_owner_and_leader_are_asked_and_reminded_once(cast: Cast, review: DealReview) -> None:
    opened = ReviewOpened(review.pk, review.company_id, review.owner_id, review.unit_id, "LOST", review.due_on)
    jobs.ask_for_views(opened)
    jobs.ask_for_views(opened)

    assert set(Notice.objects.values_list("person_id", flat=True)) >= {cast.rep.pk}
    duties = queries.duties_of_unit(SYSTEM, review.unit_id, due_until=review.due_on)
    assert [duty.side for duty in duties] == [Side.REP, Side.MANAGER]
    lesson = draw(cast, review)
    jobs.tell_owner_of_lesson(LessonDrawn(lesson.pk, review.pk, lesson.owner_id, lesson.kind, lesson.due_on))
    assert Notice.objects.filter(code="pipeline.lesson_drawn", person=cast.rep).count() == 1


# -- pages and programs ------------------------------------------------------------------------------------------------
def test_from_loss_to_lesson_on_the_pages(cast: Cast, review: DealReview) -> None:
    rep, boss = client_of(cast), client_of(cast, "supervisor")
    due = "2099-01-01"

    assert post(rep, url("review-own", review.pk), factor="PRICE", words="Cheaper elsewhere.") == 302
    assert "Cheaper elsewhere." not in boss.get(url("review", review.pk)).content.decode()
    assert post(boss, url("review-managers", review.pk), factor="PERSON", words="Came late.") == 302
    assert "Cheaper elsewhere." in boss.get(url("review", review.pk)).content.decode()
    assert post(boss, url("review-ask", review.pk)) == 302
    assert post(boss, url("review-customers", review.pk), factor="TRUST", contact_name="Mr. Wang") == 302
    fields = {"kind": "SCRIPT", "words": "Show it first.", "owner": str(cast.rep.pk), "due_on": due}
    assert post(boss, url("review-lesson", review.pk), **fields) == 302
    assert post(boss, url("review-close", review.pk), version=1) == 302
    lesson = Lesson.objects.get()
    assert post(rep, url("lesson-use", lesson.pk), note="Worked.") == 302
    assert post(rep, url("lesson-finish", lesson.pk), note="Slide 1.") == 302
    for address in (
        url("reviews"), url("reviews") + "?which=all", url("review", review.pk), url("lessons"), url("lesson", lesson.pk),
        url("opportunity", review.opportunity_id),
    ):  # fmt: skip
        assert rep.get(address).status_code == 200, address
    for name in ("review-own", "review-managers", "review-customers", "review-lesson", "review-close"):
        asker = rep if name == "review-own" else boss
        assert asker.get(url(name, review.pk)).status_code == 200, name
    assert LessonUse.objects.count() == 1


def test_from_loss_to_lesson_by_api(cast: Cast) -> None:
    row = lose(cast, amount=1)
    rep, boss = client_of(cast), client_of(cast, "supervisor")

    status, found = send(boss, f"/opportunities/{row.pk}/review")
    path = f"/deal-reviews/{found['id']}"
    assert status == 201
    assert send(rep, f"{path}/own-view", {"factor": "PRICE", "words": "Secret."})[0] == 201
    assert boss.get(f"/api/v1{path}").json()["views"] == []
    assert send(boss, f"{path}/managers-view", {"factor": "PERSON", "words": "Late."})[0] == 201
    assert [view["side"] for view in boss.get(f"/api/v1{path}").json()["views"]] == ["REP", "MANAGER"]
    assert len(send(boss, f"{path}/survey")[1]["survey_code"]) == 32  # type: ignore[arg-type]
    assert send(boss, f"{path}/customers-view", {"factor": "TRUST", "contact_name": "Wang"})[0] == 201
    lesson = {"kind": "PRICE", "words": "Offer three.", "owner_id": str(cast.rep.pk), "due_on": "2099-01-01"}
    status, drawn = send(boss, f"{path}/lessons", lesson)
    assert status == 201
    assert send(rep, f"/lessons/{drawn['id']}/uses", {"note": "x"})[0] == 201
    assert send(rep, f"/lessons/{drawn['id']}/finish", {"note": "x"})[0] == 200
    assert send(boss, f"{path}/close", {"version": 1})[0] == 200
    assert rep.get("/api/v1/lessons").json()["items"][0]["uses"] == 1
    assert len(boss.get("/api/v1/deal-reviews?which=closed").json()["items"]) == 1
    assert boss.get("/api/v1/deal-reviews/completion").status_code == 200


def test_others_do_not_reach_a_review(cast: Cast, review: DealReview) -> None:
    assert client_of(cast, "stranger").get(url("review", review.pk)).status_code == 404
    assert client_of(cast, "finance").get(url("review", review.pk)).status_code == 403
    head = scope_for(make_person(name="Bai", role=Role.MARKETING_HEAD, unit=cast.tree.company))
    assert queries.review_view(head, review.pk).views == {}
