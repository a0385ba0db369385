from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_pool
from tests.factories.org import NOW, Tree, make_company_tree, make_leave, make_person, scope_for
from tests.org.test_views import client_of
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.events import held_back
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.inbox.models import Notice
from tiejun.leads import jobs, rules
from tiejun.leads.actions import allotting, claim_lead, scoring
from tiejun.leads.events import LeadsAssigned
from tiejun.leads.models import AllotmentItem, AllotmentRun, Cooldown, Lead, LeadScore, LeadTenure
from tiejun.leads.queries import allotments
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.queries.scoring import chances_of
from tiejun.leads.rules.allotting import Allotted, Score, ShareFacts
from tiejun.operations.actions import policies

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from tiejun.org.models import Person, Unit

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")
TODAY = date(2026, 3, 11)


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: NOW)


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def leader(tree: Tree) -> Person:
    return make_person(name="Boss", role=Role.SUPERVISOR, unit=tree.group)


def most(count: int) -> None:
    for key, value in (("lead.allotment_min", 1), ("lead.allotment_max", count)):
        at = NOW - timedelta(days=9)
        draft = policies.draft_policy(
            SYSTEM, key=key, value=value, unit_id=None, valid_from=None, reason="short lists", now=at
        )
        policies.put_in_force(SYSTEM, version_id=draft.pk, now=at)


def allotted(person: Person, unit: Unit, lead: Lead, *, now: Any = NOW, **values: Any) -> AllotmentRun:
    """Give a lead to a person by a night's run."""
    run = allotting.open_run(
        SYSTEM, kind="NIGHT", day=TODAY, unit_id=unit.pk, seed=7, inputs=b"x", inputs_hash="h", now=now
    )
    reasons = ({"code": "NEAR_A_CLASS", "facts": {"minutes": 3, "name": "Golden Tea"}},)
    item = Allotted(lead.pk, person.pk, worth_minor=900, value_minor=800, minutes=3, tier="A", reasons=reasons)
    share = ShareFacts(person.pk, unit.pk, planned=1, fresh=1, worth_minor=900, value_minor=800, **values)
    allotting.give_lists(SYSTEM, run_id=run.pk, items=[item], shares=[share], now=now)
    figures = {"value_minor": 800, "without_floors_minor": 900, "without_fairness_minor": 850, "gini": 0.1}
    more = {"gini_before": 0.2, "persons": 1, "leads": 4, "pairs": 4, "rounds": 1}
    return allotting.finish_run(SYSTEM, run_id=run.pk, figures=figures | more, answer_hash="a", now=now)


# -- by hand -----------------------------------------------------------------------------------------------------------
def test_leads_are_dealt_in_turn_up_to_the_room_with_leases_reasons_and_one_audit_row(
    tree: Tree, leader: Person
) -> None:
    most(2)
    lin, zhao = make_person(name="Lin", unit=tree.group), make_person(name="Zhao", unit=tree.group)
    leads = [make_lead() for _ in range(5)]

    with held_back() as events:
        run = allotting.assign_leads(
            scope_for(leader), lead_ids=[x.pk for x in leads], person_ids=[lin.pk, zhao.pk], reason="fair", now=NOW
        )

    assert (run.kind, run.figures) == ("MANUAL", {"asked": 5, "given": 4, "full": 1})
    tenures = LeadTenure.objects.order_by("pk").values_list("kind", "start_reason", "person__name")
    assert sorted(tenures) == [("ALLOTTED", "ASSIGNED", name) for name in ("Lin", "Lin", "Zhao", "Zhao")]
    assert AllotmentItem.objects.filter(run=run, tenure__isnull=False).count() == 4
    assert [e.counts for e in events if isinstance(e, LeadsAssigned)] == [{str(lin.pk): 2, str(zhao.pk): 2}]
    assert AuditEntry.objects.filter(event="leads.assigned").count() == 1
    assert (find_leads_unlike_their_tenure(), find_companies_unlike_their_lead()) == ([], [])


