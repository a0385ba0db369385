from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.coaching.test_views import ask, send, signed_in
from tests.factories.coaching import ASK, TOMORROW, begin, coach_at, make_day, make_plan, talk
from tests.factories.org import make_person, make_position, scope_for
from tests.factories.pipeline import make_line
from tests.factories.visits import local
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.coaching.actions import crediting, following, inspecting
from tiejun.coaching.models import ApplicationCheck, ImprovementPoint, PointDeal, Praise, SpotCheck
from tiejun.coaching.queries.crediting import deal_choices, period_of
from tiejun.coaching.queries.effect import effect_page
from tiejun.coaching.queries.inspecting import results_of, spot_view
from tiejun.coaching.rules import CheckState, Rating, Refusal
from tiejun.coaching.rules.crediting import why_not_link, why_not_praise
from tiejun.coaching.rules.inspecting import DayRecord, Question, drawn, matches, record_answers
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.inbox.models import Notice
from tiejun.pipeline.actions import opportunities, orders, signing
from tiejun.pipeline.rules import LineFacts, OpportunityFacts

pytestmark = pytest.mark.django_db
NEXT = TOMORROW + timedelta(days=1)
LATER = local("18:30", NEXT)


def signed_order(rep, day=NEXT):
    scope, now, line = rep.scope_at(local("15:00", day)), local("15:00", day), make_line().pk
    facts = OpportunityFacts(100_000, day + timedelta(days=9))
    deal = opportunities.open_opportunity(scope, company_id=rep.company.pk, product_line_id=line, facts=facts, now=now)
    order = orders.draft_order(scope, opportunity_id=deal.pk, lines=[LineFacts(line, 1, 100_000)], now=now)
    return signing.sign_order(scope, order_id=order.pk, version=order.version, signed_on=day, now=now)


def code_of(action, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        action(*args, **kwargs)
    return refused.value.code


# -- deals and praise ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"is_self": True}, Refusal.NOT_ONES_OWN_CHECK),
        ({"signed_on": None}, Refusal.NOT_SIGNED_BY_PERSON),
        ({"signed_on": TOMORROW - timedelta(days=1)}, Refusal.SIGNED_BEFORE_COACHED),
        ({"coached_on": None}, Refusal.SIGNED_BEFORE_COACHED),
        ({"is_linked": True}, Refusal.DEAL_LINKED),
    ],
)
def test_why_not_link(change, refusal):
    facts = {"signed_on": NEXT, "coached_on": TOMORROW, "is_linked": False, "is_self": False} | change

    assert why_not_link(**facts) == refusal


@pytest.mark.parametrize(
    ("used", "was_done", "is_self", "refusal"),
    [
        (1, False, False, None),
        (0, True, False, None),
        (0, False, False, Refusal.NOTHING_TO_PRAISE),
        (3, True, True, Refusal.NOT_ONES_OWN_CHECK),
    ],
)
def test_why_not_praise(used, was_done, is_self, refusal):
    assert why_not_praise(used=used, was_done=was_done, is_self=is_self) == refusal


def test_a_deal_is_put_down_to_a_point_once_and_the_person_learns_of_it(rep):
    make_day(rep)
    order, point = signed_order(rep), ImprovementPoint.objects.get()
    assert [one.pk for one in deal_choices(coach_at(rep, LATER), point, now=LATER)] == [order.pk]

    crediting.link_deal(coach_at(rep, LATER), point_id=point.pk, order_id=order.pk, note="asked", now=LATER)

    assert Notice.objects.get(code="coaching.deal_linked").person_id == rep.person.pk
    assert deal_choices(coach_at(rep, LATER), point, now=LATER) == []
    again = {"point_id": point.pk, "order_id": order.pk, "note": "", "now": LATER}
    assert code_of(crediting.link_deal, coach_at(rep, LATER), **again) == "deal_linked"
    with pytest.raises(IntegrityError), transaction.atomic():
        PointDeal.objects.update(note="other")


