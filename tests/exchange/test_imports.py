"""A file of leads from upload to pool, on a real database."""

import io
import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.urls import reverse
from procrastinate.contrib.django import app

from tests.factories.leads import make_pool, make_source
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.customers.models import Company
from tiejun.engines.geo import Datum, Point, converted
from tiejun.exchange import jobs
from tiejun.exchange.actions import imports as actions
from tiejun.exchange.models import ImportFault, LeadImport
from tiejun.exchange.queries import imports as queries
from tiejun.exchange.rules.imports import Refusal, RowFault
from tiejun.foundation.models import AuditEntry, StoredChunk
from tiejun.foundation.refusals import Refused
from tiejun.leads.models import Lead

pytestmark = pytest.mark.django_db

HEAD = "公司名称,统一社会信用代码,联系电话,注册地址\n"
LINES = (
    HEAD + "杭州云图科技有限公司,91330182843963542R,13800000001,文三路1号\n"
    "杭州禾安茶业有限公司,,13800000002,\n"
    ",,13800000003,文三路3号\n"
    "杭州云图科技有限公司,91330182843963542R,13800000001,文三路1号\n"
    "=cmd|calc,,123,\n"
)


@pytest.fixture
def world() -> SimpleNamespace:
    tree = make_company_tree()
    ops = make_person(role=Role.SALES_OPS, unit=tree.company)
    return SimpleNamespace(tree=tree, ops=ops, scope=scope_for(ops), pool=make_pool(), source=make_source())


def upload(world: SimpleNamespace, content: bytes, name: str = "leads.csv") -> LeadImport:
    row = actions.upload_import(
        world.scope,
        name=name,
        content_type="text/csv",
        chunks=[content],
        pool_id=world.pool.pk,
        source_id=world.source.pk,
        now=NOW,
    )
    jobs.read_import(str(row.pk), "")
    row.refresh_from_db()
    return row


def run(world: SimpleNamespace, row: LeadImport) -> LeadImport:
    actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)
    jobs.run_import(str(row.pk))
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_file_becomes_leads_and_each_other_row_is_named(world: SimpleNamespace, encoding: str) -> None:
    row = run(world, upload(world, LINES.encode(encoding)))

    assert (row.state, row.rows_total, row.created_count, row.known_count, row.faulty_count) == ("DONE", 5, 2, 1, 2)
    found = list(ImportFault.objects.order_by("row", "id").values_list("row", "code"))
    assert found == [(4, RowFault.NAME_MISSING), (5, RowFault.REPEATED_IN_FILE), (6, RowFault.PHONE_INVALID)]
    assert sorted(Lead.objects.values_list("company__name", flat=True)) == [
        "杭州云图科技有限公司",
        "杭州禾安茶业有限公司",
    ]


def test_the_same_file_again_makes_nothing(world: SimpleNamespace) -> None:
    run(world, upload(world, LINES.encode()))

    row = run(world, upload(world, LINES.encode()))

    assert (row.created_count, row.known_count, Lead.objects.count()) == (0, 3, 2)


def test_the_faults_file_is_inert_and_can_be_mended(world: SimpleNamespace) -> None:
    row = run(world, upload(world, LINES.encode()))

    lines = "".join(queries.faults_file(world.scope, row.pk)).splitlines()

    assert [line.split(",")[0] for line in lines] == ["\ufeff公司名称", "", "杭州云图科技有限公司", "'=cmd|calc"]


def test_a_workbook_is_read_sheet_by_sheet(world: SimpleNamespace) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet("leads")
        for number, line in enumerate(LINES.splitlines()):
            sheet.write_row(number, 0, line.split(","))

    row = run(world, upload(world, target.getvalue(), "leads.xlsx"))

    assert (row.sheets, row.sheet, row.created_count) == (["empty", "leads"], "leads", 2)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\n\n  \n", "EMPTY"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "UNREADABLE"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "WEB_PAGE"),
        (b"one column only\nx\ny\n", "NO_TABLE"),
        (b"PK\x03\x04" + b"z" * 400, "UNREADABLE"),
    ],
)
def test_an_unreadable_file_fails_with_its_reason(world: SimpleNamespace, content: bytes, error: str) -> None:
    row = upload(world, content)

    assert (row.state, row.error, Lead.objects.count()) == ("FAILED", error, 0)


