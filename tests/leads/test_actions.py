from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_pool, make_source, make_tenure
from tests.factories.org import NOW, make_company_tree, make_leave, make_person, make_unit, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.customers.models import Company
from tiejun.customers.rules import CompanyFacts
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.leads import actions, queries, rules
from tiejun.leads.actions.absence import pause_for_leave
from tiejun.leads.models import Cooldown, FollowUp, Lead, LeadTenure, Pool
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        make_source()
        if not Pool.objects.exists():
            # A test that commits empties the tables at its end, the pool of the installation too.
            make_pool()
        self.rep, self.colleague = make_person(unit=self.tree.group), make_person(unit=self.tree.group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.manager = make_person(role=Role.REGIONAL_MANAGER, unit=self.tree.region)


@pytest.fixture
def world() -> World:
    return World()


def snapshot() -> list[object]:
    tables = (Lead, LeadTenure, Cooldown, FollowUp)
    return [list(table.objects.order_by("pk").values()) for table in tables] + [AuditEntry.objects.count()]


def refused(refusal, call, *args, **kwargs) -> None:
    before = snapshot()
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert caught.value.refusal == refusal
    assert caught.value.message
    assert snapshot() == before


def test_a_claim_opens_one_tenure_and_copies_the_holder(world) -> None:
    lead = make_lead()

    tenure = actions.claim_lead(scope_for(world.rep), lead_id=lead.pk, now=NOW)

    lead.refresh_from_db()
    lead.company.refresh_from_db()
    group = world.tree.group.pk
    assert (tenure.person_id, tenure.unit_id, tenure.kind, tenure.start_reason) == (
        world.rep.pk,
        group,
        "PRIVATE",
        "CLAIMED",
    )
    assert (lead.owner_id, lead.unit_id, lead.status, lead.tenures_count) == (world.rep.pk, group, "PRIVATE", 1)
    assert (lead.company.owner_id, lead.company.unit_id) == (world.rep.pk, group)
    assert list(AuditEntry.objects.order_by("seq").values_list("event", flat=True)) == [
        "customers.holder_set",
        "leads.claimed",
    ]
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_the_follow_up_is_due_at_the_end_of_the_seventh_working_day_without_leave(world) -> None:
    make_leave(world.rep, unit=world.tree.group, starts_on=date(2026, 3, 16), ends_on=date(2026, 3, 17))

    tenure = actions.claim_lead(scope_for(world.rep), lead_id=make_lead().pk, now=NOW)

    # Wednesday 11 March: 12, 13, 18, 19, 20, 23, 24.
    assert tenure.due_at == datetime(2026, 3, 24, 18, tzinfo=SHANGHAI)
    assert tenure.policy_facts["no_follow_up_days"] == 7


def test_a_claim_is_refused_at_the_cap_and_protected_customers_do_not_count(world) -> None:
    for _ in range(119):
        make_held_lead(world.rep, world.tree.group)
    make_tenure(make_lead(), world.rep, world.tree.group, kind=LeadTenure.Kind.PROTECTED)
    last, over = make_lead(), make_lead()

    actions.claim_lead(scope_for(world.rep), lead_id=last.pk, now=NOW + DAY)

    refused(rules.Refusal.CAP_REACHED, actions.claim_lead, scope_for(world.rep), lead_id=over.pk, now=NOW + DAY)


def test_giving_back_does_not_give_a_claim_of_the_day_back(world) -> None:
    scope = scope_for(world.rep)
    for _ in range(10):
        lead = make_lead()
        actions.claim_lead(scope, lead_id=lead.pk, now=NOW)
        actions.release_lead(scope, lead_id=lead.pk, reason="NO_NEED", now=NOW)
    fresh = make_lead()

    refused(
        rules.Refusal.DAILY_LIMIT_REACHED, actions.claim_lead, scope, lead_id=fresh.pk, now=NOW + timedelta(hours=15)
    )
    # 02:00 in Shanghai: the next business day.
    actions.claim_lead(scope, lead_id=fresh.pk, now=NOW + timedelta(hours=16))


def test_a_lead_given_back_cools_down_for_seven_days_for_that_person_alone(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    actions.release_lead(scope_for(world.rep), lead_id=lead.pk, reason="OTHER", note="far away", now=NOW)

    tenure = LeadTenure.objects.get()
    assert (tenure.end_reason, tenure.release_reason, tenure.end_note) == ("RELEASED", "OTHER", "far away")
    refused(rules.Refusal.COOLING_DOWN, actions.claim_lead, scope_for(world.rep), lead_id=lead.pk, now=NOW + 6 * DAY)
    actions.claim_lead(scope_for(world.colleague), lead_id=lead.pk, now=NOW + 6 * DAY)
    assert Company.objects.get(pk=lead.company_id).owner_id == world.colleague.pk


def test_a_cool_down_ends(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    actions.release_lead(scope_for(world.rep), lead_id=lead.pk, reason="NO_NEED", now=NOW)

    actions.claim_lead(scope_for(world.rep), lead_id=lead.pk, now=NOW + 7 * DAY)

    assert Lead.objects.get(pk=lead.pk).tenures_count == 1  # the factory's holding is not counted


def test_other_refusals_of_a_claim_write_nothing(world) -> None:
    scope = scope_for(world.rep)
    frozen, closed_pool = make_lead(frozen_reason="dispute"), make_pool(is_claimable=False)
    elsewhere = make_lead(pool=make_pool(unit=world.tree.other_group))

    refused(rules.Refusal.FROZEN, actions.claim_lead, scope, lead_id=frozen.pk, now=NOW)
    refused(rules.Refusal.OUTSIDE_POOL, actions.claim_lead, scope, lead_id=make_lead(pool=closed_pool).pk, now=NOW)
    mine = make_held_lead(world.rep, world.tree.group)
    refused(rules.Refusal.ALREADY_YOURS, actions.claim_lead, scope, lead_id=mine.pk, now=NOW)
    theirs = make_held_lead(world.colleague, world.tree.group)
    refused(rules.Refusal.ALREADY_TAKEN, actions.claim_lead, scope, lead_id=theirs.pk, now=NOW)
    before = snapshot()
    with pytest.raises(NotFound):
        actions.claim_lead(scope, lead_id=elsewhere.pk, now=NOW)
    assert snapshot() == before
    with pytest.raises(PermissionRefused):
        actions.claim_lead(scope_for(world.supervisor), lead_id=frozen.pk, now=NOW)


def test_a_release_is_for_the_holder_and_the_leader(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)

    with pytest.raises(NotFound):
        actions.release_lead(scope_for(world.colleague), lead_id=lead.pk, reason="NO_NEED", now=NOW)
    with pytest.raises(Invalid):
        actions.release_lead(scope_for(world.rep), lead_id=lead.pk, reason="BOREDOM", now=NOW)
    actions.release_lead(scope_for(world.supervisor), lead_id=lead.pk, reason="NO_NEED", now=NOW)

    assert Lead.objects.get().owner_id is None
    assert Cooldown.objects.get().person_id == world.rep.pk


def test_only_a_qualifying_follow_up_moves_the_due_date_by_the_holdings_own_terms(world) -> None:
    scope, lead = scope_for(world.rep), make_lead()
    tenure = actions.claim_lead(scope, lead_id=lead.pk, now=NOW)
    later = NOW + 2 * DAY

    for _ in range(3):
        actions.record_follow_up(
            scope, lead_id=lead.pk, facts=rules.FollowUpFacts("CALL", "NO_ANSWER", later), now=later
        )
    for _ in range(20):
        actions.record_follow_up(scope, lead_id=lead.pk, facts=rules.FollowUpFacts("NOTE", "TALKED", later), now=later)
    assert LeadTenure.objects.get().due_at == tenure.due_at

    step = later + DAY
    row = actions.record_follow_up(
        scope,
        lead_id=lead.pk,
        facts=rules.FollowUpFacts("CALL", "TALKED", later, next_step="Send it", next_step_at=step),
        now=later,
    )

    assert (row.is_qualifying, row.credit_days) == (True, 7)
    # Friday 13 March and seven working days.
    assert LeadTenure.objects.get().due_at == datetime(2026, 3, 24, 18, tzinfo=SHANGHAI)
    assert Lead.objects.get().next_step_at == step


def test_a_contact_from_another_module_counts_for_the_holder_alone(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    said = {"company_id": lead.company_id, "kind": "VISIT", "outcome": "TALKED", "note": "", "next_step_at": None}

    assert actions.note_contact(scope_for(world.colleague), happened_at=NOW, now=NOW, **said) is None
    row = actions.note_contact(scope_for(world.rep), happened_at=NOW, now=NOW, **said)

    assert row is not None
    assert (row.credit_days, FollowUp.objects.count()) == (14, 1)


def test_a_transfer_keeps_the_ring_rule_unless_a_manager_above_decides(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    actions.release_lead(scope_for(world.rep), lead_id=lead.pk, reason="NO_NEED", now=NOW)
    actions.claim_lead(scope_for(world.colleague), lead_id=lead.pk, now=NOW)
    give = {"lead_id": lead.pk, "to_person_id": world.rep.pk, "reason": "knows them", "now": NOW + 8 * DAY}

    refused(rules.Refusal.RING, actions.transfer_lead, scope_for(world.supervisor), **give)
    tenure = actions.transfer_lead(scope_for(world.manager), **give)

    assert (tenure.person_id, tenure.start_reason) == (world.rep.pk, "TRANSFERRED")
    assert LeadTenure.objects.get(person=world.colleague).end_reason == "TRANSFERRED"
    assert Company.objects.get(pk=lead.company_id).owner_id == world.rep.pk


def test_a_transfer_counts_the_receivers_room_and_stays_within_reach(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    stranger = make_person(unit=world.tree.other_group)

    refused(
        rules.Refusal.NOT_A_REP,
        actions.transfer_lead,
        scope_for(world.supervisor),
        lead_id=lead.pk,
        to_person_id=stranger.pk,
        reason="x",
        now=NOW,
    )
    for _ in range(120):
        make_held_lead(world.colleague, world.tree.group)
    refused(
        rules.Refusal.CAP_REACHED,
        actions.transfer_lead,
        scope_for(world.supervisor),
        lead_id=lead.pk,
        to_person_id=world.colleague.pk,
        reason="x",
        now=NOW,
    )
    with pytest.raises(PermissionRefused):
        actions.transfer_lead(
            scope_for(world.rep), lead_id=lead.pk, to_person_id=world.colleague.pk, reason="x", now=NOW
        )


def test_a_supervisor_assigns_from_the_pool(world) -> None:
    lead = make_lead()

    tenure = actions.transfer_lead(
        scope_for(world.supervisor), lead_id=lead.pk, to_person_id=world.rep.pk, reason="his street", now=NOW
    )

    assert (tenure.start_reason, tenure.kind) == ("ASSIGNED", "PRIVATE")


def test_a_leader_who_gives_what_another_group_has_just_claimed_reads_that_a_colleague_holds_it(world) -> None:
    lead, hidden = make_lead(), make_lead(pool=make_pool(unit=world.tree.other_group))
    other = make_person(unit=world.tree.other_group)
    for one in (lead, hidden):
        actions.claim_lead(scope_for(other), lead_id=one.pk, now=NOW)
    give = {"to_person_id": world.rep.pk, "reason": "his street", "now": NOW}

    refused(
        rules.Refusal.HELD_BY_COLLEAGUE, actions.transfer_lead, scope_for(world.supervisor), lead_id=lead.pk, **give
    )
    before = snapshot()
    with pytest.raises(NotFound):
        actions.transfer_lead(scope_for(world.supervisor), lead_id=hidden.pk, **give)
    assert snapshot() == before


def test_what_a_leaver_held_goes_back_and_customers_wait_in_their_unit(world) -> None:
    lead, customer = make_held_lead(world.rep, world.tree.group), make_lead()
    make_tenure(customer, world.rep, world.tree.group, kind=LeadTenure.Kind.PROTECTED)
    scope = Scope.system("test")

    assert actions.pool_leaver(scope, person_id=world.rep.pk, now=NOW) == 2
    assert actions.pool_leaver(scope, person_id=world.rep.pk, now=NOW) == 0

    rows = {row.pk: (row.status, row.owner_id, row.unit_id) for row in Lead.objects.all()}
    assert rows == {lead.pk: ("POOLED", None, None), customer.pk: ("CONVERTED", None, world.tree.group.pk)}
    assert set(LeadTenure.objects.values_list("end_reason", flat=True)) == {"LEAVER"}
    given = actions.transfer_lead(
        scope_for(world.supervisor), lead_id=customer.pk, to_person_id=world.colleague.pk, reason="new holder", now=NOW
    )
    assert given.kind == "PROTECTED"
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_the_first_order_protects_the_holder_and_frees_the_place(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    scope = scope_for(world.rep)

    for _ in range(2):
        actions.convert_company(scope, company_id=lead.company_id, now=NOW)

    assert Lead.objects.get().status == "CONVERTED"
    assert list(LeadTenure.objects.order_by("started_at", "pk").values_list("kind", "end_reason")) == [
        ("PRIVATE", "CONVERTED"),
        ("PROTECTED", ""),
    ]
    seat = queries.holding.seat_facts(scope, queries.holding.holder_of_asker(scope, NOW), NOW)
    assert (seat.held, seat.claims_today) == (0, 1)
    refused(rules.Refusal.PROTECTED, actions.release_lead, scope, lead_id=lead.pk, reason="NO_NEED", now=NOW)


def test_a_new_lead_is_kept_or_left_in_the_pool_and_a_hard_match_blocks_it(world) -> None:
    scope = scope_for(world.rep)
    facts = CompanyFacts("Harbour Light (Hangzhou) Ltd", city_code="330100", district_code="330106")

    kept = actions.create_lead(scope, facts=facts, now=NOW)
    assert (kept.owner_id, kept.status, kept.contact_wanted) == (world.rep.pk, "PRIVATE", True)
    left = actions.create_lead(scope, facts=CompanyFacts("Second Light Ltd", city_code="330100"), hold=False, now=NOW)
    assert (left.owner_id, left.status) == (None, "POOLED")

    spelt = CompanyFacts("HARBOUR LIGHT(hangzhou) ltd", city_code="330100")
    refused(rules.Refusal.ALREADY_YOURS, actions.create_lead, scope, facts=spelt, now=NOW)
    refused(rules.Refusal.HELD_BY_COLLEAGUE, actions.create_lead, scope_for(world.colleague), facts=spelt, now=NOW)
    again = CompanyFacts("Second Light Ltd", city_code="330100")
    refused(rules.Refusal.IN_POOL_ALREADY, actions.create_lead, scope, facts=again, now=NOW)
    assert Company.objects.count() == 2


def test_a_leave_recorded_later_pauses_the_clock_once(world) -> None:
    tenure = actions.claim_lead(scope_for(world.rep), lead_id=make_lead().pk, now=NOW)
    assert tenure.due_at == datetime(2026, 3, 20, 18, tzinfo=SHANGHAI)
    leave = make_leave(world.rep, unit=world.tree.group, starts_on=date(2026, 3, 16), ends_on=date(2026, 3, 20))
    call = {
        "leave_id": leave.pk,
        "person_id": world.rep.pk,
        "starts_on": leave.starts_on,
        "ends_on": leave.ends_on,
        "now": NOW,
    }

    assert pause_for_leave(Scope.system("test"), **call) == 1
    assert pause_for_leave(Scope.system("test"), **call) == 0

    assert LeadTenure.objects.get().due_at == datetime(2026, 3, 27, 18, tzinfo=SHANGHAI)


def test_a_copy_that_drifts_is_found(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)
    Lead.objects.filter(pk=lead.pk).update(owner=world.colleague)

    assert find_leads_unlike_their_tenure() == [f"lead {lead.pk}: copy {world.colleague.pk}, holding {world.rep.pk}"]
    assert find_companies_unlike_their_lead() == [
        f"company {lead.company_id}: copy {world.rep.pk}, lead {world.colleague.pk}"
    ]


def test_the_unit_of_a_pool_opens_it_to_what_is_below(world) -> None:
    regional = make_lead(make_company(), pool=make_pool(unit=world.tree.region))
    foreign = make_lead(make_company(), pool=make_pool(unit=make_unit("West", parent=world.tree.company)))

    actions.claim_lead(scope_for(world.rep), lead_id=regional.pk, now=NOW)
    with pytest.raises(NotFound):
        actions.claim_lead(scope_for(world.rep), lead_id=foreign.pk, now=NOW)
