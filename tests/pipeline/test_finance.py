import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from tests.factories.org import NOW
from tests.factories.pipeline import LIST_PRICE, TODAY, Cast, make_cast, make_signed_order
from tests.pipeline.test_api import send
from tests.pipeline.test_views import client_of, post, url
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.pipeline.actions import collections, statements
from tiejun.pipeline.models import BankFile, BankLine, CollectionPlan, Instalment, Order, Receipt
from tiejun.pipeline.queries import finance
from tiejun.pipeline.queries.bank_files import read_bank_file
from tiejun.pipeline.rules import ReceiptFacts, equal_parts
from tiejun.pipeline.rules import Refusal as MoneyRefusal
from tiejun.pipeline.rules.statements import (
    LineFault,
    Reason,
    Refusal,
    Statement,
    is_month_closed,
    order_numbers,
    read_statement,
    rung_of,
)

pytestmark = pytest.mark.django_db
HEADER = ["交易日期", "对方户名", "收入金额", "支出金额", "交易流水号", "摘要"]


@pytest.fixture
def cast() -> Cast:
    return make_cast(logins=True)


@pytest.fixture
def order(cast: Cast) -> Order:
    return make_signed_order(cast)


def read(*rows: list[str], header: list[str] = HEADER, name: str = "x.csv", digest: str = "") -> Statement | None:
    return read_statement(
        [["账户明细"], header, *rows], name=name, digest=digest or uuid4().hex, currency="CNY", today=TODAY
    )


def payment(
    cast: Cast, amount: str = "1000.00", *, payer: str = "某公司", purpose: str = "货款", day: date = TODAY
) -> BankLine:
    found = read([day.isoformat(), payer, amount, "", uuid4().hex[:12], purpose])
    assert found is not None
    file = statements.import_statement(cast.scope("finance"), statement=found, now=NOW)
    return BankLine.objects.get(file=file)


def match(cast: Cast, line: BankLine, order: Order, amount: int | None = None) -> Receipt:
    line.refresh_from_db()
    return statements.match_payment(
        cast.scope("finance"), line_id=line.pk, order_id=order.pk, version=line.version, amount_minor=amount, now=NOW
    )


def refusal_of(call: object) -> object:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.refusal


# -- rules -------------------------------------------------------------------------------------------------------------
def test_a_statement_is_read_and_each_bad_row_named() -> None:
    found = read(
        ["2026-03-01", "甲公司", "1,234.50", "", "R1", "货款"],
        ["2026/3/2", "乙公司", "", "99.00", "R2", "付货款"],
        ["2026-02-30", "丙公司", "5", "", "R3", ""],
        ["", "丁公司", "5", "", "R4", ""],
        ["2026-03-12", "戊公司", "5", "", "R5", ""],
        ["2026-03-01", "己公司", "五元整", "", "R6", ""],
        ["2026-03-01", "", "5", "", "", ""],
        ["2026-03-01", "庚公司", "USD 5", "", "R8", ""],
        ["", "", "", "", "", ""],
    )

    assert found is not None
    assert [(line.row, line.amount_minor, line.payer, line.reference) for line in found.lines] == [
        (3, 123450, "甲公司", "R1")
    ]
    assert [(bad.row, bad.fault) for bad in found.bad_rows] == [
        (5, LineFault.BAD_DATE),
        (6, LineFault.NO_DATE),
        (7, LineFault.AHEAD),
        (8, LineFault.BAD_AMOUNT),
        (9, LineFault.NO_WORDS),
        (10, LineFault.OTHER_CURRENCY),
    ]
    assert (found.outgoing, found.bad_rows[0].said) == (1, "2026-02-30 · 5 · 丙公司 · R3")


def test_a_table_without_day_and_amount_is_no_statement() -> None:
    assert read(["x"], header=["姓名", "电话"]) is None


def test_equal_payments_of_one_file_are_two() -> None:
    row = ["2026-03-01", "甲公司", "5", "", "", "货款"]
    first, again = read(row, row), read(row)
    assert first is not None
    assert again is not None
    prints = [line.fingerprint for line in first.lines]
    assert len(set(prints)) == 2
    assert again.lines[0].fingerprint == prints[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("货款SO2026-000042号", {"SO2026-000042"}), ("so2026000042", {"SO2026-000042"}), ("SO2026-42", set())],
)
def test_numbers_of_orders_are_found_in_words(text: str, expected: set[str]) -> None:
    assert order_numbers(text) == expected


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (1, 1), (6, 1), (7, 7), (59, 30), (400, 60)])
def test_the_ladder_has_steps(days: int, expected: int) -> None:
    assert rung_of(days, [1, 7, 30, 60]) == expected


