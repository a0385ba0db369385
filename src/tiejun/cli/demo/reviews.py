"""Reviews of the demo: what decided the large losses and some wins of the last weeks, said by three sides, and what was learned."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tiejun.cli.demo.company import SYSTEM, DemoStaff
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import local_date
from tiejun.org.queries import scope_of_person
from tiejun.pipeline.actions import lessons, reviews
from tiejun.pipeline.models import Opportunity
from tiejun.pipeline.rules.reviews import Factor, LessonFacts, LessonKind, ViewFacts

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.pipeline.models import DealReview, Lesson

REVIEWED = 16
LAST_DAYS = 28
ALWAYS, NEVER = 0.0, 1.0


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("tiejun.cli.demo") / "reviews.json").read_text("utf-8"))
    return found


def review_deals(staff: DemoStaff, random: Random, now: datetime) -> None:
    """Open reviews as the policy asks for them and let people answer: all of the older ones, few of the newest."""
    decided = Opportunity.objects.filter(
        closed_at__gte=now - timedelta(days=LAST_DAYS), unit_id__in=staff.groups, owner__left_on=None
    )
    leaders = dict(zip(staff.groups, staff.supervisors, strict=True))
    found: list[DealReview] = []
    drawn: list[Lesson] = []
    for row in decided.order_by("-closed_at")[: REVIEWED * 6]:
        assert row.closed_at is not None
        chance = ALWAYS if random.random() < 0.2 else NEVER
        review = reviews.open_review(SYSTEM, opportunity_id=row.pk, chance=chance, now=row.closed_at)
        if review is None:
            continue
        found.append(review)
        lesson = _answer(review, leaders[row.unit_id], random, now)
        drawn += [lesson] if lesson else []
        if len(found) >= REVIEWED:
            break
    _use_again(staff, drawn, random, now)


def _answer(review: DealReview, leader_id: UUID, random: Random, now: datetime) -> Lesson | None:
    """Give the three views in the days after the decision, as far as those days have passed; returns the lesson drawn."""
    words = _words()
    said = random.choice(
        words["lost"].get(review.lost_reason, words["lost"]["OTHER"]) if review.lost_reason else words["won"]
    )
    named = (
        words["factors"].get(review.lost_reason, words["factors"]["OTHER"])
        if review.lost_reason
        else words["won_factors"]
    )
    views = [ViewFacts(Factor(factor), text) for factor, text in zip(named, said, strict=True)]
    on = [review.decided_at + timedelta(days=days, hours=1) for days in (1, 2, 4, 6)]
    if on[0] > now or random.random() < 0.1:
        return None
    rep = scope_of_person(review.owner_id, at=on[0], origin="demo")
    reviews.give_own_view(rep, review_id=review.pk, facts=views[0], now=on[0])
    if on[1] > now or random.random() < 0.15:
        return None
    boss = scope_of_person(leader_id, at=on[1], origin="demo")
    reviews.give_managers_view(boss, review_id=review.pk, facts=views[1], now=on[1])
    if on[2] > now:
        return None
    _ask(boss, review, views[2], random, on[2])
    return _close(boss, review, random, on[3]) if on[3] <= now else None


def _ask(boss: Scope, review: DealReview, facts: ViewFacts, random: Random, at: datetime) -> None:
    """Ask the customer: half answer at the link, some are called, some never answer."""
    way = random.random()
    try:
        if way < 0.5:
            asked = reviews.ask_customer(boss, review_id=review.pk, now=at)
            reviews.take_survey(SYSTEM, code=asked.survey_code, facts=facts, now=at + timedelta(hours=5))
        elif way < 0.75:
            called = ViewFacts(facts.factor, facts.words, random.choice(_words()["contacts"]))
            reviews.note_customers_view(boss, review_id=review.pk, facts=called, now=at)
    except Refused:
        # The company was asked of another deal lately.
        return


def _close(boss: Scope, review: DealReview, random: Random, at: datetime) -> Lesson | None:
    if review.lost_reason == "CLOSED_DOWN":
        note = _words()["nothing"]
        reviews.close_review(boss, review_id=review.pk, version=1, note=note, now=at)
        return None
    kind, text, done = random.choice(_words()["lessons"])
    facts = LessonFacts(LessonKind(kind), text, review.owner_id, local_date(at, boss.zone) + timedelta(days=7))
    lesson = lessons.draw_lesson(boss, review_id=review.pk, facts=facts, now=at)
    reviews.close_review(boss, review_id=review.pk, version=1, note="", now=at)
    if random.random() < 0.6:
        lessons.finish_lesson(boss, lesson_id=lesson.pk, note=done, now=at + timedelta(hours=1))
    return lesson


def _use_again(staff: DemoStaff, drawn: list[Lesson], random: Random, now: datetime) -> None:
    for lesson in drawn:
        days = (now - lesson.created_at).days
        for rep in random.sample(staff.reps, k=min(len(staff.reps), random.randint(0, 4))):
            at = lesson.created_at + timedelta(days=random.randint(0, max(0, days - 1)), hours=2)
            if at > now or rep.joined_on > local_date(at, "Asia/Shanghai"):
                continue
            note = random.choice(_words()["uses"])
            lessons.use_lesson(rep.scope(at), lesson_id=lesson.pk, note=note, now=at)