def test_an_empty_file_is_refused_and_leaves_nothing(world: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="FILE_EMPTY"):
        upload(world, b"")

    assert (LeadImport.objects.count(), StoredChunk.objects.count()) == (0, 0)


def test_a_broken_byte_costs_its_row_alone(world: SimpleNamespace) -> None:
    good = "".join(f"杭州云图第{number}号科技有限公司,,1380000{number:04},\n" for number in range(200))
    row = run(world, upload(world, HEAD.encode() + b"\xff\xfe broken,,13800000009,\n" + good.encode()))

    assert (row.encoding, row.created_count, row.faulty_count) == ("utf-8", 200, 1)


def test_a_run_goes_on_where_the_worker_died(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f"杭州云图第{number}号科技有限公司,,1380000{number:04},\n" for number in range(1000))
    row = upload(world, (HEAD + lines).encode())
    actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)
    monkeypatch.setattr("tiejun.foundation.policies.PolicyBook.integer", lambda *_: 300)
    take_batch = actions.take_batch
    taken: list[int] = []

    def dies_on_the_third(*args: object, **kwargs: object) -> bool:
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(1)
        return take_batch(*args, **kwargs)

    monkeypatch.setattr(actions, "take_batch", dies_on_the_third)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_import(str(row.pk))
    assert Lead.objects.count() == 600

    monkeypatch.setattr(actions, "take_batch", take_batch)
    jobs.run_import(str(row.pk))

    row.refresh_from_db()
    assert (row.state, row.created_count, row.known_count, Lead.objects.count()) == ("DONE", 1000, 0, 1000)


def test_a_run_whose_job_fails_says_that_it_broke_off(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    row = upload(world, LINES.encode())
    actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)
    monkeypatch.setattr(actions, "take_batch", lambda *_args, **_more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        app.tasks["exchange.run_import"].func(SimpleNamespace(job=SimpleNamespace(attempts=0)), import_id=str(row.pk))

    row.refresh_from_db()
    assert (row.state, row.error, row.position, Lead.objects.count()) == ("FAILED", "BROKE_OFF", 0, 0)
    with pytest.raises(Refused):
        actions.cancel_import(world.scope, import_id=row.pk, now=NOW)


def test_a_cancelled_run_stops_and_keeps_what_came_in(world: SimpleNamespace) -> None:
    row = upload(world, LINES.encode())
    actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)
    actions.cancel_import(world.scope, import_id=row.pk, now=NOW + timedelta(seconds=1))

    jobs.run_import(str(row.pk))

    row.refresh_from_db()
    assert (row.state, row.position, Lead.objects.count()) == ("CANCELLED", 0, 0)


def test_a_file_that_was_never_started_tells_no_duration(world: SimpleNamespace, client) -> None:
    row = upload(world, LINES.encode())
    actions.cancel_import(world.scope, import_id=row.pk, now=NOW + timedelta(seconds=1))
    client.force_login(make_login(world.ops))

    page = client.get(reverse("exchange:import", args=[row.pk]))

    assert page.status_code == 200
    assert "None" not in page.content.decode()


def test_a_page_that_waits_for_the_reading_shows_the_columns_by_itself(world: SimpleNamespace, client) -> None:
    row = upload(world, LINES.encode())
    client.force_login(make_login(world.ops))
    address = reverse("exchange:import", args=[row.pk])

    part = client.get(address, {"part": "state"}, headers={"hx-request": "true"})

    assert part.headers["HX-Refresh"] == "true"  # the part alone holds no form: it would leave an empty page
    actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)
    assert "HX-Refresh" not in client.get(address, {"part": "state"}, headers={"hx-request": "true"}).headers


def test_starting_twice_is_refused(world: SimpleNamespace) -> None:
    row = upload(world, LINES.encode())
    actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)

    with pytest.raises(Refused, match="ALREADY_STARTED"):
        actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)


def test_a_start_without_the_name_is_refused(world: SimpleNamespace) -> None:
    row = upload(world, LINES.encode())
    before = AuditEntry.objects.count()

    with pytest.raises(Refused, match="NAME_NOT_MAPPED"):
        actions.start_import(world.scope, import_id=row.pk, mapping={"phone": 2}, now=NOW)

    row.refresh_from_db()
    assert (row.state, AuditEntry.objects.count()) == ("READ", before)