@pytest.mark.parametrize(
    ("day", "today", "expected"),
    [
        (date(2026, 2, 28), date(2026, 3, 9), False),
        (date(2026, 2, 28), date(2026, 3, 10), True),
        (date(2026, 3, 1), date(2026, 3, 31), False),
        (date(2025, 12, 31), date(2026, 1, 10), True),
        (date(2026, 1, 5), date(2026, 3, 1), True),
    ],
)
def test_a_month_closes_on_its_day(day: date, today: date, expected: bool) -> None:
    assert is_month_closed(day, today, closes_on=10) is expected


# -- files -------------------------------------------------------------------------------------------------------------
def read_bytes(cast: Cast, content: bytes) -> Statement:
    return read_bank_file(cast.scope("finance"), name="x", chunks=[content], currency="CNY", now=NOW)


def workbook(rows: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def test_text_of_banks_and_workbooks_are_read(cast: Cast) -> None:
    row = ["2026-03-01", "甲公司", "1,234.50", "", "R1", "货款"]
    text = "\r\n".join(",".join(f'"{cell}"' for cell in cells) for cells in (HEADER, row))

    found = [
        read_bytes(cast, text.encode("gb18030")),
        read_bytes(cast, text.encode("utf-8-sig")),
        read_bytes(cast, workbook([HEADER, ["2026-03-01", "甲公司", 1234.5, "", "R1", "货款"]])),
    ]

    assert [[(line.amount_minor, line.payer) for line in one.lines] for one in found] == [[(123450, "甲公司")]] * 3


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 50, b"PK\x03\x04 broken", b"a" * 6_000_000])
def test_what_is_no_table_is_refused(cast: Cast, content: bytes) -> None:
    with pytest.raises((Invalid, Refused)):
        read_bytes(cast, content)
    assert not BankFile.objects.exists()


def test_the_same_file_is_refused_and_the_same_payment_known(cast: Cast) -> None:
    row = ["2026-03-01", "甲公司", "5", "", "R1", "货款"]
    first, again = read(row, digest="a"), read(row, ["2026-03-02", "乙公司", "6", "", "R2", ""], digest="b")
    assert first is not None
    assert again is not None
    scope = cast.scope("finance")
    statements.import_statement(scope, statement=first, now=NOW)

    assert refusal_of(lambda: statements.import_statement(scope, statement=first, now=NOW)) is Refusal.FILE_KNOWN
    second = statements.import_statement(scope, statement=again, now=NOW)

    assert (second.taken, second.known, BankLine.objects.count()) == (1, 1, 2)


# -- proposals ---------------------------------------------------------------------------------------------------------
def proposed(cast: Cast, line: BankLine) -> list[tuple[str, set[Reason]]]:
    row = finance.payment(cast.scope("finance"), line.pk)
    return [(one.candidate.number, set(one.reasons)) for one in row.proposals]


def test_orders_are_proposed_by_number_payer_and_amount(cast: Cast, order: Order) -> None:
    by_number = payment(cast, "12.00", purpose=f"货款 {order.number.replace('-', '')}")
    by_payer = payment(cast, "13.00", payer=cast.company.name)
    by_amount = payment(cast, f"{LIST_PRICE / 100:.2f}")
    by_nothing = payment(cast, "14.00")

    assert proposed(cast, by_number) == [(order.number, {Reason.NUMBER})]
    assert proposed(cast, by_payer) == [(order.number, {Reason.PAYER})]
    assert proposed(cast, by_amount) == [(order.number, {Reason.AMOUNT})]
    assert proposed(cast, by_nothing) == []


