"""RS-04: claim, swap, release, transfer and promotion of the same leads at the same instant, on real connections."""

from __future__ import annotations

from itertools import cycle

import pytest

from tests.factories.leads import make_held_lead, make_lead, make_source, make_tenure
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tests.leads.test_claim_race import outcomes
from tests.leads.test_swapping import allow
from tiejun.access.roles import Role
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads import actions
from tiejun.leads.actions.swapping import promote_lead, swap_lead
from tiejun.leads.models import Lead, LeadTenure, Swap
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.rules import Refusal

pytestmark = pytest.mark.django_db(transaction=True)
CAP, ROUNDS, REPS = 3, 6, 4


def caps_of(number: int) -> None:
    for key in ("lead.private_cap_new", "lead.private_cap", "lead.private_cap_senior"):
        allow(key, number)


def test_two_promotions_and_one_free_place_have_one_winner() -> None:
    tree = make_company_tree()
    caps_of(CAP)
    rep = make_person(unit=tree.group)
    held = [make_held_lead(rep, tree.group) for _ in range(CAP)]
    allotted = [make_lead() for _ in range(2)]
    for lead in allotted:
        make_tenure(lead, rep, tree.group, kind=LeadTenure.Kind.ALLOTTED)
    actions.release_lead(scope_for(rep), lead_id=held[0].pk, reason="NO_NEED", now=NOW)
    scope = scope_for(rep)

    ended = outcomes([lambda lead=lead: promote_lead(scope, lead_id=lead.pk, now=NOW) for lead in allotted], at_once=2)

    assert ended == {"WON": 1, "CAP_REACHED": 1}
    assert LeadTenure.objects.filter(person=rep, ended_at=None, kind="PRIVATE").count() == CAP


def test_four_swaps_for_one_lead_move_one_pair() -> None:
    tree = make_company_tree()
    caps_of(1)
    reps = [make_person(unit=tree.group) for _ in range(REPS)]
    held = [make_held_lead(rep, tree.group) for rep in reps]
    LeadTenure.objects.update(start_reason="ASSIGNED")
    wanted = make_lead()
    pairs = [(scope_for(rep), lead.pk) for rep, lead in zip(reps, held, strict=True)]

    ended = outcomes(
        [
            lambda scope=scope, out=out: swap_lead(scope, lead_in_id=wanted.pk, lead_out_id=out, now=NOW)
            for scope, out in pairs
        ],
        at_once=REPS,
    )

    assert ended == {"WON": 1, "ALREADY_TAKEN": REPS - 1}
    assert Swap.objects.count() == LeadTenure.objects.filter(end_reason="SWAPPED_OUT").count() == 1
    assert Lead.objects.filter(owner__in=reps).count() == REPS


def test_all_ways_at_once_keep_every_promise() -> None:
    """Claims, swaps, releases and transfers of the same few leads start together, round after round."""
    tree = make_company_tree()
    make_source()
    caps_of(2)
    allow("lead.daily_claim_limit", 500)
    for key in ("lead.cooldown_release_days", "lead.cooldown_swap_days", "lead.ring_days"):
        allow(key, 0)
    reps = [make_person(unit=tree.group) for _ in range(REPS)]
    boss = scope_for(make_person(role=Role.SUPERVISOR, unit=tree.group))
    leads = [make_lead() for _ in range(5)]
    scopes = [scope_for(rep) for rep in reps]
    seen: set[str] = set()

    for _round in range(ROUNDS):
        calls = []
        for number, (scope, lead) in enumerate(zip(cycle(scopes), leads * 4, strict=False)):
            other = leads[(number + 2) % len(leads)]
            receiver = reps[(number + 1) % REPS].pk
            calls += [
                lambda scope=scope, lead=lead: actions.claim_lead(scope, lead_id=lead.pk, now=NOW),
                lambda scope=scope, lead=lead, other=other: swap_lead(
                    scope, lead_in_id=other.pk, lead_out_id=lead.pk, now=NOW
                ),
                lambda lead=lead, receiver=receiver: actions.transfer_lead(
                    boss, lead_id=lead.pk, to_person_id=receiver, reason="x", now=NOW
                ),
                lambda scope=scope, lead=lead: actions.release_lead(scope, lead_id=lead.pk, reason="NO_NEED", now=NOW),
            ]
        seen |= set(outcomes([softly(call) for call in calls]))

    assert seen <= {"WON", "GONE", *(refusal.value for refusal in Refusal)}
    assert {"WON", "CAP_REACHED"} <= seen
    for rep in reps:
        assert LeadTenure.objects.filter(person=rep, ended_at=None, kind="PRIVATE").count() <= 2
    assert Swap.objects.count() == LeadTenure.objects.filter(end_reason="SWAPPED_OUT").count()
    assert Swap.objects.count() == LeadTenure.objects.filter(start_reason="SWAPPED_IN").count()
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def softly(call):
    """A lead that changed hands since is out of reach: a calm answer, no fault."""

    def run() -> None:
        try:
            call()
        except NotFound as gone:
            raise Refused(Refusal.NOT_HELD) from gone

    return run
