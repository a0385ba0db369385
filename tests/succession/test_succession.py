"""Hand-overs: prepared for leavers, arranged by a leader, done in batches with everything that hangs on a company."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from procrastinate.contrib.django import app

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_tenure
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tests.factories.pipeline import make_line
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.models import AuditEntry, PolicyVersion
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.inbox.models import Notice
from tiejun.leads.models import Cooldown, FollowUp, Lead, LeadFreeze, LeadTenure
from tiejun.leads.queries import checks
from tiejun.org.actions.people import record_leaving
from tiejun.org.events import PersonLeft
from tiejun.pipeline.actions.opportunities import open_opportunity
from tiejun.pipeline.models import Opportunity
from tiejun.pipeline.rules import OpportunityFacts
from tiejun.succession import actions, jobs, queries
from tiejun.succession.models import Succession, SuccessionItem
from tiejun.succession.rules import Outcome, Refusal, State, state_after
from tiejun.visits.models import DayPlan, PlanItem
from tiejun.visits.rules.vocabulary import ItemKind, Slot, StopReason

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 11)


@pytest.fixture
def world(time_machine) -> Any:
    time_machine.move_to(NOW, tick=False)
    tree = make_company_tree()
    rep = make_person(name="Lin Xiao", unit=tree.group)
    return SimpleNamespace(
        tree=tree,
        rep=rep,
        mate=make_person(name="Zhou Ming", unit=tree.group),
        other=make_person(name="Wu Hao", unit=tree.group),
        stranger=make_person(unit=tree.other_group),
        boss=make_person(name="Chen Lan", role=Role.SUPERVISOR, unit=tree.group),
        lead=make_held_lead(rep, tree.group, next_step_at=NOW + timedelta(days=2)),
    )


def leave(world: Any) -> Succession:
    record_leaving(Scope.system("test"), person_id=world.rep.pk, left_on=TODAY, now=NOW)
    jobs.begin_for_leaver(PersonLeft(world.rep.pk, world.tree.group.pk, TODAY))
    return Succession.objects.get()


def run(world: Any, row: Succession) -> Succession:
    actions.start_succession(scope_for(world.boss), succession_id=row.pk, now=NOW)
    jobs.run_succession(str(row.pk))
    row.refresh_from_db()
    return row


def worked(name: str, **arguments: Any) -> None:
    """Do a job as the worker does."""
    context = SimpleNamespace(job=SimpleNamespace(attempts=0))
    app.tasks[name].func(context, **arguments)


def fails_at(call: int, action: Any) -> Any:
    calls = []

    def failing(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return 1 / 0 if len(calls) == call else action(*args, **more)

    return failing


def customer(world: Any) -> Lead:
    lead = make_lead(now=NOW)
    make_tenure(lead, world.rep, world.tree.group, kind=LeadTenure.Kind.PROTECTED)
    return lead


def test_a_leaver_waits_on_the_desk_and_nothing_is_pooled_yet(world) -> None:
    allotted = make_lead(now=NOW)
    make_tenure(allotted, world.rep, world.tree.group, kind=LeadTenure.Kind.ALLOTTED)

    row = leave(world)
    jobs.begin_for_leaver(PersonLeft(world.rep.pk, world.tree.group.pk, TODAY))

    desk = queries.desk(scope_for(world.boss), NOW)
    assert [(line.name, line.figures.total) for line in desk.waiting] == [("Lin Xiao", 1)]
    assert (row.left_on, row.due_at.isoformat()) == (TODAY, "2026-03-13T10:00:00+00:00")
    allotted.refresh_from_db()
    assert allotted.status == "POOLED"
    assert Lead.objects.get(pk=world.lead.pk).owner_id == world.rep.pk
    assert list(Notice.objects.filter(code="succession.waits").values_list("person", flat=True)) == [world.boss.pk]
    assert queries.desk(scope_for(make_person(role=Role.SUPERVISOR, unit=world.tree.other_group)), NOW).waiting == []


def test_everything_that_hangs_on_a_company_goes_along(world) -> None:
    line, won = make_line(), customer(world)
    deal = open_opportunity(
        scope_for(world.rep), company_id=won.company_id, product_line_id=line.pk,
        facts=OpportunityFacts(100_000, TODAY + timedelta(days=9)), now=NOW,
    )  # fmt: skip
    plan = DayPlan.objects.create(
        person=world.rep, unit=world.tree.group, business_day=TODAY + timedelta(days=1), morning_count=3,
        afternoon_count=5, changed_at=NOW,
    )  # fmt: skip
    PlanItem.objects.create(
        plan=plan, kind=ItemKind.ANCHOR, company=won.company, position=0, slot=Slot.MORNING, reason=StopReason.CHOSEN,
        objective="the offer", added_in=1,
    )  # fmt: skip
    tenure = LeadTenure.objects.get(lead=world.lead)
    talk = FollowUp.objects.create(
        lead=world.lead, tenure=tenure, person=world.rep, unit=world.tree.group, kind="CALL", outcome="TALKED",
        happened_at=NOW, credit_days=0, is_qualifying=False,
    )  # fmt: skip
    row = leave(world)
    actions.choose(
        scope_for(world.boss), succession_id=row.pk, to_person_id=world.mate.pk, now=NOW,
        item_ids=SuccessionItem.objects.values_list("pk", flat=True),
    )  # fmt: skip
    page = queries.succession_page(scope_for(world.boss), row.pk, NOW)
    assert (page.customers, page.leads, page.opportunities, page.amount_minor) == (1, 1, 1, 100_000)
    assert (page.stops, page.next_steps) == (1, 1)

    assert run(world, row).state == State.DONE

    ended = LeadTenure.objects.filter(person=world.rep)
    assert set(ended.values_list("end_reason", flat=True)) == {"LEAVER"}
    fresh = LeadTenure.objects.filter(ended_at=None).values_list("lead", "person", "kind", "start_reason")
    assert set(fresh) == {
        (won.pk, world.mate.pk, "PROTECTED", "TRANSFERRED"),
        (world.lead.pk, world.mate.pk, "PRIVATE", "TRANSFERRED"),
    }
    assert Lead.objects.get(pk=world.lead.pk).next_step_at == NOW + timedelta(days=2)
    assert FollowUp.objects.get(pk=talk.pk).tenure_id == tenure.pk
    deal = Opportunity.objects.get(pk=deal.pk)
    assert (deal.owner_id, deal.stage) == (world.mate.pk, deal.stage)
    moved = PlanItem.objects.get(plan__person=world.mate, removed_in=None)
    assert (moved.company_id, moved.objective, moved.plan.business_day) == (
        won.company_id,
        "the offer",
        plan.business_day,
    )
    assert not PlanItem.objects.filter(plan=plan, removed_in=None).exists()
    assert checks.find_leads_unlike_their_tenure() == checks.find_companies_unlike_their_lead() == []
    assert Notice.objects.get(code="succession.given_to_you").person_id == world.mate.pk
    assert AuditEntry.objects.filter(event="leads.handed_over").count() >= 1


def test_a_company_that_became_another_since_takes_its_opportunities_along(world) -> None:
    row = leave(world)
    survivor = make_company("Survivor", owner=world.rep, unit=world.tree.group)
    Lead.objects.filter(pk=world.lead.pk).update(company=survivor)
    deal = open_opportunity(
        scope_for(world.boss), company_id=survivor.pk, product_line_id=make_line().pk,
        facts=OpportunityFacts(100_000, TODAY + timedelta(days=9)), now=NOW,
    )  # fmt: skip

    run(world, row)

    holder = Lead.objects.get(pk=world.lead.pk).owner_id
    assert holder in (world.mate.pk, world.other.pk)
    assert Opportunity.objects.get(pk=deal.pk).owner_id == holder


def test_a_run_that_is_repeated_changes_nothing(world) -> None:
    row = run(world, leave(world))
    before = list(LeadTenure.objects.order_by("pk").values_list("pk", "ended_at"))

    jobs.run_succession(str(row.pk))

    assert list(LeadTenure.objects.order_by("pk").values_list("pk", "ended_at")) == before


def test_a_run_that_breaks_off_is_told_and_goes_on_where_it_stood(world, monkeypatch) -> None:
    second = make_held_lead(world.rep, world.tree.group)
    row = leave(world)
    monkeypatch.setattr(actions, "BATCH", 1)
    monkeypatch.setattr(actions, "move_stops", fails_at(2, actions.move_stops))
    actions.start_succession(scope_for(world.boss), succession_id=row.pk, now=NOW)
    with pytest.raises(ZeroDivisionError):
        worked("succession.run_succession", succession_id=str(row.pk))

    row.refresh_from_db()
    assert (row.state, row.broke_off_at) == (State.OPEN, NOW)
    assert {lead.owner_id == world.rep.pk for lead in Lead.objects.filter(pk__in=[world.lead.pk, second.pk])} == {
        True,
        False,
    }
    assert [notice.person_id for notice in Notice.objects.filter(code="succession.broke_off")] == [world.boss.pk]
    assert queries.succession_page(scope_for(world.boss), row.pk, NOW).figures.waiting == 1

    row = run(world, row)
    assert (row.state, row.broke_off_at) == (State.DONE, None)
    assert LeadTenure.objects.filter(start_reason=LeadTenure.Start.TRANSFERRED, ended_at=None).count() == 2


def test_the_proposal_spreads_by_room_and_what_fits_nobody_goes_to_the_pool(world) -> None:
    for _ in range(9):
        make_held_lead(world.rep, world.tree.group)
    row = leave(world)

    page = queries.succession_page(scope_for(world.boss), row.pk, NOW)
    given = {taker.person_id: taker.leads for taker in page.takers}
    assert given == {world.mate.pk: 5, world.other.pk: 5}

    row = actions.propose(scope_for(world.boss), succession_id=row.pk, person_ids=[world.other.pk], now=NOW)
    page = queries.succession_page(scope_for(world.boss), row.pk, NOW)
    assert {taker.person_id: taker.leads for taker in page.takers} == {world.mate.pk: 0, world.other.pk: 10}


def test_what_may_not_go_stays_and_says_why_then_goes_elsewhere(world) -> None:
    Cooldown.objects.create(lead=world.lead, person=world.mate, cause="RELEASED", until=NOW + timedelta(days=9))
    row = leave(world)
    boss = scope_for(world.boss)
    item = SuccessionItem.objects.get()
    assert item.to_person_id == world.other.pk  # the proposal knows of the cool-down
    actions.choose(boss, succession_id=row.pk, item_ids=[item.pk], to_person_id=world.mate.pk, now=NOW)

    row = run(world, row)
    item.refresh_from_db()
    assert (row.state, item.outcome, item.why_stayed) == ("OPEN", "STAYED", "COOLING_DOWN")
    assert Lead.objects.get(pk=world.lead.pk).owner_id == world.rep.pk

    actions.choose(boss, succession_id=row.pk, item_ids=[item.pk], to_person_id=None, now=NOW)
    assert run(world, row).state == "DONE"
    assert Lead.objects.get(pk=world.lead.pk).status == "POOLED"


def test_a_full_colleague_gets_no_more(world) -> None:
    make_held_lead(world.mate, world.tree.group)
    for key in ("lead.private_cap", "lead.private_cap_senior"):
        PolicyVersion.objects.create(
            key=key, value=1, status="APPROVED", valid_from=NOW - timedelta(days=9), made_at=NOW, reason="test"
        )
    row = leave(world)
    item = SuccessionItem.objects.get()
    actions.choose(scope_for(world.boss), succession_id=row.pk, item_ids=[item.pk], to_person_id=world.mate.pk, now=NOW)

    run(world, row)

    item.refresh_from_db()
    assert (item.outcome, item.why_stayed) == ("STAYED", "CAP_REACHED")


def test_a_frozen_lead_stays(world) -> None:
    Lead.objects.filter(pk=world.lead.pk).update(frozen_reason="DISPUTE")
    LeadFreeze.objects.create(lead=world.lead, kind="DISPUTE", note="x", frozen_at=NOW)
    run(world, leave(world))
    assert SuccessionItem.objects.get().why_stayed == "FROZEN"


def test_what_nobody_takes_over_in_time_is_pooled_once(world, time_machine) -> None:
    won = customer(world)
    row = leave(world)
    jobs.pool_what_nobody_took()
    assert Succession.objects.get().state == "OPEN"

    time_machine.move_to(row.due_at + timedelta(minutes=1), tick=False)
    for _ in range(2):
        jobs.pool_what_nobody_took()

    assert Succession.objects.get().state == "LAPSED"
    assert Lead.objects.get(pk=world.lead.pk).status == "POOLED"
    won.refresh_from_db()
    assert (won.status, won.owner_id, won.unit_id) == ("CONVERTED", None, world.tree.group.pk)
    assert Notice.objects.filter(code="succession.lapsed").count() == 1


def test_a_leader_hands_over_what_somebody_holds_who_is_still_here(world) -> None:
    row = actions.begin_succession(scope_for(world.boss), person_id=world.rep.pk, reason="moves", now=NOW)
    assert row.due_at is None
    with pytest.raises(Refused) as again:
        actions.begin_succession(scope_for(world.boss), person_id=world.rep.pk, reason="moves", now=NOW)
    assert again.value.refusal is Refusal.ALREADY_ARRANGED

    run(world, row)

    assert LeadTenure.objects.get(person=world.rep).end_reason == "TRANSFERRED"


def test_nobody_begins_or_sees_what_is_out_of_reach(world) -> None:
    row = leave(world)
    foreign = scope_for(make_person(role=Role.SUPERVISOR, unit=world.tree.other_group))
    with pytest.raises(NotFound):
        actions.begin_succession(scope_for(world.boss), person_id=world.stranger.pk, reason="", now=NOW)
    with pytest.raises(NotFound):
        actions.start_succession(foreign, succession_id=row.pk, now=NOW)
    with pytest.raises(PermissionRefused):
        queries.desk(scope_for(world.mate), NOW)
    with pytest.raises(Refused) as refused:
        actions.choose(
            scope_for(world.boss), succession_id=row.pk, item_ids=[], to_person_id=world.stranger.pk, now=NOW
        )
    assert refused.value.refusal is Refusal.NOT_A_COLLEAGUE
    with pytest.raises(Refused) as nobody:
        actions.propose(scope_for(world.boss), succession_id=row.pk, person_ids=[], now=NOW)
    assert nobody.value.refusal is Refusal.NOBODY_CHOSEN
    with pytest.raises(Refused) as nothing:
        actions.begin_succession(scope_for(world.boss), person_id=world.mate.pk, reason="", now=NOW)
    assert nothing.value.refusal is Refusal.NOTHING_HELD
    assert Succession.objects.count() == 1


def test_the_pages_lead_from_the_desk_to_the_end(world, client) -> None:
    row = leave(world)
    login = make_login(world.boss)
    Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
    client.force_login(login)
    page = reverse("succession:succession", args=[row.pk])
    item = SuccessionItem.objects.get()

    desk = client.get(reverse("succession:desk")).content.decode()
    assert "Lin Xiao" in desk
    assert "data-open-now" not in desk
    refused = client.post(reverse("succession:begin"), {"person": "", "reason": "moves"})
    assert refused.status_code == 422
    assert "data-open-now" in refused.content.decode()
    assert item.company.name in client.get(page).content.decode()
    assert client.post(reverse("succession:propose", args=[row.pk]), {"person": [world.mate.pk]}).status_code == 302
    nonsense = client.post(reverse("succession:choose", args=[row.pk]), {"item": [item.pk], "to": "x"})
    assert nonsense.status_code == 422
    client.post(reverse("succession:choose", args=[row.pk]), {"item": [item.pk, "x"], "to": str(world.other.pk)})
    client.post(reverse("succession:start", args=[row.pk]))
    assert "every 1s" in client.get(page).content.decode()
    jobs.run_succession(str(row.pk))
    assert Lead.objects.get(pk=world.lead.pk).owner_id == world.other.pk
    assert "every 1s" not in client.get(page, {"to": str(world.other.pk)}).content.decode()


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([], State.DONE),
        ([Outcome.GIVEN, Outcome.POOLED], State.DONE),
        ([Outcome.GIVEN, Outcome.STAYED], State.OPEN),
        ([Outcome.WAITING], State.OPEN),
        ([Outcome.GIVEN, (Outcome.STAYED, "NOT_HELD")], State.DONE),
    ],
)
def test_a_run_is_done_when_nothing_is_left(outcomes, state) -> None:
    pairs = [one if isinstance(one, tuple) else (one, "CAP_REACHED" if one == "STAYED" else "") for one in outcomes]

    assert state_after(pairs) is state


def test_what_went_elsewhere_meanwhile_does_not_keep_a_hand_over_open(world) -> None:
    row = leave(world)
    gone = customer(world)
    LeadTenure.objects.filter(lead=world.lead, ended_at=None).update(
        ended_at=NOW, end_reason="RELEASED", release_reason="NO_NEED"
    )
    Lead.objects.filter(pk=world.lead.pk).update(status="POOLED", owner=None, unit=None)

    row = run(world, row)

    # The customer came after the first look: it is taken in, and the run that gives it away ends the hand-over.
    assert row.state == State.OPEN
    items = SuccessionItem.objects.values_list("lead", "outcome", "why_stayed")
    assert set(items) == {(world.lead.pk, "STAYED", "NOT_HELD"), (gone.pk, "WAITING", "")}
    actions.choose(
        scope_for(world.boss), succession_id=row.pk, to_person_id=world.mate.pk, now=NOW,
        item_ids=SuccessionItem.objects.values_list("pk", flat=True),
    )  # fmt: skip
    assert run(world, row).state == State.DONE
    assert Lead.objects.get(pk=gone.pk).owner_id == world.mate.pk


def test_what_somebody_gained_before_leaving_is_arranged_too(world) -> None:
    row = actions.begin_succession(scope_for(world.boss), person_id=world.rep.pk, reason="", now=NOW)
    won = customer(world)

    jobs.begin_for_leaver(PersonLeft(world.rep.pk, world.tree.group.pk, TODAY))

    item = SuccessionItem.objects.get(succession=row, lead=won)
    assert (item.outcome, item.to_person_id in {world.mate.pk, world.other.pk}) == ("WAITING", True)