def test_pages_ask_as_often_for_three_as_for_one(cast: Cast, order: Order, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        match(cast, payment(cast, "10.00", payer=cast.company.name), order, 500)

    with django_assert_max_num_queries(7):
        assert len(finance.payments_page(cast.scope("finance")).rows) == 3


# -- matching ----------------------------------------------------------------------------------------------------------
def test_a_full_match_is_a_receipt(cast: Cast, order: Order) -> None:
    line = payment(cast, f"{LIST_PRICE / 100:.2f}")

    receipt = match(cast, line, order)

    line.refresh_from_db()
    assert (receipt.amount_minor, receipt.reference, receipt.payer) == (LIST_PRICE, line.reference, line.payer)
    assert (line.is_open, line.matched_minor) == (False, LIST_PRICE)
    assert CollectionPlan.objects.get(order=order).collected_on == TODAY
    assert refusal_of(lambda: match(cast, line, order)) is Refusal.NOTHING_LEFT


def test_a_payment_larger_than_its_order_keeps_the_rest(cast: Cast, order: Order) -> None:
    line = payment(cast, f"{LIST_PRICE / 100 + 50:.2f}")

    receipt = match(cast, line, order)

    line.refresh_from_db()
    assert (receipt.amount_minor, line.open_minor, line.is_open) == (LIST_PRICE, 5000, True)
    assert refusal_of(lambda: match(cast, line, order)) is Refusal.NOTHING_OPEN
    assert CollectionPlan.objects.get(order=order).overpaid_minor == 0


def test_a_part_pays_the_oldest_instalments(cast: Cast, order: Order) -> None:
    plan = CollectionPlan.objects.get(order=order)
    parts = equal_parts(LIST_PRICE, count=2, first_due_on=TODAY, step_days=30)
    collections.plan_collection(cast.scope(), order_id=order.pk, version=plan.version, parts=parts, now=NOW)
    line = payment(cast, "800.00")

    match(cast, line, order, 60_000)
    match(cast, line, order)

    assert list(Instalment.objects.order_by("position").values_list("received_minor", flat=True)) == [50_000, 30_000]
    assert BankLine.objects.get().is_open is False


@pytest.mark.parametrize("amount", [0, 80_001])
def test_no_more_than_is_left_is_matched(cast: Cast, order: Order, amount: int) -> None:
    line = payment(cast, "800.00")
    with pytest.raises(Invalid):
        match(cast, line, order, amount)
    assert not Receipt.objects.exists()


def test_a_wrong_match_is_undone_in_the_open(cast: Cast, order: Order) -> None:
    line = payment(cast, "800.00")
    receipt = match(cast, line, order)

    collections.reverse_receipt(cast.scope("finance"), receipt_id=receipt.pk, reason="Other order.", now=NOW)

    line.refresh_from_db()
    assert (line.is_open, line.matched_minor) == (True, 0)
    assert list(Receipt.objects.order_by("amount_minor").values_list("amount_minor", flat=True)) == [-80_000, 80_000]
    assert finance.payment(cast.scope("finance"), line.pk).matches == []
    match(cast, line, order)
    assert BankLine.objects.get().matched_minor == 80_000


def test_a_payment_of_a_closed_month_is_received_today(cast: Cast, order: Order) -> None:
    line = payment(cast, "800.00", day=date(2026, 2, 27))

    receipt = match(cast, line, order)

    assert (receipt.received_on, receipt.note.startswith("2026-02-27")) == (TODAY, True)


def test_a_receipt_in_a_closed_month_is_refused(cast: Cast, order: Order) -> None:
    facts = ReceiptFacts(100, "BANK", date(2026, 2, 27), reference="B1")

    def call() -> object:
        return collections.record_receipt(cast.scope("finance"), order_id=order.pk, facts=facts, now=NOW)

    assert refusal_of(call) is Refusal.MONTH_CLOSED
    assert not Receipt.objects.exists()


def test_the_same_transfer_is_not_received_twice(cast: Cast, order: Order) -> None:
    line = payment(cast, "800.00")
    facts = ReceiptFacts(80_000, "BANK", line.booked_on, reference=line.reference)
    collections.record_receipt(cast.scope("finance"), order_id=order.pk, facts=facts, now=NOW)

    assert refusal_of(lambda: match(cast, line, order, 80_000)) in (MoneyRefusal.RECEIPT_KNOWN, Refusal.NOTHING_OPEN)
    line.refresh_from_db()
    assert line.matched_minor == 0


def test_aside_and_back(cast: Cast, order: Order) -> None:
    line, scope = payment(cast, "800.00"), cast.scope("finance")
    with pytest.raises(Invalid):
        statements.set_payment_aside(scope, line_id=line.pk, version=1, reason=" ", now=NOW)
    statements.set_payment_aside(scope, line_id=line.pk, version=1, reason="Interest", now=NOW)

    assert refusal_of(lambda: match(cast, line, order)) is Refusal.SET_ASIDE
    with pytest.raises(Stale):
        statements.take_payment_back(scope, line_id=line.pk, version=1, now=NOW)
    statements.take_payment_back(scope, line_id=line.pk, version=2, now=NOW)
    match(cast, line, order)
    line.refresh_from_db()

    def aside() -> object:
        return statements.set_payment_aside(scope, line_id=line.pk, version=line.version, reason="x", now=NOW)

    assert refusal_of(aside) is Refusal.MATCHED_ALREADY


def test_the_database_lets_no_payment_be_used_twice(cast: Cast) -> None:
    payment(cast, "800.00")
    with pytest.raises(DatabaseError), transaction.atomic():
        BankLine.objects.update(matched_minor=80_001)
    with pytest.raises(DatabaseError), transaction.atomic():
        BankFile.objects.update(taken=7)


@pytest.mark.parametrize("who", ["rep", "supervisor"])
def test_only_finance_matches(cast: Cast, order: Order, who: str) -> None:
    line = payment(cast)
    with pytest.raises((PermissionRefused, NotFound)):
        statements.match_payment(cast.scope(who), line_id=line.pk, order_id=order.pk, version=1, now=NOW)
    assert client_of(cast, who).get(url("finance")).status_code == 403
    assert not Receipt.objects.exists()


# -- who is late -------------------------------------------------------------------------------------------------------
def test_the_ladder_says_who_is_late_with_how_much(cast: Cast, order: Order) -> None:
    Instalment.objects.update(due_on=TODAY - timedelta(days=8))

    found = finance.desk(cast.scope("finance"), today=TODAY, now=NOW)

    assert [(rung.days, rung.count, rung.amounts) for rung in found.rungs if rung.count] == [
        (7, 1, [("CNY", LIST_PRICE)])
    ]
    assert [(one.company_name, one.open_minor, one.days_late, one.rung) for one in found.debtors] == [
        (cast.company.name, LIST_PRICE, 8, 7)
    ]
    assert found.late == [("CNY", LIST_PRICE)]


# -- pages and programs ------------------------------------------------------------------------------------------------
def upload(content: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("march.csv", content.encode(), content_type="text/csv")


def test_from_file_to_receipt_on_the_pages(cast: Cast, order: Order) -> None:
    client = client_of(cast, "finance")
    text = f"交易日期,对方户名,收入金额,摘要\n2026-03-01,{cast.company.name},1000.00,货款\n2026-13-01,x,5,y\n"

    assert client.get(url("bank-read")).status_code == 200
    assert post(client, url("bank-read"), file=upload(text), currency="CNY") == 302
    file, line = BankFile.objects.get(), BankLine.objects.get()
    assert "2026-13-01" in client.get(url("bank-file", file.pk)).content.decode()
    assert cast.company.name in client.get(url("finance")).content.decode()
    assert client.get(url("payment", line.pk) + f"?q={order.number}").status_code == 200
    assert client.get(url("payment-aside", line.pk)).status_code == 200
    BankLine.objects.update(booked_on=TODAY)
    assert post(client, url("payment-match", line.pk), order=str(order.pk), version=1) == 302
    assert Receipt.objects.get().amount_minor == LIST_PRICE
    for which in ("matched", "aside"):
        assert client.get(url("finance") + f"?which={which}").status_code == 200


def test_from_file_to_receipt_by_api(cast: Cast, order: Order) -> None:
    client = client_of(cast, "finance")
    text = f"date,payer,amount,reference\n2026-03-01,{cast.company.name},1000.00,R1\n2026-03-02,Bank,3.00,R2\n"
    answer = client.post(
        "/api/v1/bank-files",
        {"file": upload(text), "currency": "CNY"},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 201
    assert client.get(f"/api/v1/bank-files/{answer.json()['id']}").json()["taken"] == 2
    rows = client.get("/api/v1/payments").json()["items"]
    interest, transfer = rows
    assert transfer["proposals"][0]["number"] == order.number
    assert send(client, f"/payments/{interest['id']}/aside", {"version": 1, "reason": "Interest"})[0] == 200
    assert send(client, f"/payments/{interest['id']}/back", {"version": 2})[0] == 200
    body = {"order_id": str(order.pk), "version": 1, "amount_minor": 100}
    assert send(client, f"/payments/{transfer['id']}/match", body)[0] == 201
    assert client.get("/api/v1/collections/debtors").status_code == 200
