from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories.customers import make_company, make_contact
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.customers import actions, jobs, queries
from tiejun.customers.models import ClosingClassChange, Company, Contact, LifecycleChange
from tiejun.customers.rules import ClassRequest, CompanyFacts, ConfirmedContact, ContactFacts, Refusal, VisitNote
from tiejun.foundation.clock import Occasion
from tiejun.foundation.crypto import unseal
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.inbox.models import Notice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TOMORROW = date(2026, 3, 12)


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.colleague = make_person(unit=self.tree.group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.company = make_company("Harbour Light Ltd", owner=self.rep, unit=self.tree.group)
        self.scope = scope_for(self.rep)

    def ready_for_a(self) -> None:
        make_contact(self.company, roles=("KP",))
        Company.objects.filter(pk=self.company.pk).update(explained_at=NOW)

    def set_a(self, day: date, now: datetime, person=None) -> Company:
        wish = ClassRequest("A", amount_minor=880000, expected_on=day)
        return actions.set_closing_class(
            scope_for(person or self.rep, now), company_id=self.company.pk, wish=wish, now=now
        )

    def expire(self, day: date, now: datetime) -> dict:
        chain = (self.tree.group.pk, self.tree.region.pk, self.tree.company.pk)
        occasion = Occasion(
            scope=Scope.system("clock", unit_chain=chain),
            unit_id=self.tree.group.pk,
            business_day=day,
            due_at=now,
            now=now,
        )
        return jobs.expire_class_a(occasion)


@pytest.fixture
def world() -> World:
    return World()


def test_a_company_is_found_by_code_then_by_name_and_city_else_made(world) -> None:
    code = "91330106MA2TEST001"
    made = actions.create_company(
        world.scope, facts=CompanyFacts("Mill Ltd", credit_code=code, city_code="330100"), now=NOW
    )

    by_code = actions.create_company(world.scope, facts=CompanyFacts("Other Ltd", credit_code=code), now=NOW)
    by_name = actions.create_company(world.scope, facts=CompanyFacts("MILL  ltd", city_code="330100"), now=NOW)
    elsewhere = actions.create_company(world.scope, facts=CompanyFacts("Mill Ltd", city_code="310000"), now=NOW)

    assert made == by_code == by_name
    assert elsewhere != made
    with pytest.raises(Invalid):
        actions.create_company(world.scope, facts=CompanyFacts("--"), now=NOW)


def test_an_edit_of_an_old_version_is_refused_and_shows_the_new_state(world) -> None:
    facts = CompanyFacts("Harbour Light Works Ltd", city_code="330100", address="Pier 1")
    actions.edit_company(world.scope, company_id=world.company.pk, version=1, facts=facts, now=NOW)

    with pytest.raises(Stale) as caught:
        actions.edit_company(
            world.scope, company_id=world.company.pk, version=1, facts=CompanyFacts("Mine Ltd"), now=NOW
        )

    assert (caught.value.current.name, caught.value.current.version) == ("Harbour Light Works Ltd", 2)
    assert [row.pk for row in queries.search(world.scope, "works")] == [world.company.pk]
    assert queries.search(scope_for(world.colleague), "works") == []


def test_an_edit_cannot_take_another_companys_name(world) -> None:
    make_company("Taken Ltd")

    with pytest.raises(Refused) as caught:
        actions.edit_company(
            world.scope,
            company_id=world.company.pk,
            version=1,
            facts=CompanyFacts("TAKEN ltd", city_code="330100"),
            now=NOW,
        )

    assert caught.value.refusal == Refusal.COMPANY_EXISTS
    assert Company.objects.get(pk=world.company.pk).version == 1


def test_a_contact_is_added_edited_and_removed_with_its_number_sealed(world) -> None:
    facts = ContactFacts("Zhao", "138 0000 1111", "Owner", ("KP",), is_senior=True)
    contact = actions.add_contact(world.scope, company_id=world.company.pk, facts=facts, now=NOW)
    same = actions.add_contact(world.scope, company_id=world.company.pk, facts=facts, now=NOW)
    assert (same.pk, unseal(contact.phone_cipher), contact.phone_last4) == (contact.pk, "13800001111", "1111")

    actions.edit_contact(
        world.scope, contact_id=contact.pk, version=1, facts=ContactFacts("Zhao Lin", roles=("KP", "USER")), now=NOW
    )
    row = Contact.objects.get()
    assert (row.name, row.roles, row.phone_last4, row.version) == ("Zhao Lin", ["KP", "USER"], "1111", 2)
    with pytest.raises(Stale):
        actions.edit_contact(world.scope, contact_id=contact.pk, version=1, facts=ContactFacts("Old"), now=NOW)
    with pytest.raises(NotFound):
        actions.remove_contact(scope_for(world.colleague), contact_id=contact.pk, reason="", now=NOW)
    with pytest.raises(Invalid):
        actions.add_contact(world.scope, company_id=world.company.pk, facts=ContactFacts("X", roles=("CAT",)), now=NOW)

    actions.remove_contact(world.scope, contact_id=contact.pk, reason="left", now=NOW)
    assert queries.contacts_of(world.scope, world.company.pk) == []


def test_class_a_teaches_what_is_missing_then_opens_one_spell(world) -> None:
    with pytest.raises(Refused) as caught:
        world.set_a(TOMORROW, NOW)
    assert (caught.value.refusal, ClosingClassChange.objects.count()) == (Refusal.A_NEEDS_KP, 0)

    world.ready_for_a()
    world.set_a(TOMORROW, NOW)
    world.set_a(date(2026, 3, 13), NOW + DAY)

    spells = ClosingClassChange.objects.order_by("set_at").values_list("closing_class", "renewals", "ended_at")
    assert list(spells) == [("A", 0, NOW + DAY), ("A", 1, None)]


def test_class_a_runs_out_into_b_and_its_third_renewal_is_the_supervisors(world) -> None:
    world.ready_for_a()
    days = [date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 16)]
    now = NOW
    for day in days:
        world.set_a(day, now)
        morning_after = datetime(day.year, day.month, day.day, 3, 30, tzinfo=ZoneInfo("Asia/Shanghai")) + DAY
        assert world.expire(day - DAY, morning_after - DAY) == {"expired": 0}
        assert world.expire(day, morning_after) == {"expired": 1}
        assert world.expire(day, morning_after) == {"expired": 0}
        now = NOW + (day - NOW.date())

    company = Company.objects.get(pk=world.company.pk)
    assert company.closing_class == "B"
    assert set(Notice.objects.filter(person=world.rep).values_list("code", flat=True)) == {"customers.class_a_expired"}
    assert Notice.objects.filter(person=world.supervisor, code="customers.class_a_renewals").count() == 1
    with pytest.raises(Refused) as caught:
        world.set_a(date(2026, 3, 17), now)
    assert caught.value.refusal == Refusal.A_RENEWALS_USED_UP
    assert world.set_a(date(2026, 3, 17), now, person=world.supervisor).closing_class == "A"


