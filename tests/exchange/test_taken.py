"""Lists taken out as files: what they hold, for whom, how they are made, fetched, stopped and cleared away."""

import csv
import io
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tests.factories.pipeline import make_cast, make_signed_order
from tests.factories.visits import NOW as FIELD_NOW
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.exchange import jobs
from tiejun.exchange.actions import exports as actions
from tiejun.exchange.models import TableExport
from tiejun.exchange.queries import taken
from tiejun.exchange.queries.sheets import SHEETS, sheet_of
from tiejun.exchange.rules.exports import FileKind, byte_range
from tiejun.foundation import files
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import AuditEntry, PolicyVersion, StoredFile
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.inbox.models import Notice
from tiejun.lists.rules import KINDS
from tiejun.org.models import Position


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=95-500", (95, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=100-", None),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=٣-٤", None),
        ("rows=0-9", None),
        ("bytes=-0", None),
    ],
)
def test_a_range_is_read_or_the_whole_is_sent(header, part) -> None:
    assert byte_range(header, 100) == part


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.supervisor = make_person(name="Wang Fang", role=Role.SUPERVISOR, unit=self.tree.group)
        self.rep = make_person(unit=self.tree.group)
        self.stranger = make_person(unit=self.tree.other_group)
        self.lead = make_held_lead(self.rep, self.tree.group, now=NOW, company=make_company("=Tea & Sons", now=NOW))
        make_held_lead(self.stranger, self.tree.other_group, now=NOW)

    def ask(self, person=None, kind="leads.mine", file_kind=FileKind.CSV, address="", language="en"):
        return actions.ask_export(
            scope_for(person or self.supervisor), kind=kind, address=address, file_kind=file_kind, language=language, now=NOW
        )  # fmt: skip

    def client(self, person=None) -> Client:
        login = make_login(person or self.supervisor)
        Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
        client = Client(headers={"accept-language": "en"})
        client.force_login(login)
        return client


@pytest.fixture
def world(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


def policy(key, value):
    PolicyVersion.objects.create(
        key=key, value=value, status="APPROVED", valid_from=NOW - timedelta(days=1), made_at=NOW
    )


def content(row):
    return b"".join(files.read(row.file_id))


def table(row):
    if row.file_kind == FileKind.XLSX:
        return CalamineWorkbook.from_filelike(io.BytesIO(content(row))).get_sheet_by_index(0).to_python()
    assert content(row).startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content(row).decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", FileKind)
def test_a_short_list_is_a_file_at_once_with_what_its_reader_reaches(world, kind) -> None:
    row = world.ask(file_kind=kind)

    header, *rows = table(row)
    assert (row.state, row.rows_done, row.expires_at) == ("DONE", 1, NOW + timedelta(days=7))
    assert (header[0], header[11], rows[0][0]) == ("Company", "Phone", "'=Tea & Sons")
    assert rows[0][header.index("Holder")] == world.rep.name
    entry = AuditEntry.objects.get(event="exchange.export_made")
    assert (entry.facts["rows"], entry.facts["kind"]) == (1, "leads.mine")


def test_every_list_that_keeps_views_goes_out_as_a_file(db, time_machine) -> None:
    time_machine.move_to(FIELD_NOW, tick=False)
    cast = make_cast()
    make_signed_order(cast, quantity=3)
    make_held_lead(cast.rep, cast.tree.group, now=FIELD_NOW)
    make_lead()
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=cast.tree.company), at=FIELD_NOW)

    assert set(SHEETS) == set(KINDS)  # decision 0028
    for kind in set(SHEETS) - {"insight.report"}:  # a report is made whole: test_reporting
        sheet = sheet_of(ops, kind, "")
        rows = sheet.whole(10)
        assert all(len(row) == len(sheet.header) for row in rows), kind
        assert [row for batch in sheet.batches(1) for row in batch][::-1] == sheet.cells(
            list(sheet.rows.order_by("id"))
        )
        assert len(rows) == sheet.count()


def test_filters_and_language_are_those_of_the_page(world) -> None:
    found = world.ask(kind="customers", address="/customers/?class=A&owner__login=x", language="zh-hans")

    assert found.filters == "class=A"
    assert table(found)[0][0] == "公司"
    assert found.rows_done == 0


def test_a_long_list_is_written_by_the_worker_and_told(world, monkeypatch) -> None:
    policy("exchange.export_rows_at_once", 0)
    row = world.ask(file_kind=FileKind.XLSX)
    assert (row.state, row.rows_total) == ("WAITING", 1)

    jobs.run_export(str(row.pk))
    jobs.run_export(str(row.pk))

    row.refresh_from_db()
    assert (row.state, row.rows_done, len(table(row))) == ("DONE", 1, 2)
    notice = Notice.objects.get(person=world.supervisor)
    assert (notice.code, notice.url) == ("exchange.export_ready", reverse("exchange:export", args=[row.pk]))
    assert world.client().get(notice.url).status_code == 200


def test_more_contacts_than_a_few_are_marked_with_who_and_when(world) -> None:
    policy("exchange.export_mark_contacts", 0)

    row = world.ask()

    header, first = table(row)
    assert row.is_marked
    assert (header[-1], first[-1]) == ("Taken out by", "Wang Fang on 2026-03-11 10:00")


