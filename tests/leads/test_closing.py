from datetime import timedelta

import pytest
from django.utils import translation

from tests.factories.customers import make_contact
from tests.factories.leads import make_held_lead, make_lead, make_tenure
from tests.factories.org import NOW, make_person, scope_for
from tests.leads.test_actions import DAY, World, refused
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.leads import actions, queries
from tiejun.leads.actions.closing import close_lead, freeze_lead, reopen_lead, thaw_lead, wake_lead, wake_rested
from tiejun.leads.models import Lead, LeadClosing, LeadFreeze, LeadTenure
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.queries.detail import lead_detail
from tiejun.leads.rules import FollowUpFacts, Refusal
from tiejun.leads.rules.closing import Evidence

pytestmark = pytest.mark.django_db
CALLED = Evidence("CALLS", "Called twice, a florist answered")


@pytest.fixture
def world() -> World:
    return World()


def call(world, lead, outcome="WRONG_NUMBER", times=1) -> None:
    for n in range(times):
        at = NOW + timedelta(hours=n + 1)
        actions.record_follow_up(
            scope_for(world.rep), lead_id=lead.pk, facts=FollowUpFacts("CALL", outcome, at), now=at
        )


def test_an_invalid_lead_ends_its_holding_and_keeps_the_evidence(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    call(world, lead, times=2)

    row = close_lead(
        scope_for(world.rep),
        lead_id=lead.pk,
        outcome="INVALID",
        reason="WRONG_NUMBER",
        evidence=CALLED,
        now=NOW + DAY,
    )

    lead.refresh_from_db()
    lead.company.refresh_from_db()
    tenure = LeadTenure.objects.get()
    assert (lead.status, lead.owner_id, lead.unit_id) == ("CLOSED_INVALID", None, world.tree.group.pk)
    assert (tenure.end_reason, tenure.end_note) == ("CLOSED", CALLED.note)
    assert (row.outcome, row.reason, row.evidence, row.note) == ("INVALID", "WRONG_NUMBER", "CALLS", CALLED.note)
    assert lead.company.owner_id is None
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []
    # The company may come back as a new lead.
    assert make_lead(lead.company).status == "POOLED"


@pytest.mark.parametrize(
    ("reason", "evidence", "expected"),
    [
        ("WRONG_NUMBER", Evidence("CALLS", "short"), Refusal.NOTE_TOO_SHORT),
        ("WRONG_NUMBER", CALLED, Refusal.CALLS_MISSING),
        ("WRONG_NUMBER", Evidence("TOLD", "Somebody said so, I think"), Refusal.WRONG_EVIDENCE),
        ("MOVED_AWAY", Evidence("VISIT", "The office stands empty"), Refusal.VISIT_MISSING),
        ("CLOSED_DOWN", Evidence("", "The office stands empty"), Refusal.WRONG_EVIDENCE),
    ],
)
def test_invalid_without_evidence_is_refused_and_nothing_is_written(world, reason, evidence, expected) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    call(world, lead)

    refused(
        expected,
        close_lead,
        scope_for(world.rep),
        lead_id=lead.pk,
        outcome="INVALID",
        reason=reason,
        evidence=evidence,
        now=NOW + DAY,
    )
    assert not LeadClosing.objects.exists()


def test_a_refused_evidence_says_which_one_would_do(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    told = {"reason": "MOVED_AWAY", "evidence": Evidence("REGISTER", "The register names another street")}

    with pytest.raises(Refused) as refusal:
        close_lead(scope_for(world.rep), lead_id=lead.pk, outcome="INVALID", now=NOW, **told)

    kinds = "A visit I recorded / Seen on the spot: where and what / I was told: by whom"
    with translation.override("en"):
        message = refusal.value.message
    assert message == f"This evidence does not show this reason. What does: {kinds}."


def test_lost_needs_a_reason_and_words_for_other(world) -> None:
    lead, scope = make_held_lead(world.rep, world.tree.group), scope_for(world.rep)

    with pytest.raises(Invalid):
        close_lead(scope, lead_id=lead.pk, outcome="LOST", reason="WRONG_NUMBER", evidence=Evidence(), now=NOW)
    refused(
        Refusal.REASON_MISSING,
        close_lead,
        scope,
        lead_id=lead.pk,
        outcome="LOST",
        reason="OTHER",
        evidence=Evidence(),
        now=NOW,
    )
    close_lead(scope, lead_id=lead.pk, outcome="LOST", reason="COMPETITOR", evidence=Evidence(), now=NOW)

    assert Lead.objects.get().status == "CLOSED_LOST"


def test_a_customer_is_not_closed_and_a_colleague_closes_nothing(world) -> None:
    lead = make_lead()
    make_tenure(lead, world.rep, world.tree.group, kind=LeadTenure.Kind.PROTECTED)
    lost = {"lead_id": lead.pk, "outcome": "LOST", "reason": "NO_NEED", "evidence": Evidence(), "now": NOW}

    refused(Refusal.PROTECTED, close_lead, scope_for(world.rep), **lost)
    with pytest.raises(NotFound):
        close_lead(scope_for(world.colleague), **lost)


def test_who_held_a_closed_lead_reads_it_until_it_is_open_again(world) -> None:
    lead, scope = make_lead(), scope_for(world.rep)
    make_contact(lead.company, phone="13812345678")
    make_tenure(
        lead,
        world.colleague,
        world.tree.group,
        started_at=NOW - 2 * DAY,
        ended_at=NOW - DAY,
        end_reason="TRANSFERRED",
        end_note="Hers",
    )
    make_tenure(lead, world.rep, world.tree.group)
    lost = {"lead_id": lead.pk, "outcome": "LOST", "reason": "OTHER", "evidence": Evidence(note="Moved abroad")}
    close_lead(scope_for(world.supervisor), **lost, now=NOW)

    seen = lead_detail(scope, lead.pk, NOW)
    said = {happening.text for happening in seen.timeline}
    assert (seen.steps.closing.note, "Moved abroad" in said, "Hers" in said) == ("Moved abroad", True, False)
    assert {happening.who for happening in seen.timeline} == {"", world.rep.name}
    assert ([card.phone for card in seen.contacts], seen.contacts[0].phone_last4) == ([""], "5678")
    offers = (seen.may_claim, seen.may_release, seen.may_follow_up, seen.may_transfer, seen.may_edit, seen.is_counted)
    assert (any(offers), seen.steps.more, seen.may_see_customer) == (False, [], False)
    for scope_of_other in (scope_for(world.colleague), scope_for(make_person(unit=world.tree.other_group))):
        with pytest.raises(NotFound):
            lead_detail(scope_of_other, lead.pk, NOW)

    reopen_lead(scope_for(world.supervisor), lead_id=lead.pk, reason="Back in town", now=NOW + DAY)
    actions.claim_lead(scope_for(world.colleague), lead_id=lead.pk, now=NOW + 2 * DAY)
    with pytest.raises(NotFound):
        lead_detail(scope, lead.pk, NOW + 2 * DAY)


def test_a_leader_reopens_a_closed_lead_with_a_reason(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    close_lead(scope_for(world.rep), lead_id=lead.pk, outcome="LOST", reason="NO_NEED", evidence=Evidence(), now=NOW)
    scope = scope_for(world.supervisor)
    refused(Refusal.REASON_MISSING, reopen_lead, scope, lead_id=lead.pk, reason=" ", now=NOW)
    with pytest.raises(PermissionRefused):
        reopen_lead(scope_for(world.rep), lead_id=lead.pk, reason="please", now=NOW)
    with pytest.raises(NotFound):
        outsider = make_person(role=Role.SUPERVISOR, unit=world.tree.other_group)
        reopen_lead(scope_for(outsider), lead_id=lead.pk, reason="mine", now=NOW)

    reopen_lead(scope, lead_id=lead.pk, reason="New owner at the company", now=NOW + DAY)

    lead.refresh_from_db()
    closing = LeadClosing.objects.get()
    assert (lead.status, lead.unit_id) == ("POOLED", None)
    assert (closing.reopened_by_id, closing.reopen_reason) == (world.supervisor.pk, "New owner at the company")
    held = make_held_lead(world.rep, world.tree.group)
    refused(Refusal.NOT_CLOSED, reopen_lead, scope_for(world.manager), lead_id=held.pk, reason="x", now=NOW)


def test_a_lead_whose_company_has_another_one_stays_closed(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    close_lead(scope_for(world.rep), lead_id=lead.pk, outcome="LOST", reason="NO_NEED", evidence=Evidence(), now=NOW)
    make_lead(lead.company)

    refused(Refusal.OPEN_LEAD_EXISTS, reopen_lead, scope_for(world.supervisor), lead_id=lead.pk, reason="x", now=NOW)


def test_a_frozen_lead_is_neither_claimed_nor_given_nor_contacted(world) -> None:
    pooled, held = make_lead(), make_held_lead(world.rep, world.tree.group)
    leader = scope_for(world.supervisor)
    for lead in (pooled, held):
        freeze_lead(leader, lead_id=lead.pk, kind="DO_NOT_CONTACT", note="Letter of 3 March", now=NOW)

    refused(Refusal.FROZEN, actions.claim_lead, scope_for(world.colleague), lead_id=pooled.pk, now=NOW)
    refused(
        Refusal.FROZEN,
        actions.record_follow_up,
        scope_for(world.rep),
        lead_id=held.pk,
        facts=FollowUpFacts("CALL", "TALKED", NOW),
        now=NOW,
    )
    refused(
        Refusal.FROZEN,
        actions.transfer_lead,
        leader,
        lead_id=held.pk,
        to_person_id=world.colleague.pk,
        reason="x",
        now=NOW,
    )
    refused(Refusal.ALREADY_FROZEN, freeze_lead, leader, lead_id=held.pk, kind="LEGAL", note="x", now=NOW)
    refused(Refusal.REASON_MISSING, thaw_lead, leader, lead_id=held.pk, note=" ", now=NOW)

    thaw_lead(leader, lead_id=held.pk, note="They called us", now=NOW)

    assert Lead.objects.get(pk=held.pk).frozen_reason == ""
    assert LeadFreeze.objects.filter(thawed_at=None).count() == 1
    refused(Refusal.NOT_FROZEN, thaw_lead, leader, lead_id=held.pk, note="x", now=NOW)


def test_a_resting_lead_wakes_by_a_leader_or_after_its_time(world) -> None:
    first, second = make_lead(status=Lead.Status.RESTING), make_lead(status=Lead.Status.RESTING)
    fresh = make_lead(status=Lead.Status.RESTING, last_activity_at=NOW + 30 * DAY)
    leader = scope_for(world.supervisor)
    refused(Refusal.REASON_MISSING, wake_lead, leader, lead_id=first.pk, reason="", now=NOW)
    refused(Refusal.NOT_RESTING, wake_lead, leader, lead_id=make_lead().pk, reason="x", now=NOW)

    wake_lead(leader, lead_id=first.pk, reason="A new shop opened", now=NOW + DAY)
    woken = wake_rested(Scope.system("test"), now=NOW + 91 * DAY)

    rows = dict(Lead.objects.values_list("pk", "status"))
    assert woken == 1
    assert (rows[first.pk], rows[second.pk], rows[fresh.pk]) == ("POOLED", "POOLED", "RESTING")
    assert Lead.objects.get(pk=second.pk).woken_at == NOW + 91 * DAY


def test_a_company_held_by_a_colleague_is_told_without_a_name(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)

    assert queries.is_held_by_other(scope_for(world.colleague), lead.company_id)
    assert not queries.is_held_by_other(scope_for(world.rep), lead.company_id)
    assert not queries.is_held_by_other(scope_for(world.rep), make_lead().company_id)