def test_praise_goes_to_the_whole_team_and_says_nothing_of_the_point(rep):
    plan = begin(rep, make_plan(rep))
    talk(rep, plan, rating=Rating.TRIED)
    point, at = ImprovementPoint.objects.get(), local("12:00", TOMORROW)
    ask_for = {"point_id": point.pk, "text": "Asked first and listened", "now": at}
    assert code_of(crediting.praise, coach_at(rep, at), **ask_for) == "nothing_to_praise"
    assert Praise.objects.count() == 0
    talk(rep, plan, clock="11:20", rating=Rating.DONE_WELL)

    crediting.praise(coach_at(rep, at), **ask_for)

    told = Notice.objects.filter(code="coaching.praised")
    assert {one.person_id for one in told} == {rep.person.pk, rep.colleague.pk}
    assert all(ASK.title not in str(one.facts) for one in told)


def test_a_month_is_summed_up_for_the_person_and_who_leads(rep):
    make_day(rep)
    check = ApplicationCheck.objects.order_by("due_on").first()
    following.settle_check(coach_at(rep, LATER), check_id=check.pk, outcome=CheckState.USED, now=LATER)
    order, point = signed_order(rep), ImprovementPoint.objects.get()
    crediting.link_deal(coach_at(rep, LATER), point_id=point.pk, order_id=order.pk, note="", now=LATER)

    for scope in (coach_at(rep, LATER), rep.scope_at(LATER)):
        found = period_of(scope, rep.person.pk, now=LATER)
        assert (found.days, found.summaries, found.on_time, found.application.used, found.deals) == (1, 1, 1, 1, 1)
        assert [(one.first, one.last) for one in found.points] == [(Rating.TRIED, Rating.DONE)]
    with pytest.raises(NotFound):
        period_of(scope_for(rep.colleague, LATER), rep.person.pk, now=LATER)


# -- the effect ----------------------------------------------------------------------------------------------------------
def test_the_effect_waits_for_its_weeks_and_counts_the_rest(rep):
    make_day(rep)
    head = scope_for(make_person(role=Role.SALES_HEAD, unit=rep.unit.parent.parent), LATER)

    page = effect_page(head, now=LATER)

    line = next(one for one in page.lines if one.unit.pk == rep.unit.pk)
    assert (page.weeks, page.total.uplift, line.days, line.reps, line.on_time) == (4, None, 1, 1, 1)
    after = local("12:00", TOMORROW + timedelta(days=45))
    assert effect_page(scope_for(rep.supervisor, after), now=after).total.left_out == 1
    with pytest.raises(PermissionRefused):
        effect_page(rep.scope_at(LATER), now=LATER)


# -- spot checks ---------------------------------------------------------------------------------------------------------
RECORD = DayRecord(UUID(int=1), 3, 3, ["I_DO", "YOU_DO", "YOU_DO"], TOMORROW, TOMORROW)


def test_answers_are_held_against_the_record_and_what_nobody_remembers_counts_for_nothing():
    record = {one.value: said for one, said in record_answers(RECORD).items()}

    assert record == {
        "POINT": str(UUID(int=1)), "VISITS": "3", "SHOWN_FIRST": "YES", "EACH_VISIT": "YES", "SUMMARY": "YES",
    }  # fmt: skip
    assert matches({"VISITS": "3", "SHOWN_FIRST": "NO", "SUMMARY": ""}, record) == (1, 2)


def test_a_draw_keeps_its_rate_and_does_not_depend_on_the_order():
    luck = {UUID(int=n): n / 2000 for n in range(2000)}

    assert len(drawn(luck, 10)) == 200
    assert drawn(luck, 10) == drawn(dict(reversed(luck.items())), 10)
    assert (drawn(luck, 0), len(drawn(luck, 100))) == ([], 2000)


@pytest.fixture
def spot(rep, monkeypatch):
    make_day(rep)
    monkeypatch.setattr("tiejun.coaching.queries.people.CoachingPolicy.number", lambda _self, _name: 100)
    system = Scope.system("test")
    for _again in range(2):
        inspecting.draw_spot_checks(system, unit_id=rep.unit.pk, day=TOMORROW, seed="x", now=LATER)
    assert SpotCheck.objects.count() == 2
    return SpotCheck.objects.get(side="REP")


