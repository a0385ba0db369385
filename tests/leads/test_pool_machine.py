"""RS-06: any order of claim, release, transfer, follow-up, conversion and leaving keeps the pool's promises."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.leads import make_lead, make_source
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation import audit
from tiejun.foundation.models import PolicyVersion
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads import actions
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.rules import FollowUpFacts

pytestmark = pytest.mark.django_db(transaction=False)
REPS, LEADS, CAP, DAILY = 3, 6, 2, 3
a_rep, a_lead = st.integers(0, REPS - 1), st.integers(0, LEADS - 1)


def set_policy(key: str, value: int) -> None:
    PolicyVersion.objects.create(
        key=key, value=value, status="APPROVED", valid_from=NOW - timedelta(days=400), made_at=NOW, reason="test"
    )


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
        self.reps = [make_person(unit=tree.group) for _ in range(REPS)]
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=tree.group)
        self.leads = [make_lead() for _ in range(LEADS)]
        self.now = NOW

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def act(self, call, *args, **kwargs) -> None:
        with suppress(Refused, NotFound):
            call(*args, now=self.now, **kwargs)

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
            self.act(actions.convert_company, scope_for(self.reps[rep]), company_id=self.leads[lead].company_id)

    @rule(rep=a_rep)
    def leave(self, rep) -> None:
        self.act(actions.pool_leaver, Scope.system("test"), person_id=self.reps[rep].pk)

    @rule(hours=st.sampled_from([1, 12, 24, 24 * 8]))
    def wait(self, hours) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def nobody_holds_more_than_the_cap(self) -> None:
        for rep in self.reps:
            assert LeadTenure.objects.filter(person=rep, ended_at=None, kind="PRIVATE").count() <= CAP

    @invariant()
    def copies_are_the_open_holding(self) -> None:
        assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []

    @invariant()
    def nobody_claims_more_than_the_daily_limit(self) -> None:
        for rep in self.reps:
            days: dict[object, int] = {}
            for started in LeadTenure.objects.filter(person=rep, start_reason="CLAIMED").values_list(
                "started_at", flat=True
            ):
                day = (started + timedelta(hours=6)).date()  # Shanghai's business day, which rolls over at 02:00
                days[day] = days.get(day, 0) + 1
            assert all(count <= DAILY for count in days.values())

    @invariant()
    def history_has_no_overlap(self) -> None:
        for lead in self.leads:
            rows = list(
                LeadTenure.objects.filter(lead=lead).order_by("started_at", "pk").values_list("started_at", "ended_at")
            )
            for (_, ended), (started, _) in pairwise(rows):
                assert ended is not None
                assert ended <= started

    @invariant()
    def a_lead_is_held_or_waits(self) -> None:
        for status, owner in Lead.objects.values_list("status", "owner"):
            assert (status == "PRIVATE") <= (owner is not None)
            assert (status == "POOLED") <= (owner is None)


# No shrinking: a failing run of this machine is short, and reading it is cheaper than hundreds of further runs.
FAST = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def test_the_pool_keeps_its_promises() -> None:
    run_state_machine_as_test(PoolMachine, settings=FAST)


def test_the_machine_finds_a_planted_fault(monkeypatch) -> None:
    """A cap that is off by one is found, so the machine does look."""
    monkeypatch.setattr(
        "tiejun.leads.rules.why_no_room",
        lambda seat: None if seat.held <= seat.cap else actions.rules.Refusal.CAP_REACHED,
    )

    with pytest.raises(AssertionError):
        run_state_machine_as_test(PoolMachine, settings=settings(FAST, max_examples=40, print_blob=False))
    assert audit.verify() == []
