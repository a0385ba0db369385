from datetime import timedelta

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_lead, make_pool, make_source
from tests.factories.org import NOW, make_company_tree
from tiejun.access.scope import Scope
from tiejun.customers.models import Company, Contact
from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.foundation.crypto import unseal
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import AuditEntry
from tiejun.leads import actions
from tiejun.leads.models import Lead
from tiejun.leads.queries.intake import ready
from tiejun.leads.rules import Fault, ImportReport, LeadRow, RowFault

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")
CODE = "91330106MA2TEST001"


def row(number: int, name: str, *, code: str = "", city: str = "330100", phone: str = "") -> LeadRow:
    contacts = (ContactFacts("Lin", phone),) if phone else ()
    return LeadRow(
        number, CompanyFacts(name, credit_code=code, city_code=city, district_code="330106", contacts=contacts)
    )


@pytest.fixture
def door():
    make_company_tree()
    ids = {"pool_id": make_pool().pk, "source_id": make_source().pk, "batch_id": new_id()}

    def run(batch, *, now=NOW, **changes):
        return actions.import_leads(SYSTEM, batch=ready(SYSTEM, batch), now=now, **{**ids, **changes})

    return run


def test_each_row_becomes_a_lead_or_a_named_fault(door) -> None:
    known, taken = make_company("Known Works Ltd"), make_company("Taken Works Ltd", credit_code=CODE)
    make_lead(taken)

    report = door(
        [
            row(2, "First Mill Ltd", phone="138 1234 5678"),
            row(3, "FIRST MILL LTD"),
            row(4, "First Mill Ltd", city="310000"),
            row(5, "known works ltd"),
            row(6, "Another Name Ltd", code=CODE),
            row(7, "()"),
        ]
    )

    faults = (
        RowFault(3, Fault.REPEATED_IN_FILE, 2),
        RowFault(6, Fault.OPEN_LEAD_EXISTS),
        RowFault(7, Fault.NAME_UNREADABLE),
    )
    assert report == ImportReport(leads=3, companies=2, faults=faults)
    assert Lead.objects.filter(company=known).get().contact_wanted
    contact = Contact.objects.get()
    assert (unseal(contact.phone_cipher), contact.phone_last4, contact.company.name) == (
        "13812345678",
        "5678",
        "First Mill Ltd",
    )
    assert not Lead.objects.get(company=contact.company).contact_wanted


def test_a_row_that_repeats_an_earlier_batch_of_the_same_file_is_told_apart(door) -> None:
    door([row(2, "First Mill Ltd")])

    again = door([row(2002, "First Mill Ltd"), row(2003, "Second Mill Ltd")], now=NOW + timedelta(seconds=1))
    other_file = door([row(2, "First Mill Ltd")], batch_id=new_id())

    assert again == ImportReport(1, 1, (RowFault(2002, Fault.REPEATED_IN_FILE),))
    assert other_file == ImportReport(0, 0, (RowFault(2, Fault.OPEN_LEAD_EXISTS),))


def test_a_closed_lead_does_not_keep_its_company_out(door) -> None:
    lead = make_lead(make_company("Known Works Ltd"), status=Lead.Status.CLOSED_LOST)

    report = door([row(2, "Known Works Ltd")])

    assert report.leads == 1
    assert Lead.objects.filter(company=lead.company).count() == 2


def test_two_spellings_and_one_code_within_a_batch_are_one_company(door) -> None:
    report = door([row(2, "Mill A Ltd", code=CODE), row(3, "Mill B Ltd", code=CODE.lower())])

    assert report == ImportReport(1, 1, (RowFault(3, Fault.REPEATED_IN_FILE, 2),))
    assert list(Company.objects.values_list("name", "credit_code")) == [("Mill A Ltd", CODE)]


def test_a_batch_costs_the_same_number_of_statements_for_two_rows_and_two_hundred(
    door, django_assert_max_num_queries
) -> None:
    counts = []
    for size in (2, 200):
        with django_assert_max_num_queries(40) as seen:
            door([row(n, f"Mill {size} {n} Ltd", phone="13812345678") for n in range(size)])
        counts.append(len(seen))

    assert counts[0] == counts[1]
    events = ["customers.companies_created", "leads.imported"]
    assert list(AuditEntry.objects.order_by("seq").values_list("event", flat=True)) == events * 2
