"""Rivals at the same moment, on real connections: exactly one winner, everybody else a named refusal."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections

from tests.factories.leads import make_held_lead, make_lead, make_source
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.scope import Scope
from tiejun.foundation.refusals import Refused
from tiejun.leads import actions
from tiejun.leads.actions import allotting
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.rules.allotting import Allotted, ShareFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 50
ROUNDS = 20
AT_ONCE = 16


def outcomes(calls: Sequence[Callable[[], object]], *, at_once: int = AT_ONCE) -> Counter[str]:
    """Run all calls, `at_once` of them starting together, and count how they ended."""
    start = Barrier(at_once)

    def one(call: Callable[[], object]) -> str:
        try:
            call()
        except Refused as refusal:
            return refusal.refusal.value
        return "WON"

    def device(first: int) -> list[str]:
        """One connection for all calls of a device: opening them would cost more than the calls."""
        try:
            connection.ensure_connection()
            start.wait()
            return [one(call) for call in calls[first::at_once]]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(at_once) as pool:
        return Counter(ended for answers in pool.map(device, range(at_once)) for ended in answers)


def claims(scopes, lead) -> list[Callable[[], object]]:
    return [lambda scope=scope: actions.claim_lead(scope, lead_id=lead.pk, now=NOW) for scope in scopes]


def test_two_reps_one_lead_one_winner() -> None:
    tree = make_company_tree()
    lead = make_lead()

    ended = outcomes(claims([scope_for(make_person(unit=tree.group)) for _ in range(2)], lead), at_once=2)

    assert ended == {"WON": 1, "ALREADY_TAKEN": 1}
    assert LeadTenure.objects.filter(lead=lead, ended_at=None).count() == 1


def test_sixteen_devices_of_one_rep_never_pass_the_cap() -> None:
    tree = make_company_tree()
    rep = make_person(unit=tree.group)
    for _ in range(117):
        make_held_lead(rep, tree.group)
    LeadTenure.objects.update(start_reason=LeadTenure.Start.ALLOTTED)
    scope = scope_for(rep)
    leads = [make_lead() for _ in range(16)]

    ended = outcomes([lambda lead=lead: actions.claim_lead(scope, lead_id=lead.pk, now=NOW) for lead in leads])

    assert ended == {"WON": 3, "CAP_REACHED": 13}
    assert Lead.objects.filter(owner=rep).count() == 120
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_fifty_rivals_have_one_winner_in_every_round() -> None:
    """RS-04: 50 rivals, 20 rounds; exactly one winner and 49 named refusals each, the winner's name in lead, tenure and company."""
    tree = make_company_tree()
    rivals = [scope_for(make_person(unit=tree.group)) for _ in range(RIVALS)]

    for _ in range(ROUNDS):
        lead = make_lead()
        ended = outcomes(claims(rivals, lead))
        assert ended == {"WON": 1, "ALREADY_TAKEN": RIVALS - 1}
        assert LeadTenure.objects.filter(lead=lead).count() == 1
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_a_claim_that_reads_and_then_saves_is_caught() -> None:
    """The planted fault: without lock and guarded update the same race tells several rivals "yours"."""
    tree = make_company_tree()
    reps = [make_person(unit=tree.group) for _ in range(AT_ONCE)]
    make_source()
    lead = make_lead()
    looked = Barrier(AT_ONCE)

    def naive(rep) -> None:
        found = Lead.objects.get(pk=lead.pk)
        is_free = found.owner_id is None
        looked.wait()
        if is_free:
            found.owner, found.unit, found.status = rep, tree.group, Lead.Status.PRIVATE
            found.save(update_fields=["owner", "unit", "status"])

    ended = outcomes([lambda rep=rep: naive(rep) for rep in reps])

    assert ended["WON"] > 1
    assert connection.is_usable()


def test_claims_and_a_night_at_the_same_instant_leave_each_lead_with_one_holder() -> None:
    tree = make_company_tree()
    seller = make_person(unit=tree.group)
    leads = [make_lead() for _ in range(12)]
    system = Scope.system("test")
    run = allotting.open_run(
        system, kind="NIGHT", day=NOW.date(), unit_id=tree.company.pk, seed=1, inputs=b"", inputs_hash="", now=NOW
    )
    items = [Allotted(lead.pk, seller.pk) for lead in leads]
    share = ShareFacts(seller.pk, tree.group.pk, planned=len(items))

    def night() -> None:
        allotting.give_lists(system, run_id=run.pk, items=items, shares=[share], now=NOW)

    rivals = [claims([scope_for(make_person(unit=tree.group))], lead)[0] for lead in leads]
    ended = outcomes([night, *rivals], at_once=13)

    given = LeadTenure.objects.filter(kind="ALLOTTED", ended_at=None).count()
    claimed = LeadTenure.objects.filter(kind="PRIVATE", ended_at=None).count()
    assert given + claimed == len(leads)
    assert ended == Counter({"WON": claimed + 1, "ALREADY_TAKEN": given}) - Counter()
    assert (find_leads_unlike_their_tenure(), find_companies_unlike_their_lead()) == ([], [])
