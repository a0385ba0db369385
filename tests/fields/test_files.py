"""Custom fields in files: brought in by a list, taken out as columns."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from tests.factories.leads import make_pool, make_source
from tests.factories.org import NOW, scope_for
from tiejun.customers.actions.fields import write_fields as write_company
from tiejun.exchange import jobs
from tiejun.exchange.actions import imports
from tiejun.exchange.models import ImportFault
from tiejun.exchange.queries.sheets import sheet_of
from tiejun.fields.actions import retire_field
from tiejun.leads.actions.fields import write_fields as write_lead
from tiejun.leads.models import Lead

pytestmark = pytest.mark.django_db
OWN_NAMES = {"Size", "Note", "Uses", "Ends", "Staff"}


def test_a_file_brings_values_and_names_those_that_do_not_fit(world) -> None:
    lines = "公司名称,注册地址,规模,Uses,到期,别的\n甲乙有限公司,文三路1号,12,同行,2026/12/1,x\n丙丁有限公司,文三路2号,many,,,\n"
    row = imports.upload_import(
        scope_for(world.ops), name="a.csv", content_type="text/csv", chunks=[lines.encode()],
        pool_id=make_pool().pk, source_id=make_source().pk, now=NOW,
    )  # fmt: skip
    jobs.read_import(str(row.pk), "")
    row.refresh_from_db()
    assert {name: at for name, at in row.mapping.items() if "." in name} == {
        "lead.size": 2, "lead.uses": 3, "customer.ends": 4,
    }  # fmt: skip
    page = world.client(world.ops).get(reverse("exchange:import", args=[row.pk])).content.decode()
    assert "Size (lead)" in page
    imports.start_import(scope_for(world.ops), import_id=row.pk, mapping=row.mapping, now=NOW)
    jobs.run_import(str(row.pk))

    made = Lead.objects.filter(batch_id=row.pk).order_by("company__name").values_list("custom", "company__custom")
    assert sorted(made, key=str) == sorted(
        [({"size": 12, "uses": "rival"}, {"ends": "2026-12-01"}), (None, None)], key=str
    )
    assert list(ImportFault.objects.values_list("row", "column", "code")) == [(3, "规模", "VALUE_LEFT_OUT")]


def table(person, kind, address=""):
    """A list as a file for somebody: the header's last columns, and their cells by company."""
    sheet = sheet_of(scope_for(person), kind, address)
    assert all(len(row) == len(sheet.header) for row in sheet.whole(10))
    place = next(at for at, name in enumerate(sheet.header) if name in OWN_NAMES)
    return sheet.header[place:], {row[0]: row[place:] for row in sheet.whole(10)}


def test_values_stand_in_the_columns_of_a_file(world):
    write_lead(
        scope_for(world.rep), lead_id=world.lead.pk, version=world.lead.version, now=NOW,
        values={"size": 12, "note": "=1+1", "uses": world.uses.choices[1]["key"]},
    )  # fmt: skip
    write_company(
        scope_for(world.rep), company_id=world.company.pk, version=world.company.version, now=NOW,
        values={"ends": "2026-12-31", "staff": True},
    )  # fmt: skip
    retire_field(scope_for(world.ops), field_id=world.staff.pk, now=NOW)
    with override("en"):
        held, pooled, companies = (table(world.head, kind) for kind in ("leads.mine", "leads.pool", "customers"))

    assert held == (["Size", "Note", "Uses"], {"Harbour Light Ltd": [12, "=1+1", "Rival"]})
    assert pooled == (["Size"], {"Riverside Ltd": [40]})  # what is seen before a claim
    assert companies == (["Ends"], {"Harbour Light Ltd": [date(2026, 12, 31)]})


def test_a_file_asks_one_question_for_its_fields_however_many(world):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            sheet_of(scope_for(world.head), "leads.mine", "").whole(10)
        return len(seen)

    before = asked()
    for number in range(3):
        world.define("TEXT", name=f"另{number}")

    assert asked() == before