@pytest.fixture
def inspector(rep):
    return make_person(role=Role.METHOD_INSPECTOR, unit=rep.unit.parent.parent)


def test_the_record_shows_after_the_answers_alone(rep, spot, inspector):
    scope = scope_for(inspector, LATER)
    before = spot_view(scope, spot.pk, now=LATER)
    assert (before.may_answer, before.summary, before.check.facts) == (True, None, {})

    row = inspecting.record_spot_check(
        scope, check_id=spot.pk, answers={"VISITS": "2", "SUMMARY": "NO", "NOISE": "x"}, feedback="Well", now=LATER
    )

    assert (row.matched, row.asked, set(row.answers)) == (1, 2, {"VISITS", "SUMMARY"})
    assert spot_view(scope, spot.pk, now=LATER).summary is not None
    again = {"check_id": spot.pk, "answers": {}, "feedback": "", "now": LATER}
    assert code_of(inspecting.record_spot_check, scope, **again) == "spot_check_done"
    assert [one.side for one in results_of(rep.scope_at(LATER), row.plan)] == ["REP"]
    assert results_of(coach_at(rep, LATER), row.plan) == []


def test_who_belongs_to_the_line_does_not_inspect_it(rep, spot, inspector):
    near = make_person(role=Role.METHOD_INSPECTOR, unit=rep.unit)

    assert code_of(
        inspecting.record_spot_check, scope_for(near, LATER), check_id=spot.pk, answers={}, feedback="", now=LATER
    ) == "not_outside"  # fmt: skip
    with pytest.raises(IntegrityError, match="outside the line"), transaction.atomic():
        SpotCheck.objects.filter(pk=spot.pk).update(inspector=near, done_at=LATER)
    with pytest.raises(PermissionRefused):
        inspecting.record_spot_check(coach_at(rep, LATER), check_id=spot.pk, answers={}, feedback="", now=LATER)


def test_an_inspector_sees_the_drawn_days_and_nothing_else(rep, spot, inspector):
    client = signed_in(inspector, at=LATER)

    assert "Lin Xiao" in ask(client, "spots", at=LATER).content.decode()
    answer = send(client, "spot", spot.pk, at=LATER, **{Question.VISITS.value: "2"})
    assert answer["Location"] == reverse("coaching:spot", args=[spot.pk])
    assert "Answers beside the record" in ask(client, "spot", spot.pk, at=LATER).content.decode()
    assert ask(client, "plan", spot.plan_id, at=LATER).status_code == 403


# -- pages ---------------------------------------------------------------------------------------------------------------
def test_the_pages_of_deal_praise_and_effect_work(rep):
    make_day(rep)
    order, point = signed_order(rep), ImprovementPoint.objects.get()
    client = signed_in(rep.supervisor, at=LATER)
    assert order.number in ask(client, "deal", point.pk, at=LATER).content.decode()

    send(client, "deal", point.pk, at=LATER, order=str(order.pk), note="asked")
    send(client, "praise", point.pk, at=LATER, text="Asked first")

    page = ask(client, "person", rep.person.pk, at=LATER).content.decode()
    assert ("Asked first" in page, PointDeal.objects.count(), Praise.objects.count()) == (True, 1, 1)
    assert ask(client, "effect", at=LATER).status_code == 200
    assert ask(client, "person", rep.person.pk, at=LATER, query="?month=x").status_code == 404
    with time_machine.travel(LATER, tick=False):
        api = client.get("/api/v1/coaching/effect").json()
    assert api["total"]["uplift"] is None


def test_a_stand_in_does_not_praise_themselves(rep):
    make_day(rep)
    point = ImprovementPoint.objects.get()
    make_position(
        rep.person,
        role=Role.SUPERVISOR,
        unit=rep.unit,
        is_primary=False,
        is_acting=True,
        ends_on=NEXT + timedelta(days=9),
    )

    assert code_of(
        crediting.praise, rep.scope_at(LATER), point_id=point.pk, text="me", now=LATER
    ) == "not_ones_own_check"  # fmt: skip
