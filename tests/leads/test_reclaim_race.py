"""A night that meets people at work: every lead has one holder afterwards, and nobody is told what is not so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections, transaction

from tests.factories.leads import make_lead
from tests.factories.org import scope_for
from tests.leads.reclaim_world import NIGHT, World
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads import actions
from tiejun.leads.models import FollowUp, Lead, LeadTenure, ReclaimItem
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.rules import FollowUpFacts

pytestmark = pytest.mark.django_db(transaction=True)
LEADS = 12


def test_follow_ups_claims_and_releases_meet_the_reclaim_and_nothing_is_torn() -> None:
    world = World()
    tenures = [world.hold() for _ in range(LEADS)]
    pooled = [make_lead() for _ in range(4)]
    world.tell_all()
    mine, others = scope_for(world.rep, NIGHT), scope_for(world.colleague, NIGHT)
    facts = FollowUpFacts("CALL", "TALKED", NIGHT - timedelta(minutes=1))
    calls = [
        world.reclaim,
        *(
            lambda row=row: actions.record_follow_up(mine, lead_id=row.lead_id, facts=facts, now=NIGHT)
            for row in tenures[:5]
        ),
        *(lambda lead=lead: actions.claim_lead(others, lead_id=lead.pk, now=NIGHT) for lead in pooled),
        *(
            lambda row=row: actions.release_lead(mine, lead_id=row.lead_id, reason="NO_NEED", now=NIGHT)
            for row in tenures[5:8]
        ),
    ]
    start = Barrier(len(calls))

    def one(call) -> None:
        try:
            start.wait()
            with suppress(Refused, NotFound):
                call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        list(threads.map(one, calls))

    taken = set(ReclaimItem.objects.exclude(outcome="LEFT").values_list("tenure", flat=True))
    followed = set(FollowUp.objects.values_list("tenure", flat=True))
    ended = dict(LeadTenure.objects.exclude(ended_at=None).values_list("pk", "end_reason"))
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []
    assert {pk for pk, why in ended.items() if why == "RECLAIMED"} == taken
    assert not taken & followed
    assert Lead.objects.filter(pk__in=[lead.pk for lead in pooled], owner=world.colleague).count() == 4


def test_a_lead_that_somebody_works_on_is_passed_over_and_left_with_a_reason() -> None:
    world = World()
    busy, free = world.hold(), world.hold()
    world.tell_all()

    def reclaim() -> None:
        try:
            world.reclaim()
        finally:
            connections.close_all()

    with transaction.atomic(), ThreadPoolExecutor(1) as thread:
        # As somebody who changes the lead holds it; rows that refer to it may still be written.
        list(Lead.objects.select_for_update(no_key=True).filter(pk=busy.lead_id))
        thread.submit(reclaim).result()

    assert dict(ReclaimItem.objects.values_list("tenure", "why_left")) == {busy.pk: "BUSY", free.pk: ""}
    assert LeadTenure.objects.get(pk=busy.pk).ended_at is None