def test_a_signed_customer_leaves_class_a_and_does_not_run_out(world) -> None:
    world.ready_for_a()
    world.set_a(TOMORROW, NOW)

    actions.change_lifecycle(world.scope, company_id=world.company.pk, stage="ACQUIRE", reason="", now=NOW + DAY)

    assert Company.objects.get(pk=world.company.pk).closing_class == "-"
    assert world.expire(TOMORROW, NOW + 2 * DAY) == {"expired": 0}
    with pytest.raises(Refused):
        actions.change_lifecycle(world.scope, company_id=world.company.pk, stage="PROSPECT", reason="", now=NOW)
    assert LifecycleChange.objects.count() == 1


def test_a_visit_confirms_roles_and_a_clear_refusal_ends_class_a(world) -> None:
    world.ready_for_a()
    world.set_a(TOMORROW, NOW)
    contact = make_contact(world.company, "Wu")
    met = (ConfirmedContact(contact.pk, "INFLUENCER", is_senior=True),)
    visit = VisitNote(
        world.company.pk, new_id(), NOW + DAY, effective_visit=True, service_explained=True, clear_refusal=True, met=met
    )

    company = actions.note_visit(world.scope, visit=visit, now=NOW + DAY)

    contact.refresh_from_db()
    assert (contact.roles, contact.is_senior, contact.confirmed_at) == (["INFLUENCER"], True, NOW + DAY)
    assert (company.closing_class, company.last_visit_at, company.last_effective_at, company.explained_at) == (
        "D",
        NOW + DAY,
        NOW + DAY,
        NOW + DAY,
    )
    older = VisitNote(
        world.company.pk, new_id(), NOW, effective_visit=False, service_explained=False, clear_refusal=False
    )
    assert actions.note_visit(world.scope, visit=older, now=NOW + DAY).last_visit_at == NOW + DAY


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("light", True),
        ("LIGHT l", True),
        ("zz", False),
        ("x", False),
        ("1111", True),
        ("13800001111", True),
        ("Zhao", True),
    ],
)
def test_search_finds_by_part_digits_and_contact(world, text, found) -> None:
    make_contact(world.company, "Zhao", phone="13800001111")

    assert [row.pk for row in queries.search(world.scope, text)] == ([world.company.pk] if found else [])