def test_what_cannot_be_given_by_hand_is_left_out(tree: Tree, leader: Person) -> None:
    lin, other = make_person(unit=tree.group), make_person(unit=tree.group)
    taken = make_held_lead(other, tree.group)
    cool, frozen, resting = make_lead(), make_lead(frozen_reason="dispute"), make_lead(status="RESTING")
    foreign = make_lead(pool=make_pool(unit=tree.other_group))
    good = make_lead()
    Cooldown.objects.create(lead=cool, person=lin, cause="RELEASED", until=NOW + timedelta(days=3))
    every = [row.pk for row in (taken, cool, frozen, resting, foreign, good)]

    run = allotting.assign_leads(scope_for(leader), lead_ids=every, person_ids=[lin.pk], reason="try", now=NOW)

    assert run.figures == {"asked": 6, "given": 1, "full": 0}
    assert list(LeadTenure.objects.filter(person=lin).values_list("lead", flat=True)) == [good.pk]


def test_refusals_of_assigning_write_nothing(tree: Tree, leader: Person) -> None:
    most(1)
    lin, stranger = make_person(unit=tree.group), make_person(unit=tree.other_group)
    away = make_person(unit=tree.group)
    make_leave(away, unit=tree.group, starts_on=TODAY)
    lead = make_lead()
    facts = {"lead_ids": [lead.pk], "reason": "why", "now": NOW}
    allotting.assign_leads(scope_for(leader), lead_ids=[make_lead().pk], person_ids=[lin.pk], reason="full", now=NOW)
    before = LeadTenure.objects.count()

    with pytest.raises(Refused) as no_reason:
        allotting.assign_leads(scope_for(leader), **{**facts, "reason": " "}, person_ids=[lin.pk])
    with pytest.raises(Refused) as full:
        allotting.assign_leads(scope_for(leader), **facts, person_ids=[lin.pk])
    with pytest.raises(NotFound):
        allotting.assign_leads(scope_for(leader), **facts, person_ids=[stranger.pk])
    with pytest.raises(PermissionRefused):
        allotting.assign_leads(scope_for(lin), **facts, person_ids=[lin.pk])
    with pytest.raises(Refused) as absent:
        allotting.assign_leads(scope_for(leader), **facts, person_ids=[away.pk])

    assert [raised.value.refusal for raised in (no_reason, full, absent)] == [
        rules.Refusal.REASON_MISSING,
        rules.Refusal.LIST_FULL,
        rules.Refusal.NOT_AT_WORK,
    ]
    assert LeadTenure.objects.count() == before


def test_who_is_given_leads_by_hand_is_told_by_whom_and_why(tree: Tree, leader: Person) -> None:
    lin = make_person(unit=tree.group)
    run = allotting.assign_leads(
        scope_for(leader), lead_ids=[make_lead().pk], person_ids=[lin.pk], reason="new street", now=NOW
    )

    for _again in range(2):
        jobs.tell_of_assignment(LeadsAssigned(run.pk, leader.pk, {str(lin.pk): 1}, NOW))

    notice = Notice.objects.get(person=lin)
    assert (notice.code, notice.facts) == (
        "leads.assigned_to_you",
        {"person": "Boss", "count": 1, "reason": "new street"},
    )


# -- a person's list ---------------------------------------------------------------------------------------------------
def test_the_list_says_why_in_both_languages_and_where_to_go_on(tree: Tree) -> None:
    lin = make_person(name="Lin", unit=tree.group)
    lead = make_lead(make_company(name="Silver Bakery", industry="Food"))
    allotted(lin, tree.group, lead)

    english = client_of(lin).get("/leads/allotment/").content.decode()
    chinese = client_of(lin).get("/leads/allotment/", headers={"Accept-Language": "zh-hans"}).content.decode()

    assert "Silver Bakery" in english
    assert "3 min from your A-class customer Golden Tea" in english
    assert "3 min from" not in chinese
    assert "Golden Tea 3 \u5206\u949f" in chinese
    for address in (f"/leads/{lead.pk}/", f"/leads/{lead.pk}/follow-up/", f"/leads/{lead.pk}/release/"):
        assert address in english