def test_a_rep_may_not_import(world: SimpleNamespace) -> None:
    rep = scope_for(make_person(unit=world.tree.group))

    with pytest.raises(PermissionRefused):
        queries.imports_page(rep)


@pytest.mark.skipif(
    "TIEJUN_TRIAL_DATA" not in os.environ, reason="TIEJUN_TRIAL_DATA is unset: the real company list is not here"
)
def test_the_real_list_of_31507_companies_comes_in_at_one_go(world: SimpleNamespace) -> None:
    path = Path(os.environ["TIEJUN_TRIAL_DATA"]) / "enterprise-registration" / "hangzhou.csv"

    row = run(world, upload(world, path.read_bytes()))

    mended = ImportFault.objects.filter(code=RowFault.CODE_MENDED).count()
    assert (row.rows_total, row.settled_count, row.faulty_count, mended) == (31507, 31507, 3, 6)
    assert row.created_count + row.known_count == 31504
    assert row.created_count == Lead.objects.count() > 31_400


@pytest.mark.skipif(
    "TIEJUN_TRIAL_DATA" not in os.environ, reason="TIEJUN_TRIAL_DATA is unset: the real company list is not here"
)
@pytest.mark.parametrize(
    ("name", "rows", "least"),
    [
        ("gbk_stock_basic_tushare_2021.csv", 4347, 0),
        ("sse_GPLIST_2025-10-22.xls", 1696, 0),
        ("szse_A股列表_2025-10-22.xlsx", 2875, 2800),
    ],
)
def test_the_exchanges_lists_are_read(world: SimpleNamespace, name: str, rows: int, least: int) -> None:
    row = upload(world, (Path(os.environ["TIEJUN_TRIAL_DATA"]) / "listed-companies" / name).read_bytes(), name)

    assert (row.state, row.rows_total) == ("READ", rows)
    if least:
        assert run(world, row).created_count >= least


POSITIONS = (
    "\u4f01\u4e1a\u540d\u79f0,\u5730\u5740,lng_bd09,lat_bd09,\u8425\u4e1a\u65f6\u95f4\r\n"
    "Cloud Trading,\u676d\u5dde\u5e02\u897f\u6e56\u533a\u6587\u4e09\u8def1\u53f7,120.1711,30.2834,9\uff1a00\uff5e12:00\r\n"
    "Stray Trading,\u676d\u5dde\u5e02\u897f\u6e56\u533a\u6587\u4e09\u8def2\u53f7,108.257,24.831,whenever\r\n"
)


def test_positions_come_in_converted_once_their_maps_are_named(world: SimpleNamespace) -> None:
    row = upload(world, POSITIONS.encode())
    assert (row.datum, row.datum_ground, row.mapping["lng"]) == ("BD09", "HEADERS", 2)
    with pytest.raises(Refused) as refused:
        actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)
    assert (refused.value.refusal, Company.objects.count()) == (Refusal.DATUM_NOT_CHOSEN, 0)
    half = {field: column for field, column in row.mapping.items() if field != "lat"}
    with pytest.raises(Refused) as refused:
        actions.start_import(world.scope, import_id=row.pk, mapping=half, datum=Datum.BD09, now=NOW)
    assert refused.value.refusal == Refusal.HALF_A_POSITION

    actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, datum=Datum.BD09, now=NOW)
    jobs.run_import(str(row.pk))

    here = converted(Point(120.1711, 30.2834), Datum.BD09, Datum.WGS84)
    company = Company.objects.get(name="Cloud Trading")
    assert (company.longitude, company.latitude) == (pytest.approx(here.lng), pytest.approx(here.lat))
    assert company.opening_hours == "09:00-12:00"
    stray = Company.objects.get(name="Stray Trading")
    assert (stray.longitude, stray.opening_hours) == (None, "")
    codes = set(ImportFault.objects.filter(lead_import=row, row=3).values_list("code", flat=True))
    assert codes == {"POSITION_LEFT_OUT", "HOURS_LEFT_OUT"}
