from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.org import NOW
from tests.factories.pipeline import TODAY, Cast, make_cast, make_line, make_opportunity, make_order, make_signed_order
from tiejun.org.middleware import SECOND_FACTOR_SEEN
from tiejun.org.models import Login
from tiejun.pipeline.actions import signing
from tiejun.pipeline.models import CollectionPlan, Contract, Opportunity, Order, OrderLine, Receipt
from tiejun.pipeline.rules import Scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(logins=True)


def client_of(cast: Cast, who: str = "rep") -> Client:
    client = Client()
    client.force_login(Login.objects.get(person=getattr(cast, who)))
    session = client.session
    session[SECOND_FACTOR_SEEN] = True
    session.save()
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"pipeline:{name}", args=args)


def post(client: Client, address: str, **fields: object) -> int:
    return client.post(address, {"client_key": str(uuid4())} | fields).status_code


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?layout=closing",
        "?layout=table",
        "?layout=table&state=won",
        "?layout=table&stage=KP_MET&month=2026-03&q=Hang&owner=x",
    ],
)
def test_overview_shows_opportunities(cast: Cast, query: str) -> None:
    make_opportunity(cast)

    answer = client_of(cast).get(url("list") + query)

    assert answer.status_code == 200


@pytest.mark.parametrize("query", ["", "?layout=closing", "?layout=table"])
def test_overview_without_opportunities_says_so(cast: Cast, query: str) -> None:
    assert client_of(cast).get(url("list") + query).status_code == 200


def test_overview_swaps_its_list(cast: Cast) -> None:
    make_opportunity(cast)

    answer = client_of(cast).get(url("list"), headers={"HX-Request": "true", "HX-Target": "pipeline-list"})

    assert cast.company.name in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_opportunity_page_and_drawer(cast: Cast) -> None:
    row = make_opportunity(cast)
    client = client_of(cast)

    page = client.get(url("opportunity", row.pk))
    drawer = client.get(url("opportunity", row.pk), headers={"HX-Request": "true", "HX-Target": "drawer-body"})

    assert (page.status_code, drawer.status_code) == (200, 200)
    assert "<html" not in drawer.content.decode()


def test_open_edit_lose_and_reopen_by_form(cast: Cast) -> None:
    client = client_of(cast)
    soon = (TODAY + timedelta(days=2000)).isoformat()
    facts = {"amount": "1,234.50", "close_on": soon, "category": "BEST_CASE", "next_step": "call", "next_step_on": soon}

    assert client.get(url("open", cast.company.pk)).status_code == 200
    assert post(client, url("open", cast.company.pk), product_line=cast.line.pk, **facts) == 302
    row = Opportunity.objects.get()
    assert (row.amount_minor, row.category, row.next_step) == (123450, "BEST_CASE", "call")
    for page in ("edit", "lose"):
        assert client.get(url(page, row.pk)).status_code == 200
    assert post(client, url("edit", row.pk), version=1, **(facts | {"amount": "99"})) == 302
    assert post(client, url("lose", row.pk), version=2, reason="PRICE", note="") == 302
    assert client.get(url("opportunity", row.pk)).status_code == 200
    assert client.get(url("reopen", row.pk)).status_code == 200
    assert post(client, url("reopen", row.pk), close_on=soon) == 302
    row.refresh_from_db()
    assert (row.amount_minor, row.stage) == (9900, "IDENTIFIED")


def test_a_form_with_errors_comes_back(cast: Cast) -> None:
    row = make_opportunity(cast)
    client = client_of(cast)

    answer = client.post(
        url("edit", row.pk),
        {"client_key": "a", "version": 1},
        headers={"HX-Request": "true", "HX-Target": "modal-body"},
    )

    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()


def test_a_dialog_that_succeeds_sends_the_browser_on(cast: Cast) -> None:
    row = make_opportunity(cast)
    fields = {"client_key": "a", "version": 1, "reason": "PRICE"}

    answer = client_of(cast).post(
        url("lose", row.pk), fields, headers={"HX-Request": "true", "HX-Target": "modal-body"}
    )

    assert answer.headers["HX-Redirect"] == url("opportunity", row.pk)


def test_a_stale_form_is_refused(cast: Cast) -> None:
    row = make_opportunity(cast)

    assert post(client_of(cast), url("lose", row.pk), version=7, reason="PRICE") == 409


def test_draft_lines_totals_and_signature_by_form(cast: Cast) -> None:
    row = make_opportunity(cast)
    client = client_of(cast)

    assert post(client, url("draft", row.pk)) == 302
    order = Order.objects.get()
    lines = {
        "product_line": [str(cast.line.pk), str(cast.line.pk), ""],
        "quantity": ["2", "1", "1"],
        "unit_price": ["1000", "950", ""],
        "discount": ["", "50", ""],
        "description": ["a", "", ""],
    }
    assert client.get(url("order", order.pk)).status_code == 200
    assert client.get(url("order-line", order.pk)).status_code == 200
    totals = client.get(url("order-totals", order.pk), lines)
    assert "2,900" in totals.content.decode()
    assert post(client, url("order-save", order.pk), version=1, terms="t", **lines) == 302
    assert list(OrderLine.objects.order_by("position").values_list("total_minor", flat=True)) == [200_000, 90_000]
    assert client.get(url("order-sign", order.pk)).status_code == 200
    assert post(client, url("order-sign", order.pk), version=2, signed_on="2026-03-11") == 302
    order.refresh_from_db()
    assert order.status == "SIGNED"