def test_the_list_of_three_costs_no_more_queries_than_that_of_one(
    tree: Tree, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lin, zhao = make_person(unit=tree.group), make_person(unit=tree.group)
    boss = scope_for(make_person(role=Role.SUPERVISOR, unit=tree.group))
    allotting.assign_leads(boss, lead_ids=[make_lead().pk], person_ids=[lin.pk], reason="a", now=NOW)
    allotting.assign_leads(boss, lead_ids=[make_lead().pk for _ in range(3)], person_ids=[zhao.pk], reason="b", now=NOW)
    for person, count in ((lin, 1), (zhao, 3)):
        scope = scope_for(person)
        with django_assert_num_queries(5):
            listed = allotments.todays_allotment(scope, person_id=person.pk, since=NOW)
        assert len(listed.lines) == count


def test_lists_are_seen_by_their_owner_and_who_leads_them(tree: Tree, leader: Person) -> None:
    lin, other = make_person(unit=tree.group), make_person(unit=tree.other_group)
    allotted(lin, tree.group, make_lead())
    boss, ops = client_of(leader), client_of(make_person(role=Role.SALES_OPS, unit=tree.company))
    address = f"/leads/allotment/{lin.pk}/"

    answers = [
        client_of(other).get(address).status_code,
        boss.get(address).status_code,
        ops.get(address).status_code,
        boss.get("/leads/allotment/")["Location"],
        boss.post(address).status_code,
        client_of(make_person(role=Role.FINANCE, unit=tree.company)).get(address).status_code,
    ]

    assert answers == [404, 200, 200, "/operations/allotment/", 405, 403]


def test_an_empty_list_says_when_the_next_is_filled(tree: Tree) -> None:
    page = client_of(make_person(unit=tree.group)).get("/leads/allotment/").content.decode()

    assert "No lead on the list" in page


def test_a_leader_assigns_on_the_page_and_reads_what_was_done(tree: Tree, leader: Person) -> None:
    lin = make_person(name="Lin", unit=tree.group)
    leads = [make_lead() for _ in range(3)]
    boss = client_of(leader)
    facts = {"person_ids": [str(lin.pk)], "reason": "new street", "lead": [str(row.pk) for row in leads[:2]]}

    page = boss.get("/leads/assign/").content.decode()
    nothing = boss.post("/leads/assign/", {**facts, "lead": []})
    odd = boss.post("/leads/assign/", {**facts, "lead": ["x"]})
    done = boss.post("/leads/assign/", facts, follow=True)
    rep = client_of(lin).get("/leads/assign/")

    assert all(str(row.pk) in page for row in leads)
    assert [answer.status_code for answer in (nothing, odd, done, rep)] == [422, 422, 200, 403]
    assert "Leads put on lists: 2." in done.content.decode()
    assert LeadTenure.objects.filter(person=lin).count() == 2


def test_programs_read_lists_and_assign(tree: Tree, leader: Person) -> None:
    lin = make_person(unit=tree.group)
    lead = make_lead(make_company(name="Silver Bakery"))
    boss = client_of(leader)

    made = boss.post(
        "/api/v1/leads/assign",
        {"lead_ids": [str(lead.pk)], "person_ids": [str(lin.pk)], "reason": "new street"},
        content_type="application/json",
        headers={"Idempotency-Key": "a" * 32},
    )
    read = boss.get(f"/api/v1/leads/allotment?person_id={lin.pk}")

    assert (made.status_code, made.json()["given"]) == (201, 1)
    [row] = read.json()["leads"]
    assert (row["company_name"], row["reasons"], row["is_by_hand"]) == (
        "Silver Bakery",
        ["given by Boss: new street"],
        True,
    )


# -- the report --------------------------------------------------------------------------------------------------------
def test_the_report_shows_each_leader_the_own_people(tree: Tree, leader: Person) -> None:
    lin, other = make_person(name="Lin", unit=tree.group), make_person(name="Other", unit=tree.other_group)
    run = allotted(lin, tree.group, make_lead(), is_newcomer=True, short=2)
    head = client_of(make_person(role=Role.SALES_HEAD, unit=tree.company))

    mine = client_of(leader).get("/operations/allotment/").content.decode()
    theirs = client_of(other).get("/operations/allotment/").content.decode()
    whole = allotments.report(SYSTEM, run.pk)

    assert ("Lin" in mine, "Lin" in theirs) == (True, False)
    assert head.get(f"/operations/allotment/?run={run.pk}").status_code == 200
    assert head.get(f"/operations/allotment/?run={lin.pk}").status_code == 404
    assert whole is not None
    assert (whole.given, whole.short, whole.newcomers, whole.newcomer_fresh_percent) == (1, 2, 1, 100)
    assert (whole.floors_cost_minor, whole.fairness_cost_minor, whole.cost_minor) == (50, 50, 100)


def test_before_the_first_night_there_is_no_report(tree: Tree, leader: Person) -> None:
    page = client_of(leader).get("/operations/allotment/")

    assert (page.status_code, "No allotment yet" in page.content.decode()) == (200, True)


def test_a_night_is_repeated_and_looked_ahead_at_by_who_may(tree: Tree, leader: Person) -> None:
    lin = make_person(unit=tree.group)
    run = allotted(lin, tree.group, make_lead())
    ops = client_of(make_person(role=Role.SALES_OPS, unit=tree.company))

    with held_back():
        again = ops.post(f"/operations/allotment/{run.pk}/repeat/")
        ahead = ops.post("/operations/allotment/look-ahead/")
        answers = [
            ops.post(f"/operations/allotment/{lin.pk}/repeat/").status_code,
            ops.get("/operations/allotment/look-ahead/").status_code,
            client_of(leader).post("/operations/allotment/look-ahead/").status_code,
        ]

    assert (again.status_code, ahead.status_code, answers) == (302, 302, [404, 405, 403])
    kinds = AllotmentRun.objects.order_by("started_at", "pk").values_list("kind", "state", "day")
    assert sorted(kinds) == [
        ("NIGHT", "DONE", TODAY),
        ("PREVIEW", "OPEN", TODAY + timedelta(days=1)),
        ("REPEAT", "OPEN", TODAY),
    ]
    assert ops.get(ahead["Location"]).status_code == 200
    assert ops.get(f"/api/v1/operations/allotments/{run.pk}").json()["repetition"]["state"] == "OPEN"
    assert len(ops.get("/api/v1/operations/allotments").json()) == 2


# -- scores ------------------------------------------------------------------------------------------------------------
def test_a_score_stands_until_a_newer_one_and_the_prior_without_one(tree: Tree) -> None:
    lead, other = make_lead(intent="HIGH"), make_lead()
    gone = make_person()

    written = [
        scoring.record_scores(
            SYSTEM, scores=[Score(lead.pk, 0.4, p), Score(gone.pk, 0.1, 0.1)], model=f"m{number}", now=NOW
        )
        for number, p in enumerate((0.1, 0.2))
    ]

    assert written == [1, 1]
    assert LeadScore.objects.get().p_sign == 0.2
    found = chances_of(SYSTEM, [lead.pk, other.pk], now=NOW)
    assert {key: round(chance, 5) for key, chance in found.items()} == {lead.pk: 0.2, other.pk: 0.0135}


def test_who_claims_a_lead_that_the_night_gave_away_reads_that_a_colleague_has_it(tree: Tree) -> None:
    lin, zhao = make_person(unit=tree.group), make_person(unit=tree.group)
    lead = make_lead()
    allotted(lin, tree.group, lead)

    with pytest.raises(Refused) as refused:
        claim_lead(scope_for(zhao), lead_id=lead.pk, now=NOW)

    assert refused.value.refusal is rules.Refusal.ALREADY_TAKEN
    assert LeadTenure.objects.get(lead=lead).person == lin