def test_numbers_stay_masked(world) -> None:
    from tiejun.customers.models import Contact  # noqa: PLC0415
    from tiejun.foundation.crypto import seal  # noqa: PLC0415

    sealed = seal("13800001234")
    Contact.objects.create(
        company=world.lead.company, name="Li", phone_cipher=sealed.cipher, phone_index=sealed.index, phone_last4=sealed.last4,
        created_at=NOW,
    )  # fmt: skip

    row = world.ask(kind="customers")

    assert "•••• 1234" in table(row)[1]
    assert "13800001234" not in content(row).decode()
    assert row.contacts == 1


def test_who_lost_the_list_meanwhile_gets_no_file(world) -> None:
    policy("exchange.export_rows_at_once", 0)
    row = world.ask()
    Position.objects.filter(person=world.supervisor).update(ends_on=(NOW - timedelta(days=1)).date())

    jobs.run_export(str(row.pk))

    row.refresh_from_db()
    assert (row.state, row.fault, row.file) == ("FAILED", "NOT_ALLOWED", None)
    assert Notice.objects.get(person=world.supervisor).code == "exchange.export_failed"


def test_a_stopped_export_keeps_nothing(world) -> None:
    policy("exchange.export_rows_at_once", 0)
    row = world.ask()
    actions.cancel_export(scope_for(world.supervisor), export_id=row.pk, now=NOW)
    jobs.run_export(str(row.pk))
    running = world.ask()
    TableExport.objects.filter(pk=running.pk).update(state="RUNNING", cancel_requested_at=NOW)
    jobs.run_export(str(running.pk))

    assert set(TableExport.objects.values_list("state", "file")) == {("CANCELLED", None)}
    with pytest.raises(Refused):
        actions.cancel_export(scope_for(world.supervisor), export_id=row.pk, now=NOW)


def test_what_is_refused_leaves_nothing(world) -> None:
    policy("exchange.exports_under_way", 1)
    policy("exchange.export_rows_at_once", 0)
    world.ask()
    count = TableExport.objects.count()

    with pytest.raises(Refused) as busy:
        world.ask()
    with pytest.raises(PermissionRefused):
        world.ask(world.rep)
    for kind in ("no.such", "marketing.inbound"):
        with pytest.raises(NotFound):
            world.ask(kind=kind)

    assert busy.value.code == "too_many_exports"
    assert TableExport.objects.count() == count


def test_only_its_owner_sees_and_fetches_a_file(world) -> None:
    row = world.ask()
    other = make_person(role=Role.SALES_HEAD, unit=world.tree.company)

    stranger = world.client(other)
    for address in ("export", "export_file"):
        assert stranger.get(reverse(f"exchange:{address}", args=[row.pk])).status_code == 404
    answer = world.client().get(reverse("exchange:export_file", args=[row.pk]), headers={"range": "bytes=3-9"})

    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"Company")
    assert answer["Content-Range"] == f"bytes 3-9/{row.file.size}"


def test_files_go_when_their_time_is_over(world, time_machine) -> None:
    row = world.ask()
    time_machine.move_to(NOW + timedelta(days=8), tick=False)

    jobs.clear_exports()

    row.refresh_from_db()
    assert (row.state, row.file, StoredFile.objects.count()) == ("EXPIRED", None, 0)
    client = world.client()
    assert client.get(reverse("exchange:export_file", args=[row.pk])).status_code == 409
    assert "was removed" in client.get(reverse("exchange:export", args=[row.pk])).content.decode()


def test_a_list_is_asked_for_from_its_page(world) -> None:
    client = world.client()
    page = client.get(reverse("leads:mine"), {"intent": "HIGH", "plain": "1"}).content.decode()
    assert "/exchange/exports/new/?kind=leads.mine&amp;intent=HIGH" in page
    new = reverse("exchange:export_new")
    assert 'value="intent=HIGH"' in client.get(new, {"kind": "leads.mine", "intent": "HIGH"}).content.decode()

    sent = {"kind": "leads.mine", "state": "intent=HIGH", "file_kind": "csv", "client_key": str(new_id())}
    answer = client.post(new, sent)
    wrong = client.post(new, sent | {"file_kind": "exe", "client_key": str(new_id())})

    row = TableExport.objects.get()
    assert (answer.status_code, answer["Location"], wrong.status_code) == (
        302,
        reverse("exchange:export", args=[row.pk]),
        422,
    )
    assert row.rows_done == 0
    assert row.name in client.get(reverse("exchange:exports")).content.decode()
    assert [found.pk for found in taken.exports_page(scope_for(world.supervisor)).rows] == [row.pk]


def test_bytes_of_a_stored_file_are_read_across_chunks(db, monkeypatch) -> None:
    monkeypatch.setattr(files, "CHUNK_BYTES", 4)
    row = files.store([b"0123456789"], name="n", content_type="t", limit=100, now=NOW)

    assert [b"".join(files.read_part(row.pk, *span)) for span in ((0, 9), (3, 4), (5, 8))] == [
        b"0123456789",
        b"34",
        b"5678",
    ]
