import pytest

from tests.factories.leads import make_held_lead, make_lead, make_pool
from tests.factories.org import NOW, make_person, scope_for
from tests.leads.test_actions import DAY, World, refused
from tests.leads.test_swapping import allow
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.customers.rules import CompanyFacts
from tiejun.foundation.refusals import Invalid, NotFound, Stale
from tiejun.leads import actions
from tiejun.leads.actions import pools, viewing
from tiejun.leads.models import Lead, LeadView, Pool, PoolMember, RuleOverride
from tiejun.leads.queries import lists
from tiejun.leads.queries.lists import LeadFilters
from tiejun.leads.queries.overrides import overrides_of_week
from tiejun.leads.queries.pools import pool_detail, pool_lines, visible_pools
from tiejun.leads.rules import PoolTerms, Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    world.head = make_person(role=Role.SALES_HEAD, unit=world.tree.company)
    return world


def test_a_listed_pool_opens_to_its_members_alone(world) -> None:
    pool = pools.open_pool(scope_for(world.head), name="Key accounts", terms=PoolTerms(is_listed_only=True))
    lead = make_lead(pool=pool)
    with pytest.raises(NotFound):
        actions.claim_lead(scope_for(world.rep), lead_id=lead.pk, now=NOW)
    assert pool not in visible_pools(scope_for(world.rep))

    pools.add_member(scope_for(world.head), pool_id=pool.pk, person_id=world.rep.pk, now=NOW)

    assert pool in visible_pools(scope_for(world.rep))
    actions.claim_lead(scope_for(world.rep), lead_id=lead.pk, now=NOW)
    assert Lead.objects.get(pk=lead.pk).owner_id == world.rep.pk
    with pytest.raises(NotFound):
        actions.claim_lead(scope_for(world.colleague), lead_id=make_lead(pool=pool).pk, now=NOW)


def test_a_unit_as_a_member_lets_in_who_works_below_it(world) -> None:
    pool = make_pool("Elsewhere", unit=world.tree.other_group)
    lead = make_lead(pool=pool)
    pools.add_member(scope_for(world.head), pool_id=pool.pk, unit_id=world.tree.region.pk, now=NOW)

    actions.claim_lead(scope_for(world.rep), lead_id=lead.pk, now=NOW)

    assert Lead.objects.get(pk=lead.pk).owner_id == world.rep.pk


def test_an_administrator_lets_in_but_names_no_administrators(world) -> None:
    pool = make_pool("Ours", unit=world.tree.group)
    boss, other = scope_for(world.supervisor), world.colleague.pk
    refused(Refusal.NOT_ADMINISTRATOR, pools.add_member, boss, pool_id=pool.pk, person_id=other, now=NOW)
    head = scope_for(world.head)
    chief = pools.add_member(head, pool_id=pool.pk, person_id=world.supervisor.pk, is_administrator=True, now=NOW)

    row = pools.add_member(boss, pool_id=pool.pk, person_id=other, now=NOW)

    assert [line.name for line in pool_detail(boss, pool.pk).members] == [world.supervisor.name, world.colleague.name]
    refused(
        Refusal.NOT_ADMINISTRATOR,
        pools.add_member,
        boss,
        pool_id=pool.pk,
        person_id=other,
        is_administrator=True,
        now=NOW,
    )
    refused(Refusal.NOT_ADMINISTRATOR, pools.remove_member, boss, member_id=chief.pk)
    pools.remove_member(boss, member_id=row.pk)
    assert list(PoolMember.objects.values_list("person", flat=True)) == [world.supervisor.pk]
    with pytest.raises(Invalid):
        pools.add_member(head, pool_id=pool.pk, now=NOW)
    with pytest.raises(PermissionRefused):
        pools.add_member(scope_for(world.rep), pool_id=pool.pk, person_id=other, now=NOW)


def test_a_pool_is_edited_with_the_version_that_was_read(world) -> None:
    pool, head = make_pool("Old name"), scope_for(world.head)

    pools.edit_pool(head, pool_id=pool.pk, version=1, name="New name", terms=PoolTerms(is_claimable=False))

    with pytest.raises(Stale):
        pools.edit_pool(head, pool_id=pool.pk, version=1, name="Third", terms=PoolTerms())
    assert Pool.objects.get(pk=pool.pk).name == "New name"
    lead = make_lead(pool=pool)
    refused(Refusal.OUTSIDE_POOL, actions.claim_lead, scope_for(world.rep), lead_id=lead.pk, now=NOW)
    waiting = {line.pool.name: line.waiting for line in pool_lines(head)}
    assert waiting["New name"] == 1


def test_a_new_lead_goes_to_the_pool_made_for_its_district(world) -> None:
    from_here = pools.open_pool(scope_for(world.head), name="Xihu", terms=PoolTerms(districts=("330106",)))
    facts = CompanyFacts(name="A", city_code="330100", district_code="330106")
    far = CompanyFacts(name="B", city_code="330100", district_code="330108")

    near = actions.create_lead(scope_for(world.rep), facts=facts, hold=False, now=NOW)
    other = actions.create_lead(scope_for(world.rep), facts=far, hold=False, now=NOW)

    assert near.pool_id == from_here.pk
    assert other.pool_id != from_here.pk


def test_leads_of_the_pool_are_opened_up_to_the_limit_of_the_day(world) -> None:
    allow("lead.daily_view_limit", 5)
    leads, scope = [make_lead() for _ in range(6)], scope_for(world.rep)
    for lead in leads[:5]:
        viewing.note_view(scope, lead_id=lead.pk, now=NOW)

    assert viewing.note_view(scope, lead_id=leads[0].pk, now=NOW) == 5
    refused(Refusal.VIEW_LIMIT, viewing.note_view, scope, lead_id=leads[5].pk, now=NOW)
    assert viewing.note_view(scope, lead_id=leads[5].pk, now=NOW + DAY) == 1
    assert LeadView.objects.count() == 6


def test_an_overridden_ring_is_listed_in_its_week_with_the_reason(world) -> None:
    lead = make_held_lead(world.colleague, world.tree.group)
    actions.release_lead(scope_for(world.colleague), lead_id=lead.pk, reason="NO_NEED", now=NOW)
    actions.claim_lead(scope_for(world.rep), lead_id=lead.pk, now=NOW)
    give = {"lead_id": lead.pk, "to_person_id": world.colleague.pk, "reason": "He knows the owner"}
    refused(Refusal.RING, actions.transfer_lead, scope_for(world.supervisor), **give, now=NOW + DAY)
    assert not RuleOverride.objects.exists()

    actions.transfer_lead(scope_for(world.manager), **give, now=NOW + DAY)

    week = overrides_of_week(scope_for(world.manager), None, NOW + DAY)
    assert [(line.row.rule, line.by, line.giver, line.receiver, line.row.reason) for line in week.lines] == [
        ("RING", world.manager.name, world.rep.name, world.colleague.name, "He knows the owner")
    ]
    assert overrides_of_week(scope_for(world.manager), week.before, NOW + DAY).lines == []
    with pytest.raises(PermissionRefused):
        overrides_of_week(scope_for(world.supervisor), None, NOW)


def test_an_ordinary_transfer_is_no_override(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group)

    actions.transfer_lead(
        scope_for(world.manager), lead_id=lead.pk, to_person_id=world.colleague.pk, reason="x", now=NOW
    )

    assert not RuleOverride.objects.exists()
    assert lists.pool_page(scope_for(world.rep), LeadFilters(), None, NOW).lines == []
