from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.pipeline import LIST_PRICE, TODAY, Cast, make_cast, make_opportunity, make_order, make_signed_order
from tests.pipeline.test_views import client_of
from tiejun.pipeline.models import Opportunity, Order

pytestmark = pytest.mark.django_db
AHEAD = (TODAY + timedelta(days=2000)).isoformat()


@pytest.fixture
def cast() -> Cast:
    return make_cast(logins=True)


def send(
    client: Client, path: str, body: dict[str, object] | None = None, *, method: str = "post"
) -> tuple[int, dict[str, object]]:
    answer = getattr(client, method)(
        f"/api/v1{path}", body or {}, content_type="application/json", headers={"Idempotency-Key": str(uuid4())}
    )
    return answer.status_code, answer.json()


def test_from_opportunity_to_money(cast: Cast) -> None:
    rep, finance = client_of(cast), client_of(cast, "finance")
    facts = {"amount_minor": 5, "close_on": AHEAD}

    status, opened = send(
        rep, "/opportunities", {"company_id": str(cast.company.pk), "product_line_id": str(cast.line.pk), **facts}
    )
    assert (status, opened["stage"]) == (201, "IDENTIFIED")
    path = f"/opportunities/{opened['id']}"
    assert send(rep, path, {"version": 1, **facts}, method="put")[0] == 200
    status, draft = send(rep, f"{path}/orders", {})
    assert (status, draft["amount_minor"]) == (201, LIST_PRICE)
    order = f"/orders/{draft['id']}"
    line = {"product_line_id": str(cast.line.pk), "quantity": 2, "unit_price_minor": LIST_PRICE}
    assert send(rep, order, {"version": 1, "lines": [line]}, method="put")[1]["amount_minor"] == 2 * LIST_PRICE
    assert send(rep, f"{order}/sign", {"version": 2, "signed_on": TODAY.isoformat()})[1]["status"] == "SIGNED"
    assert send(rep, f"{order}/contracts", {"number": "C", "signed_on": TODAY.isoformat()})[0] == 201
    parts = [{"due_on": AHEAD, "amount_minor": LIST_PRICE}, {"due_on": TODAY.isoformat(), "amount_minor": LIST_PRICE}]
    assert send(rep, f"{order}/collection-plan", {"version": 1, "parts": parts}, method="put")[0] == 200
    money = {
        "amount_minor": LIST_PRICE,
        "method": "BANK",
        "received_on": timezone.localdate().isoformat(),
        "reference": "B",
    }
    status, receipt = send(finance, f"{order}/receipts", money)
    assert status == 201
    detail = rep.get(f"/api/v1{order}").json()
    assert [part["is_open"] for part in detail["instalments"]] == [False, True]
    assert send(finance, f"/receipts/{receipt['id']}/reverse", {"reason": "wrong"})[1]["amount_minor"] == -LIST_PRICE
    assert rep.get(f"/api/v1{path}").json()["stage"] == "SIGNED"


@pytest.mark.parametrize(
    "path",
    [
        "/opportunities?state=all",
        "/opportunities/board",
        "/orders",
        "/collections",
        "/collections?which=soon",
        "/receipts",
    ],
)
def test_lists_answer(cast: Cast, path: str) -> None:
    make_signed_order(cast)

    assert client_of(cast).get(f"/api/v1{path}").status_code == 200


def test_lose_and_reopen(cast: Cast) -> None:
    row = make_opportunity(cast)
    client = client_of(cast)

    assert send(client, f"/opportunities/{row.pk}/lose", {"version": 1, "reason": "PRICE"})[1]["stage"] == "LOST"
    assert send(client, f"/opportunities/{row.pk}/reopen", {"close_on": AHEAD})[1]["stage"] == "IDENTIFIED"


def test_approval(cast: Cast) -> None:
    order = make_order(cast, price=1)
    rep, boss = client_of(cast), client_of(cast, "supervisor")

    assert (
        send(rep, f"/orders/{order.pk}/sign", {"version": 1, "signed_on": TODAY.isoformat()})[1]["code"]
        == "needs_approval"
    )
    assert send(rep, f"/orders/{order.pk}/ask-approval")[0] == 200
    assert send(boss, f"/orders/{order.pk}/decline", {"version": 1, "reason": "no"})[0] == 200
    assert send(rep, f"/orders/{order.pk}/ask-approval")[0] == 200
    assert send(boss, f"/orders/{order.pk}/approve", {"version": 2})[0] == 200
    assert send(rep, f"/orders/{order.pk}/cancel", {"version": 3, "reason": "x"})[1]["status"] == "CANCELLED"


def test_a_stranger_and_a_stale_version_are_refused(cast: Cast) -> None:
    row = make_opportunity(cast)
    body = {"version": 9, "amount_minor": 1, "close_on": AHEAD}

    assert send(client_of(cast, "stranger"), f"/opportunities/{row.pk}", body, method="put")[0] == 404
    assert send(client_of(cast), f"/opportunities/{row.pk}", body, method="put")[1]["code"] == "stale"
    assert Opportunity.objects.get().amount_minor == row.amount_minor


def test_an_unknown_field_is_refused(cast: Cast) -> None:
    order = make_order(cast)

    assert (
        send(
            client_of(cast),
            f"/orders/{order.pk}/sign",
            {"version": 1, "signed_on": TODAY.isoformat(), "stage": "SIGNED"},
        )[0]
        == 422
    )
    assert Order.objects.get().status == "DRAFT"
