"""The pages of accompanied visits: what they show to whom, and what they do with what is sent."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.coaching import ASK, TOMORROW, begin, make_day, make_plan, talk
from tests.factories.org import make_login, make_person, make_unit
from tests.factories.visits import local, make_visit
from tiejun.access.roles import Role
from tiejun.coaching.models import (
    ApplicationCheck,
    CoachingPlan,
    CoachingSummary,
    CoachingVisit,
    ImprovementPoint,
    PlanPoint,
)
from tiejun.foundation.ids import new_id

pytestmark = pytest.mark.django_db
EVENING = local("17:50")
MORNING = local("09:30", TOMORROW)


def signed_in(person, at=EVENING, language="en"):
    client, login = Client(), make_login(person)
    login.language = language
    login.save(update_fields=["language"])
    with time_machine.travel(at, tick=False):
        client.force_login(login)
        session = client.session
        session["second_factor_seen"] = True
        session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
        session.save()
    return client


@pytest.fixture
def coach(rep):
    return signed_in(rep.supervisor)


@pytest.fixture
def her(rep):
    return signed_in(rep.person)


def ask(client, name, *args, at=EVENING, query="", **more):
    with time_machine.travel(at, tick=False):
        return client.get(reverse(f"coaching:{name}", args=args) + query, **more)


def send(client, name, *args, at=EVENING, headers=None, **data):
    with time_machine.travel(at, tick=False):
        return client.post(
            reverse(f"coaching:{name}", args=args), {"client_key": str(new_id())} | data, headers=headers or {}
        )


def plan_fields(**changes):
    fields = {
        "day": TOMORROW.isoformat(), "version": 0, "purpose": "SKILL", "subject": "NEW", "strengths": "warm", "weaknesses": "hurried",
        "point": ["", "", ""], "skill": ["PITCH", "PITCH", "DEMO"], "title": ["Ask first", "", ""], "why": ["They talk", "", ""],
        "done_when": ["", "", ""],
    }  # fmt: skip
    return fields | changes


def test_the_desk_shows_whom_to_accompany_and_why(rep, coach, her):
    page = ask(coach, "desk").content.decode()

    assert ("Lin Xiao" in page, "never accompanied yet" in page) == (True, True)
    assert (ask(her, "desk").status_code, ask(coach, "desk", query="?unit=x").status_code) == (403, 404)


def test_a_plan_is_written_and_sealed(rep, coach, her):
    assert "The point of the day" in ask(coach, "edit", rep.person.pk, query=f"?day={TOMORROW}").content.decode()
    answer = send(coach, "edit", rep.person.pk, **plan_fields())

    plan = CoachingPlan.objects.get()
    assert answer["Location"] == reverse("coaching:plan", args=[plan.pk])
    shown = ask(coach, "plan", plan.pk).content.decode()
    assert ("Ask first" in shown, "Sealed" in shown) == (True, True)
    assert (ask(her, "plan", plan.pk).status_code, "Ask first" in ask(her, "mine").content.decode()) == (404, False)


def test_what_was_typed_stays_when_it_is_refused(rep, coach):
    four = {name: [*value, value[0]] for name, value in plan_fields().items() if isinstance(value, list)}
    four["title"] = ["One", "Two", "Three", "Four"]
    four["why"] = ["because"] * 4

    answer = send(coach, "edit", rep.person.pk, **plan_fields(**four))

    page = answer.content.decode()
    assert (answer.status_code, "At most 3 points" in page, "Four" in page, "hurried" in page) == (
        422,
        True,
        True,
        True,
    )
    assert CoachingPlan.objects.count() == 0


def test_the_days_page_begins_and_takes_feedback(rep, coach, her):
    plan = make_plan(rep)
    begun = send(coach, "reveal", plan.pk, at=MORNING)
    assert begun["Location"] == reverse("coaching:feedback", args=[plan.pk])
    make_visit(rep, at=local("10:10", TOMORROW))
    at = local("10:20", TOMORROW)
    point_id = PlanPoint.objects.get().point_id

    assert rep.company.name in ask(coach, "feedback", plan.pk, at=at).content.decode()
    answer = send(
        coach, "feedback", plan.pk, at=at, company=str(rep.company.pk), strength="Listened", phase="I_DO",
        **{f"rating-{point_id}": "1"},
    )  # fmt: skip

    assert answer.status_code == 302
    assert CoachingVisit.objects.get().strength == "Listened"
    assert "Listened" in ask(her, "plan", plan.pk, at=at).content.decode()


def test_feedback_without_a_good_word_comes_back_with_what_was_typed(rep, coach):
    plan = begin(rep, make_plan(rep))
    make_visit(rep, at=local("10:10", TOMORROW))
    point_id = PlanPoint.objects.get().point_id

    answer = send(
        coach, "feedback", plan.pk, at=local("10:20", TOMORROW), company=str(rep.company.pk), strength="", phase="I_DO",
        comment="Slow down", **{f"rating-{point_id}": "2"},
    )  # fmt: skip

    page = answer.content.decode()
    assert (answer.status_code, "Say first what was good" in page, "Slow down" in page) == (422, True, True)
    assert CoachingVisit.objects.count() == 0


def test_a_reveal_and_feedback_that_waited_in_the_phone_arrive_in_order_with_their_times(rep, coach):
    plan = make_plan(rep)
    make_visit(rep, at=local("10:10", TOMORROW))
    now = local("13:00", TOMORROW)
    point_id = PlanPoint.objects.get().point_id
    waited = {"Accept": "application/json", "X-Sent-At": now.isoformat()}

    begun = send(coach, "reveal", plan.pk, at=now, headers=waited, recorded_at=MORNING.isoformat())
    kept = send(
        coach, "feedback", plan.pk, at=now, headers=waited, recorded_at=local("10:20", TOMORROW).isoformat(),
        company=str(rep.company.pk), strength="Listened", phase="I_DO", **{f"rating-{point_id}": "1"},
    )  # fmt: skip

    assert (begun.status_code, kept.status_code) == (201, 201)
    assert CoachingPlan.objects.get().revealed_at == MORNING
    assert CoachingVisit.objects.get().given_at == local("10:20", TOMORROW)


def test_the_phone_is_told_why_a_reveal_came_too_late_and_keeps_it(rep, coach):
    plan = make_plan(rep)
    now = local("26:30", TOMORROW)
    waited = {"Accept": "application/json", "X-Sent-At": now.isoformat()}

    answer = send(coach, "reveal", plan.pk, at=now, headers=waited, recorded_at=MORNING.isoformat())

    assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "too_late")


def test_the_summary_is_drafted_sent_and_answered(rep, coach, her):
    plan = begin(rep, make_plan(rep))
    talk(rep, plan)
    talk(rep, plan, clock="11:10")
    at = local("18:00", TOMORROW)
    assert "Listened well" in ask(coach, "summary", plan.pk, at=at).content.decode()

    send(coach, "summary", plan.pk, at=at, text="A good day.", next_step="Ask first")
    assert "A good day." in ask(her, "plan", plan.pk, at=at).content.decode()
    send(her, "answer", plan.pk, at=at, answer="Thanks")

    assert CoachingSummary.objects.get().answer == "Thanks"
    assert "Thanks" in ask(coach, "plan", plan.pk, at=at).content.decode()


def test_a_check_is_answered_in_place(rep, coach, her):
    make_day(rep)
    check = ApplicationCheck.objects.order_by("due_on").first()
    at = local("18:00", check.due_on)
    assert ASK.title in ask(coach, "checks", at=at).content.decode()

    answer = send(
        coach, "settle", check.pk, at=at, headers={"HX-Request": "true", "HX-Target": "checks"}, outcome="USED"
    )

    assert (answer.status_code, "Nothing to check tonight" in answer.content.decode()) == (200, True)
    assert send(her, "settle", check.pk, at=at, outcome="USED").status_code == 403
    assert ask(coach, "settle", check.pk, at=at).status_code == 405


def test_a_point_is_dropped_from_the_persons_page(rep, coach):
    make_day(rep)
    point = ImprovementPoint.objects.get()
    at = local("18:30", TOMORROW)
    assert ASK.title in ask(coach, "person", rep.person.pk, at=at).content.decode()

    send(coach, "drop", point.pk, at=at, version=1, reason="knows it")

    assert ImprovementPoint.objects.get().state == "DROPPED"


def test_the_itinerary_and_the_calling_off_are_dialogs(rep, coach):
    plan = make_plan(rep)
    modal = {"HX-Request": "true", "HX-Target": "modal-body"}
    assert "<html" not in ask(coach, "itinerary", plan.pk, headers=modal).content.decode()

    send(coach, "itinerary", plan.pk, version=1, itinerary="West lake")
    send(coach, "cancel", plan.pk, version=2, reason="meeting")

    plan.refresh_from_db()
    assert (plan.itinerary, plan.state) == ("West lake", "CANCELLED")


@pytest.mark.parametrize("name", ["plan", "feedback", "summary", "itinerary", "cancel"])
def test_another_groups_leader_finds_nothing(rep, name):
    other = make_person(role=Role.SUPERVISOR, unit=make_unit("East 9", parent=rep.unit.parent))
    plan = begin(rep, make_plan(rep))

    assert ask(signed_in(other), name, plan.pk, at=MORNING + timedelta(hours=1)).status_code == 404


def test_the_pages_speak_chinese(rep):
    make_plan(rep)

    assert "该陪访谁" in ask(signed_in(rep.supervisor, language="zh-hans"), "desk").content.decode()