def test_lines_that_cannot_be_read_are_invalid(cast: Cast) -> None:
    order = make_order(cast)
    fields = {"product_line": str(cast.line.pk), "quantity": "many", "unit_price": "1", "version": 1}

    assert post(client_of(cast), url("order-save", order.pk), **fields) == 422


def test_approval_by_form(cast: Cast) -> None:
    order = make_order(cast, price=500_00)
    rep, boss = client_of(cast), client_of(cast, "supervisor")

    assert post(rep, url("order-ask", order.pk)) == 302
    assert boss.get(url("order", order.pk)).status_code == 200
    assert boss.get(url("orders") + "?waiting=1").status_code == 200
    assert boss.get(url("order-decline", order.pk)).status_code == 200
    assert post(boss, url("order-decline", order.pk), version=1, note="no") == 302
    assert post(rep, url("order-ask", order.pk)) == 302
    assert post(boss, url("order-approve", order.pk), version=2) == 302
    order.refresh_from_db()
    assert order.approved_by_id == cast.supervisor.pk


def test_signed_order_pages(cast: Cast) -> None:
    order = make_signed_order(cast)
    contract = signing.record_contract(
        cast.scope(), order_id=order.pk, number="C 1", signed_on=TODAY, scan=Scan("c", "", [b"%PDF-1"]), now=NOW
    )
    client = client_of(cast)

    for name in ("order", "order-print", "order-contract", "order-plan", "order-cancel"):
        assert client.get(url(name, order.pk)).status_code == 200, name
    scan = client.get(url("contract-scan", contract.pk))
    assert b"".join(scan.streaming_content) == b"%PDF-1"  # type: ignore[attr-defined]
    assert scan.headers["Content-Disposition"] == 'attachment; filename="C-1.pdf"'
    assert post(client, url("order-contract", order.pk), number="C2", signed_on="2026-03-11") == 302
    assert Contract.objects.count() == 2
    assert post(client, url("order-plan", order.pk), version=1, count=2, first_due_on="2026-04-01", step_days=10) == 302
    assert post(client, url("order-amend", order.pk)) == 302
    assert client.get(url("order", order.pk)).status_code == 200
    assert client.get(url("orders") + "?status=SIGNED").status_code == 200


def test_cancel_by_form(cast: Cast) -> None:
    order = make_order(cast)

    assert post(client_of(cast), url("order-cancel", order.pk), version=1, reason="x") == 302
    assert client_of(cast).get(url("order", order.pk)).status_code == 200


def test_money_pages_of_finance(cast: Cast) -> None:
    order = make_signed_order(cast)
    finance, ops = client_of(cast, "finance"), client_of(cast, "ops")

    for query in ("", "?which=overdue", "?which=soon"):
        assert finance.get(url("collections") + query).status_code == 200
    assert finance.get(url("order-receive", order.pk)).status_code == 200
    cash = {"amount": "100", "method": "CASH", "received_on": timezone.localdate().isoformat()}
    assert post(finance, url("order-receive", order.pk), **cash) == 302
    receipt = Receipt.objects.get()
    assert finance.get(url("receipts")).status_code == 200
    assert finance.get(url("receipts") + "?waiting=1").status_code == 200
    assert post(finance, url("receipt-confirm", receipt.pk)) == 409
    assert post(ops, url("receipt-confirm", receipt.pk)) == 302
    assert finance.get(url("order", order.pk)).status_code == 200
    assert finance.get(url("receipt-reverse", receipt.pk)).status_code == 200
    assert post(finance, url("receipt-reverse", receipt.pk), reason="wrong") == 302
    assert CollectionPlan.objects.get().received_minor == 0


def test_company_panel(cast: Cast) -> None:
    client = client_of(cast)
    assert client.get(url("company-panel", cast.company.pk)).status_code == 200
    make_signed_order(cast)
    assert client.get(url("company-panel", cast.company.pk)).status_code == 200


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    order = make_signed_order(cast)
    client = client_of(cast, "stranger")

    for name in ("opportunity", "edit", "lose", "reopen"):
        assert client.get(url(name, order.opportunity_id)).status_code == 404, name
    for name in (
        "order",
        "order-print",
        "order-line",
        "order-totals",
        "order-sign",
        "order-cancel",
        "order-contract",
        "order-plan",
        "order-receive",
    ):
        assert client.get(url(name, order.pk)).status_code == 404, name
    for name in ("order-ask", "order-amend"):
        assert post(client, url(name, order.pk)) == 404, name
    assert (
        post(client, url("order-save", order.pk), version=1, product_line=cast.line.pk, quantity=1, unit_price=1) == 404
    )
    assert client.get(url("open", cast.company.pk)).status_code == 404
    assert cast.company.name not in client.get(url("list")).content.decode()


@pytest.mark.parametrize("name", ["order-save", "order-ask", "order-approve", "order-amend", "receipt-confirm"])
def test_writing_by_get_is_not_allowed(cast: Cast, name: str) -> None:
    assert client_of(cast).get(url(name, uuid4())).status_code == 405


@pytest.mark.parametrize("name", ["list", "orders", "collections", "receipts"])
def test_reading_by_post_is_not_allowed(cast: Cast, name: str) -> None:
    assert post(client_of(cast), url(name)) == 405


def test_hr_sees_no_pipeline(cast: Cast) -> None:
    client = client_of(cast, "finance")

    assert client.get(url("list")).status_code == 200
    assert post(client, url("draft", make_opportunity(cast).pk)) == 403


def test_board_asks_the_same_number_of_queries_for_many_rows(cast: Cast, django_assert_max_num_queries: object) -> None:
    for _ in range(4):
        make_opportunity(cast, line=make_line())

    with django_assert_max_num_queries(40):  # type: ignore[operator]
        client_of(cast).get(url("list"))
