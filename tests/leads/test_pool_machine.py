"""RS-06: any order of all that can happen to a lead keeps the pool's promises.

`TIEJUN_POOL_MACHINE=100x30` (runs x steps) is what CI asks for, `5000x50` what is run on demand.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.leads import make_lead, make_source
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.customers.actions.merging import merge_companies
from tiejun.engines.assignment import packing, solving
from tiejun.foundation import audit
from tiejun.foundation.clock import Occasion
from tiejun.foundation.models import PolicyVersion
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import business_day
from tiejun.leads import actions, jobs
from tiejun.leads.actions.allotting import assign_leads
from tiejun.leads.actions.closing import close_lead, freeze_lead, reopen_lead, thaw_lead, wake_lead
from tiejun.leads.actions.extensions import decide_extension, request_extension
from tiejun.leads.actions.swapping import promote_lead, swap_lead
from tiejun.leads.models import Cooldown, ExtensionRequest, Lead, LeadClosing, LeadFreeze, LeadTenure, Swap
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.rules import FollowUpFacts
from tiejun.leads.rules.closing import Evidence
from tiejun.operations.jobs import allot
from tiejun.operations.queries import allotted

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=False)
REPS, LEADS, CAP, DAILY = 3, 6, 2, 3
COOLING_DAYS = {"RELEASED": 7, "SWAPPED_OUT": 14, "RECLAIMED": 30}
FOLLOW_UP, ZONE = "lead.no_follow_up_days", "Asia/Shanghai"
OWN_WAYS = ("CLAIMED", "SWAPPED_IN", "ALLOTTED", "ASSIGNED")
a_rep, a_lead = st.integers(0, REPS - 1), st.integers(0, LEADS - 1)


def set_policy(key: str, value: int, since: datetime = NOW - timedelta(days=400)) -> None:
    PolicyVersion.objects.create(
        key=key, value=value, status="APPROVED", valid_from=since, made_at=since, reason="test"
    )


@pytest.fixture(autouse=True)
def _solved_here(monkeypatch) -> None:
    """Solve in this process: another one for each night would cost more than all the rest."""
    monkeypatch.setattr(
        allotted, "solved_apart", lambda data: packing.packed(solving.solved(packing.unpacked_problem(data)))
    )


PROMISES: list[Callable[[PoolMachine], None]] = []


def promise(check):
    """Keep a check for `PoolMachine.promises_are_kept`, which reads the holdings once for all of them."""
    PROMISES.append(check)
    return check


class PoolMachine(RuleBasedStateMachine):
    """Three reps with room for two leads each, six leads, one supervisor, and time that goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        tree = make_company_tree()
        make_source()
        for key in ("lead.private_cap_new", "lead.private_cap", "lead.private_cap_senior"):
            set_policy(key, CAP)
        set_policy("lead.daily_claim_limit", DAILY)
        self.tree = tree
        self.reps = [make_person(unit=tree.group) for _ in range(REPS)]
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=tree.group)
        self.leads = [make_lead() for _ in range(LEADS)]
        self.now = NOW
        self.terms: dict[object, object] = {}
        self.tenures: list[LeadTenure] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def act(self, call, *args, **kwargs) -> None:
        with suppress(Refused, NotFound):
            call(*args, now=self.now, **kwargs)

    def one_of(self, rep, number, kind):
        """A lead that the rep holds in this way, so that steps meet what they are for; else any lead."""
        rows = LeadTenure.objects.filter(person=self.reps[rep], ended_at=None, kind=kind).order_by("lead")
        held = list(rows.values_list("lead", flat=True))
        return held[number % len(held)] if held else self.leads[number].pk

    def company_of(self, lead):
        """The company of a lead as it is now: a merge gives it another."""
        return Lead.objects.values_list("company", flat=True).get(pk=self.leads[lead].pk)

    @rule(keeps=a_lead, goes=a_lead)
    def merge(self, keeps, goes) -> None:
        both = {"survivor_id": self.company_of(keeps), "absorbed_id": self.company_of(goes)}
        self.act(merge_companies, scope_for(self.supervisor), **both, chosen={}, note="x")

    @rule(rep=a_rep, lead=a_lead)
    def claim(self, rep, lead) -> None:
        self.act(actions.claim_lead, scope_for(self.reps[rep]), lead_id=self.leads[lead].pk)

    @rule(rep=a_rep, lead=a_lead)
    def release(self, rep, lead) -> None:
        self.act(actions.release_lead, scope_for(self.reps[rep]), lead_id=self.leads[lead].pk, reason="NO_NEED")

    @rule(rep=a_rep, lead=a_lead)
    def transfer(self, rep, lead) -> None:
        self.act(
            actions.transfer_lead,
            scope_for(self.supervisor),
            lead_id=self.leads[lead].pk,
            to_person_id=self.reps[rep].pk,
            reason="x",
        )

    @rule(rep=a_rep, lead=a_lead, outcome=st.sampled_from(["TALKED", "NO_ANSWER"]))
    def follow_up(self, rep, lead, outcome) -> None:
        facts = FollowUpFacts("CALL", outcome, self.now)
        self.act(actions.record_follow_up, scope_for(self.reps[rep]), lead_id=self.leads[lead].pk, facts=facts)

    @rule(rep=a_rep, lead=a_lead)
    def convert(self, rep, lead) -> None:
        held = LeadTenure.objects.filter(lead=self.leads[lead], person=self.reps[rep], ended_at=None).exists()
        if held:
            company_id = self.company_of(lead)
            self.act(actions.convert_company, scope_for(self.reps[rep]), company_id=company_id)

    @rule(rep=a_rep, lead=a_lead)
    def assign(self, rep, lead) -> None:
        self.act(
            assign_leads,
            scope_for(self.supervisor),
            lead_ids=[self.leads[lead].pk],
            person_ids=[self.reps[rep].pk],
            reason="x",
        )

    @rule(rep=a_rep, lead=a_lead)
    def promote(self, rep, lead) -> None:
        self.act(promote_lead, scope_for(self.reps[rep]), lead_id=self.one_of(rep, lead, "ALLOTTED"))

    @rule(rep=a_rep, coming=a_lead, going=a_lead)
    def swap(self, rep, coming, going) -> None:
        scope, out = scope_for(self.reps[rep]), self.one_of(rep, going, "PRIVATE")
        self.act(swap_lead, scope, lead_in_id=self.leads[coming].pk, lead_out_id=out)

    @rule(rep=a_rep, lead=a_lead, granted=st.booleans())
    def extend(self, rep, lead, granted) -> None:
        pk = self.one_of(rep, lead, "PRIVATE")
        self.act(request_extension, scope_for(self.reps[rep]), lead_id=pk, reason="x")
        asked = ExtensionRequest.objects.filter(status="OPEN", tenure__lead=pk).first()
        if asked:
            leader = scope_for(self.supervisor)
            self.act(decide_extension, leader, request_id=asked.pk, granted=granted, note="x")

    @rule(rep=a_rep, lead=a_lead, outcome=st.sampled_from(["INVALID", "LOST"]))
    def close(self, rep, lead, outcome) -> None:
        reason, evidence = ("CLOSED_DOWN", "SEEN") if outcome == "INVALID" else ("NO_NEED", "")
        self.act(
            close_lead,
            scope_for(self.reps[rep]),
            lead_id=self.one_of(rep, lead, "PRIVATE"),
            outcome=outcome,
            reason=reason,
            evidence=Evidence(evidence, "The office stands empty"),
        )

    @rule(lead=a_lead, step=st.sampled_from([freeze_lead, thaw_lead, reopen_lead, wake_lead]))
    def stop_or_free(self, lead, step) -> None:
        words = {
            freeze_lead: {"kind": "DISPUTE", "note": "x"},
            thaw_lead: {"note": "x"},
            reopen_lead: {"reason": "x"},
            wake_lead: {"reason": "x"},
        }
        self.act(step, scope_for(self.supervisor), lead_id=self.leads[lead].pk, **words[step])

    @rule()
    def night(self) -> None:
        group = self.tree.group
        scope = Scope.system("test", unit_chain=(group.pk, self.tree.region.pk, self.tree.company.pk))
        occasion = Occasion(scope, group.pk, business_day(self.now, scope.zone), self.now, self.now)
        jobs.remind_in_the_morning(occasion)
        jobs.reclaim(occasion)

    @rule()
    def allot(self) -> None:
        """The whole night of the company: problem, engine, check, lists."""
        scope = Scope.system("operations.allotment", unit_chain=[self.tree.company.pk], zone=ZONE)
        allot(Occasion(scope, self.tree.company.pk, business_day(self.now, ZONE), self.now, self.now))

    @rule(days=st.sampled_from([3, 7, 10]))
    def change_the_policy(self, days) -> None:
        mine = PolicyVersion.objects.filter(key=FOLLOW_UP, valid_to=None)
        mine.filter(valid_from__lt=self.now).update(valid_to=self.now)
        if not mine.exists():
            set_policy(FOLLOW_UP, days, since=self.now)

    @rule(rep=a_rep)
    def leave(self, rep) -> None:
        self.act(actions.pool_leaver, Scope.system("test"), person_id=self.reps[rep].pk)

    @rule(hours=st.sampled_from([1, 12, 24, 24 * 8]))
    def wait(self, hours) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def promises_are_kept(self) -> None:
        self.tenures = list(LeadTenure.objects.order_by("started_at", "pk"))
        for check in PROMISES:
            check(self)

    @promise
    def nobody_holds_more_than_the_cap(self) -> None:
        held = Counter(row.person_id for row in self.tenures if row.ended_at is None and row.kind == "PRIVATE")
        assert max(held.values(), default=0) <= CAP

    @promise
    def a_holding_keeps_the_policy_that_it_began_under(self) -> None:
        for row in self.tenures:
            assert self.terms.setdefault(row.pk, row.policy_facts) == row.policy_facts

    @promise
    def a_company_that_was_merged_has_no_lead(self) -> None:
        assert not Lead.objects.filter(company__merged_into__isnull=False).exists()

    @promise
    def copies_are_the_open_holding(self) -> None:
        assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []

    @promise
    def nobody_claims_more_than_the_daily_limit(self) -> None:
        own = [row for row in self.tenures if row.start_reason in ("CLAIMED", "SWAPPED_IN")]
        # Shanghai's business day, which rolls over at 02:00.
        days = Counter((row.person_id, (row.started_at + timedelta(hours=6)).date()) for row in own)
        assert max(days.values(), default=0) <= DAILY

    @promise
    def history_has_no_overlap(self) -> None:
        for lead in self.leads:
            rows = [(row.started_at, row.ended_at) for row in self.tenures if row.lead_id == lead.pk]
            for (_, ended), (started, _) in pairwise(rows):
                assert ended is not None
                assert ended <= started

    @promise
    def a_lead_is_held_or_waits(self) -> None:
        kinds = {"ALLOTTED": "ALLOTTED", "PRIVATE": "PRIVATE", "CONVERTED": "PROTECTED"}
        held = {row.lead_id: row.kind for row in self.tenures if row.ended_at is None}
        for pk, status, owner in Lead.objects.values_list("pk", "status", "owner"):
            assert (owner is not None) == (pk in held)
            assert owner is None or kinds[status] == held[pk]
            assert (status in ("PRIVATE", "ALLOTTED")) <= (owner is not None)
            assert (status in ("POOLED", "RESTING", "CLOSED_INVALID", "CLOSED_LOST", "MERGED")) <= (owner is None)

    @promise
    def a_swap_is_one_in_and_one_out(self) -> None:
        swaps, by_id = list(Swap.objects.all()), {row.pk: row for row in self.tenures}
        assert sum(row.end_reason == "SWAPPED_OUT" for row in self.tenures) == len(swaps)
        for swap in swaps:
            coming, going = by_id[swap.tenure_in_id], by_id[swap.tenure_out_id]
            assert coming.lead_id != going.lead_id
            assert coming.person_id == going.person_id == swap.person_id
            assert (going.kind, going.end_reason) == ("PRIVATE", "SWAPPED_OUT")
            assert coming.kind == "PRIVATE"
            assert coming.start_reason in ("SWAPPED_IN", "PROMOTED")
            assert coming.started_at <= going.ended_at

    @promise
    def a_promotion_follows_an_allotment_of_the_same_person(self) -> None:
        ended = Counter((row.lead_id, row.person_id) for row in self.tenures if row.end_reason == "PROMOTED")
        begun = Counter((row.lead_id, row.person_id) for row in self.tenures if row.start_reason == "PROMOTED")
        assert ended == begun

    @promise
    def a_customer_never_goes_back_to_the_pool(self) -> None:
        ends = {row.end_reason for row in self.tenures if row.kind == "PROTECTED"}
        assert ends <= {"", "TRANSFERRED", "LEAVER", "CONVERTED", "MERGED"}

    @promise
    def nobody_takes_while_cooling_down(self) -> None:
        for cool in Cooldown.objects.all():
            since = cool.until - timedelta(days=COOLING_DAYS[cool.cause])
            for row in self.tenures:
                is_own = (row.lead_id, row.person_id) == (cool.lead_id, cool.person_id) and row.start_reason in OWN_WAYS
                assert not (is_own and since < row.started_at < cool.until)

    @promise
    def a_frozen_lead_changes_no_hands(self) -> None:
        for stop in LeadFreeze.objects.all():
            until = stop.thawed_at or self.now + timedelta(days=1)
            for row in self.tenures:
                is_begun = row.lead_id == stop.lead_id and stop.frozen_at < row.started_at < until
                assert not is_begun or row.start_reason == "CONVERTED"
        assert set(LeadFreeze.objects.filter(thawed_at=None).values_list("lead", flat=True)) == set(
            Lead.objects.exclude(frozen_reason="").values_list("pk", flat=True)
        )

    @promise
    def a_closed_lead_has_its_evidence(self) -> None:
        closed = Lead.objects.filter(status__in=["CLOSED_INVALID", "CLOSED_LOST"]).values_list("pk", flat=True)
        assert set(LeadClosing.objects.filter(reopened_at=None).values_list("lead", flat=True)) == set(closed)

    @promise
    def a_holding_is_extended_once_and_never_past_the_deal(self) -> None:
        asked = list(ExtensionRequest.objects.values_list("tenure", flat=True))
        assert len(asked) == len(set(asked))
        for row in self.tenures:
            assert row.no_deal_due_at is None or row.due_at <= row.no_deal_due_at


