from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import ANY

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_pool, make_tenure
from tests.factories.org import Tree, make_company_tree, make_leave, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.engines.assignment import apart, packing, solving
from tiejun.foundation.clock import Occasion
from tiejun.foundation.events import held_back
from tiejun.foundation.models import AuditEntry
from tiejun.leads import jobs as lead_jobs
from tiejun.leads.actions import record_follow_up
from tiejun.leads.actions.swapping import promote_lead
from tiejun.leads.events import LeadsAllotted
from tiejun.leads.models import AllotmentItem, AllotmentRun, AllotmentShare, Cooldown, Lead, LeadTenure
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.rules import FollowUpFacts
from tiejun.operations import jobs
from tiejun.operations.actions import policies
from tiejun.operations.queries import allotted
from tiejun.org.actions import people
from tiejun.org.actions import territories as territory_actions
from tiejun.org.actions.territories import Coverage
from tiejun.org.models import Login, Person

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 10)
NIGHT = datetime(2026, 3, 10, 19, 0, tzinfo=UTC)  # Wednesday, 03:00 in Shanghai
WEDNESDAY = date(2026, 3, 11)
SYSTEM = Scope.system("test")


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture(autouse=True)
def _solved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solve in this process: starting another one for each case costs a second."""
    monkeypatch.setattr(
        allotted,
        "solved_apart",
        lambda data: packing.packed(solving.solved(packing.unpacked_problem(data))),
    )


def occasion(tree: Tree, *, day: date = TUESDAY, now: datetime = NIGHT) -> Occasion:
    scope = Scope.system("operations.allotment", unit_chain=[tree.company.pk])
    return Occasion(scope, tree.company.pk, day, NIGHT, now)


def lists(count: int = 3, most: int = 4) -> None:
    """Set how long working lists are."""
    for key, value in (("lead.allotment_min", count), ("lead.allotment_max", most)):
        draft = policies.draft_policy(
            SYSTEM,
            key=key,
            value=value,
            unit_id=None,
            valid_from=None,
            reason="short lists",
            now=NIGHT - timedelta(days=9),
        )
        policies.put_in_force(SYSTEM, version_id=draft.pk, now=NIGHT - timedelta(days=9))


def leads(count: int, district: str = "330102", **values: Any) -> list[Lead]:
    place = {"330102": (120.17, 30.24), "330106": (120.12, 30.27), "330110": (119.98, 30.29)}[district]
    made = []
    for number in range(count):
        company = make_company(
            district_code=district, longitude=place[0] + number / 10_000, latitude=place[1], industry="Retail"
        )
        made.append(make_lead(company, **values))
    return made


def given() -> Counter[Any]:
    return Counter(LeadTenure.objects.filter(kind="ALLOTTED", ended_at=None).values_list("person__name", flat=True))


def test_a_night_fills_lists_writes_reasons_and_is_announced_once(tree: Tree) -> None:
    lists()
    lin, _zhao = make_person(name="Lin", unit=tree.group), make_person(name="Zhao", unit=tree.other_group)
    leads(9)
    customer = make_company(
        name="Golden Tea", longitude=120.171, latitude=30.241, closing_class="A", district_code="330102"
    )
    make_held_lead(lin, tree.group, company=customer)

    with held_back() as events:
        outcomes = [jobs.allot(occasion(tree)) for _again in range(2)]

    run = AllotmentRun.objects.get()
    assert outcomes == [{"leads": 8, "persons": 2}] * 2
    assert given() == {"Lin": 4, "Zhao": 4}
    assert (run.kind, run.state, run.day, run.figures["given"]) == ("NIGHT", "DONE", WEDNESDAY, 8)
    assert [event for event in events if isinstance(event, LeadsAllotted)] == [LeadsAllotted(run.pk, WEDNESDAY, 8, ANY)]
    tenure = LeadTenure.objects.filter(person=lin, kind="ALLOTTED").select_related("lead__company").first()
    assert tenure is not None
    assert (tenure.start_reason, tenure.started_at, tenure.due_at) == (
        "ALLOTTED",
        NIGHT,
        datetime(2026, 3, 13, 10, 0, tzinfo=UTC),
    )
    assert tenure.policy_facts["allotment_lease_days"] == 2
    assert (tenure.lead.status, tenure.lead.owner_id, tenure.lead.company.owner_id) == ("ALLOTTED", lin.pk, lin.pk)
    item = AllotmentItem.objects.get(tenure=tenure)
    assert [reason["code"] for reason in item.reasons] == ["NEAR_A_CLASS", "NEVER_CONTACTED"]
    assert item.reasons[0]["facts"] == {"minutes": ANY, "name": "Golden Tea"}
    shares = AllotmentShare.objects.order_by("person__name").values_list("person__name", "planned", "given", "short")
    assert list(shares) == [("Lin", 4, 4, 0), ("Zhao", 4, 4, 0)]
    assert AuditEntry.objects.filter(event="leads.allotted").count() == 1
    assert (find_leads_unlike_their_tenure(), find_companies_unlike_their_lead()) == ([], [])


def test_an_allotment_is_a_lease_and_not_property(tree: Tree) -> None:
    """Of 40 allotted leads 5 became private and 10 were spoken with; 25 go back, and the list is filled up again."""
    lin, began, worked = make_person(unit=tree.group), NIGHT - timedelta(days=2), NIGHT - timedelta(hours=12)
    held = leads(40)
    for lead in held:
        make_tenure(
            lead,
            lin,
            tree.group,
            kind="ALLOTTED",
            start_reason="ALLOTTED",
            started_at=began,
            due_at=NIGHT - timedelta(hours=9),
        )
    leads(60)
    for lead in held[:5]:
        promote_lead(scope_for(lin), lead_id=lead.pk, now=worked)
    for lead in held[5:15]:
        facts = FollowUpFacts("CALL", "TALKED", worked)
        record_follow_up(scope_for(lin), lead_id=lead.pk, facts=facts, now=worked)

    system = Scope.system("leads.reclaim", unit_chain=(tree.group.pk, tree.region.pk, tree.company.pk))
    lead_jobs.reclaim(Occasion(system, tree.group.pk, TUESDAY, NIGHT - timedelta(minutes=30), NIGHT))
    jobs.allot(occasion(tree))

    mine = LeadTenure.objects.filter(person=lin)
    assert mine.filter(end_reason="RECLAIMED", kind="ALLOTTED").count() == 25
    assert mine.filter(ended_at=None, kind="PRIVATE").count() == 5
    on_the_list = set(mine.filter(ended_at=None, kind="ALLOTTED").values_list("lead", flat=True))
    assert len(on_the_list) == 50
    assert on_the_list >= {lead.pk for lead in held[5:15]}
    assert not on_the_list & {lead.pk for lead in held[15:]}


def test_what_may_not_be_given_stays_where_it_is_and_the_shortage_is_told(tree: Tree) -> None:
    lists(count=4, most=6)
    lin = make_person(name="Lin", unit=tree.group)
    [cool] = leads(1)
    Cooldown.objects.create(lead=cool, person=lin, cause="RELEASED", until=NIGHT + timedelta(days=3))
    leads(1, frozen_reason="dispute")
    leads(1, status=Lead.Status.RESTING)
    leads(1, pool=make_pool(unit=tree.other_group))
    leads(1, district="330110")
    [good] = leads(1)
    area = territory_actions.make_territory(
        SYSTEM, name="Old town", unit_id=tree.group.pk, coverage=Coverage(district_codes=("330102",))
    )
    territory_actions.assign_territory(SYSTEM, territory_id=area.pk, person_id=lin.pk, starts_on=TUESDAY)

    jobs.allot(occasion(tree))

    assert list(LeadTenure.objects.values_list("lead", flat=True)) == [good.pk]
    share = AllotmentShare.objects.get()
    assert (share.planned, share.given, share.short) == (1, 1, 3)


def test_lists_are_topped_up_and_who_is_away_or_gone_gets_none(tree: Tree) -> None:
    lists(count=3, most=4)
    lin, away, gone, closed = (make_person(name=name, unit=tree.group) for name in ("Lin", "Away", "Gone", "Closed"))
    make_person(name="Boss", role=Role.SUPERVISOR, unit=tree.group)
    make_leave(away, unit=tree.group, starts_on=WEDNESDAY)
    people.record_leaving(SYSTEM, person_id=gone.pk, left_on=TUESDAY, now=NIGHT)
    make_login(closed)
    Login.objects.filter(person=closed).update(is_active=False)
    for _number in range(3):
        make_held_lead(lin, tree.group)
    LeadTenure.objects.filter(person=lin).update(kind="ALLOTTED")
    Lead.objects.filter(owner=lin).update(status="ALLOTTED")
    leads(6)

    jobs.allot(occasion(tree))

    assert given() == {"Lin": 4}
    assert list(AllotmentShare.objects.values_list("person__name", "kept", "given")) == [("Lin", 3, 1)]


def test_a_day_off_and_a_day_that_has_passed_have_no_lists(tree: Tree) -> None:
    make_person(unit=tree.group)
    leads(3)

    outcomes = [
        jobs.allot(occasion(tree, day=date(2026, 3, 13))),  # for a Saturday
        jobs.allot(occasion(tree, day=date(2026, 3, 9))),  # for yesterday: the clock catches up
    ]

    assert outcomes == [{"skipped": 1}] * 2
    assert AllotmentRun.objects.count() == 0


def test_leads_claimed_while_the_night_computes_drop_out(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    lists()
    lin, other = (
        make_person(name="Lin", unit=tree.group),
        make_person(name="Other", role=Role.SUPERVISOR, unit=tree.group),
    )
    made = leads(4)
    solve = allotted.solved_apart

    def claimed_meanwhile(data: bytes) -> bytes:
        Lead.objects.filter(pk=made[0].pk).update(status="PRIVATE", owner=other, unit=tree.group)
        LeadTenure.objects.create(
            lead=made[0], person=other, unit=tree.group, kind="PRIVATE", start_reason="CLAIMED", started_at=NIGHT
        )
        Lead.objects.filter(pk=made[1].pk).update(frozen_reason="dispute")
        Cooldown.objects.create(lead=made[2], person=lin, cause="RELEASED", until=NIGHT + timedelta(days=3))
        return solve(data)

    monkeypatch.setattr(allotted, "solved_apart", claimed_meanwhile)
    outcome = jobs.allot(occasion(tree))

    assert outcome == {"leads": 1, "persons": 1}
    share = AllotmentShare.objects.get()
    assert (share.planned, share.given) == (4, 1)
    without = AllotmentItem.objects.filter(tenure=None).values_list("lead", flat=True)
    assert set(without) == {lead.pk for lead in made[:3]}


@pytest.mark.parametrize("change", ["deactivated", "left", "leave"])
def test_who_stops_working_while_the_night_computes_gets_nothing(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    lists()
    lin, zhao = make_person(name="Lin", unit=tree.group), make_person(name="Zhao", unit=tree.group)
    login = make_login(zhao)
    leads(8)
    solve = allotted.solved_apart

    def meanwhile(data: bytes) -> bytes:
        if change == "deactivated":
            Login.objects.filter(pk=login.pk).update(is_active=False)
        elif change == "left":
            people.record_leaving(SYSTEM, person_id=zhao.pk, left_on=TUESDAY, now=NIGHT)
        else:
            make_leave(zhao, unit=tree.group, starts_on=WEDNESDAY)
        return solve(data)

    monkeypatch.setattr(allotted, "solved_apart", meanwhile)
    outcome = jobs.allot(occasion(tree))

    assert (outcome, given()) == ({"leads": 4, "persons": 2}, {"Lin": 4})
    assert Lead.objects.filter(status="POOLED").count() == 4
    assert lin.pk is not None


def test_a_worker_killed_in_mid_run_goes_on_without_giving_twice(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    lists()
    monkeypatch.setattr(jobs, "PERSONS", 1)
    for name in ("Lin", "Zhao", "Qian"):
        make_person(name=name, unit=tree.group)
    leads(20)
    give, calls = jobs.allotting.give_lists, []

    def killed_at_the_second(scope: Scope, **facts: Any) -> int:
        if len(calls) == 1:
            raise SystemExit
        calls.append(facts)
        return give(scope, **facts)

    monkeypatch.setattr(jobs.allotting, "give_lists", killed_at_the_second)
    with pytest.raises(SystemExit):
        jobs.allot(occasion(tree))
    after_kill = sum(given().values())
    monkeypatch.setattr(jobs.allotting, "give_lists", give)
    leads(5)  # the pool has changed: the same question is answered again, not another one

    with held_back() as events:
        outcome = jobs.allot(occasion(tree, now=NIGHT + timedelta(minutes=10)))

    assert after_kill == 4
    assert outcome == {"leads": 12, "persons": 3}
    assert given() == {"Lin": 4, "Zhao": 4, "Qian": 4}
    assert (AllotmentRun.objects.count(), AllotmentItem.objects.count(), AllotmentShare.objects.count()) == (1, 12, 3)
    assert sum(isinstance(event, LeadsAllotted) for event in events) == 1


def test_an_answer_that_breaks_a_rule_is_not_written(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    lists()
    lin = make_person(unit=tree.group)
    [cool, *_rest] = leads(3)
    Cooldown.objects.create(lead=cool, person=lin, cause="RELEASED", until=NIGHT + timedelta(days=3))
    asked = allotted.question(occasion(tree).scope, day=WEDNESDAY, now=NIGHT)

    def cheating(data: bytes) -> bytes:
        problem = packing.unpacked_problem(data)
        freed = type(problem)(
            problem.leads,
            tuple(type(rep)(key=rep.key, room=rep.room, pools=rep.pools) for rep in problem.reps),
            problem.weights,
            problem.seed,
        )
        return packing.packed(solving.solved(freed))

    monkeypatch.setattr(allotted, "solved_apart", cheating)
    with pytest.raises(allotted.RuleBroken, match="cool-down"):
        jobs.allot(occasion(tree))

    assert LeadTenure.objects.count() == 0
    assert asked.inputs_hash == AllotmentRun.objects.get().inputs_hash


def test_newcomers_get_their_fresh_share_first(tree: Tree) -> None:
    lists(count=4, most=10)
    old, new = make_person(name="Old", unit=tree.group), make_person(name="New", unit=tree.group)
    Person.objects.filter(pk=new.pk).update(joined_on=WEDNESDAY - timedelta(days=20))
    touched = [make_lead(make_company(last_visit_at=NIGHT - timedelta(days=60), industry="Retail")) for _ in range(12)]
    fresh = leads(3)

    jobs.allot(occasion(tree))

    mine = set(LeadTenure.objects.filter(person=new).values_list("lead", flat=True))
    assert {lead.pk for lead in fresh} <= mine
    share = AllotmentShare.objects.get(person=new)
    assert (share.is_newcomer, share.fresh, share.fresh_short) == (True, 3, 0)
    assert len(touched) == 12
    assert old.pk is not None


def test_the_same_inputs_solved_again_in_another_process_give_the_same_answer(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists()
    make_person(unit=tree.group)
    leads(6)
    monkeypatch.setattr(allotted, "solved_apart", apart.solved_apart)
    jobs.allot(occasion(tree))
    night = AllotmentRun.objects.get()

    again = jobs.allotting.open_repetition(SYSTEM, run_id=night.pk, now=NIGHT)
    jobs.repeat_allotment(str(again.pk))

    again.refresh_from_db()
    assert (again.state, again.is_same, again.answer_hash) == ("DONE", True, night.answer_hash)


def test_looking_ahead_gives_nothing_and_keeps_the_newest(tree: Tree) -> None:
    lists()
    make_person(unit=tree.group)
    leads(6)
    runs = []
    for number in range(5):
        asked = allotted.question(SYSTEM, day=WEDNESDAY, now=NIGHT)
        run = jobs.allotting.open_run(
            SYSTEM,
            kind="PREVIEW",
            day=WEDNESDAY,
            unit_id=tree.company.pk,
            seed=asked.seed,
            inputs=asked.inputs,
            inputs_hash=asked.inputs_hash,
            now=NIGHT + timedelta(minutes=number),
        )
        jobs.look_ahead(str(run.pk))
        runs.append(run.pk)

    assert LeadTenure.objects.count() == 0
    kept = AllotmentRun.objects.filter(kind="PREVIEW")
    assert set(kept.values_list("pk", flat=True)) == set(runs[2:])
    assert set(kept.values_list("state", flat=True)) == {"DONE"}
    assert AllotmentItem.objects.count() == 12
