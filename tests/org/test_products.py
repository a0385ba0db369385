"""What is sold: entered and changed by who may, on the page and by programs, and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.org import NOW, Tree, make_company_tree, make_person, scope_for
from tests.org.test_api import post
from tests.org.test_views import client_of
from tiejun.access.roles import Role
from tiejun.foundation.models import AuditEntry
from tiejun.org.models import ProductLine
from tiejun.pipeline.queries.pages import sold_lines

pytestmark = pytest.mark.django_db
WISH = {
    "code": "site",
    "name": "建站",
    "name_en": "Site",
    "currency": "CNY",
    "list_price_minor": "6800.50",
    "is_sold": "on",
}


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: NOW)


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def ops(tree: Tree) -> Client:
    return client_of(make_person(name="Su Qing", role=Role.SALES_OPS, unit=tree.company))


def send(client: Client, page: str, **changed: str) -> Any:
    return client.post(reverse(f"org:{page}"), {"client_key": str(uuid4())} | WISH | changed)


def test_an_empty_company_is_told_to_add_what_it_sells_and_can(ops: Client, tree: Tree) -> None:
    assert "Nothing to sell yet" in ops.get(reverse("org:products")).content.decode()
    assert send(ops, "new_product").status_code == 302
    row = ProductLine.objects.get()

    assert (row.code, row.name, row.list_price_minor, row.currency, row.is_sold) == (
        "SITE",
        "建站",
        680050,
        "CNY",
        True,
    )
    page = ops.get(reverse("org:products")).content.decode()
    assert ("Site" in page, "6,800.50" in page) == (True, True)
    assert AuditEntry.objects.filter(event="org.product_line_set").count() == 1
    assert "Site" in client_of(make_person(unit=tree.group)).get("/api/v1/product-lines").content.decode()


def test_a_line_is_changed_and_sold_no_more_and_keeps_code_and_currency(ops: Client, tree: Tree) -> None:
    send(ops, "new_product")
    row = ProductLine.objects.get()
    form = ops.get(reverse("org:edit_product", args=[row.pk])).content.decode()
    sent = {key: value for key, value in WISH.items() if key != "is_sold"} | {"code": "OTHER", "currency": "USD"}
    answer = ops.post(
        reverse("org:edit_product", args=[row.pk]), sent | {"list_price_minor": "1", "client_key": str(uuid4())}
    )

    assert ("6800.50" in form, answer.status_code) == (True, 302)
    row.refresh_from_db()
    assert (row.code, row.currency, row.list_price_minor, row.is_sold) == ("SITE", "CNY", 100, False)
    assert "Not sold any more" in ops.get(reverse("org:products")).content.decode()
    assert list(sold_lines(scope_for(make_person(unit=tree.group)), currency="CNY")) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"code": "Site"}, "Another product line has this code."),
        ({"code": "a b"}, "Enter a valid value"),
        ({"code": "X", "currency": "eur"}, "Enter a valid value"),
        ({"code": "X", "list_price_minor": "-1"}, "greater than or equal to 0"),
        ({"code": "X", "list_price_minor": "1.005"}, "decimal places"),
        ({"code": "X", "name": " "}, "This field is required"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(ops: Client, changed: dict[str, str], words: str) -> None:
    send(ops, "new_product")
    answer = send(ops, "new_product", **changed)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert ProductLine.objects.count() == 1


def test_programs_make_and_change_by_the_code(ops: Client, tree: Tree) -> None:
    wish = {"code": "saas", "name": "门店管家", "list_price_minor": 1_280_000}
    made = post(ops, "/product-lines", wish, "k1").json()
    changed = post(ops, "/product-lines", wish | {"is_sold": False}, "k2").json()

    assert (made["code"], changed["id"], changed["is_sold"]) == ("SAAS", made["id"], False)
    assert post(ops, "/product-lines", wish | {"currency": "USD"}, "k3").status_code == 422
    assert post(ops, "/product-lines", wish | {"list_price_minor": 10**16}, "k4").status_code == 422
    rep = client_of(make_person(unit=tree.group))
    assert post(rep, "/product-lines", wish, "k5").status_code == 403
    assert (rep.get(reverse("org:products")).status_code, ProductLine.objects.get().currency) == (403, "CNY")