# No shrinking: a failing run of this machine is short, and reading it is cheaper than hundreds of further runs.
RUNS, STEPS = (int(part) for part in os.environ.get("TIEJUN_POOL_MACHINE", "10x20").split("x"))
FAST = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
# A planted fault ends the search when it is met; how long that may take does not hang on how much is asked of the promises.
SEARCH = settings(FAST, max_examples=300, stateful_step_count=20, print_blob=False)


def test_the_pool_keeps_its_promises() -> None:
    run_state_machine_as_test(PoolMachine, settings=FAST)


def test_the_machine_finds_a_planted_fault(monkeypatch) -> None:
    """A cap that nobody asks about is found, so the machine does look."""
    monkeypatch.setattr("tiejun.leads.rules.why_no_room", lambda _seat: None)
    monkeypatch.setattr("tiejun.leads.rules.swapping.why_no_room", lambda _seat: None)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(PoolMachine, settings=SEARCH)
    assert audit.verify() == []


def test_the_machine_finds_a_swap_that_forgets_to_give_back(monkeypatch) -> None:
    """The planted fault: the lead that goes stays held, so a swap becomes a claim past the cap."""
    monkeypatch.setattr("tiejun.leads.actions.swapping.set_holder", lambda *_args, **_facts: None)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(PoolMachine, settings=SEARCH)


def test_the_machine_finds_a_merge_that_forgets_who_holds_the_company(monkeypatch) -> None:
    """The planted fault: the survivor goes on naming the holder it had before. Two steps show it, so no search is paid for."""
    monkeypatch.setattr("tiejun.leads.actions.merging.copy_holder", lambda *_args, **_facts: None)
    machine = PoolMachine()
    try:
        machine.claim(rep=0, lead=0)
        machine.merge(keeps=1, goes=0)
        with pytest.raises(AssertionError):
            machine.promises_are_kept()
    finally:
        machine.teardown()
