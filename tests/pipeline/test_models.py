"""What the database itself refuses, whatever the application does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.org import NOW
from tests.factories.pipeline import TODAY, Cast, make_cast, make_line, make_opportunity, make_order, make_signed_order
from tiejun.foundation.ids import new_id
from tiejun.pipeline.actions import collections, signing
from tiejun.pipeline.models import CollectionPlan, Instalment, Opportunity, Order, OrderLine, StageChange
from tiejun.pipeline.rules import ReceiptFacts

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def refused(sql: str, *params: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize(
    "change",
    [
        "amount_minor = 1",
        "signed_on = '2020-01-01'",
        "terms = 'x'",
        "owner_id = approved_by_id",
        "status = 'DRAFT'",
        "number = 'X'",
    ],
)
def test_a_signed_order_cannot_change(cast: Cast, change: str) -> None:
    order = make_signed_order(cast)

    assert refused(f"UPDATE pipeline_order SET {change} WHERE id = %s", order.pk)


def test_an_order_cannot_be_deleted(cast: Cast) -> None:
    order = make_order(cast)
    OrderLine.objects.filter(order=order).delete()

    assert refused("DELETE FROM pipeline_order WHERE id = %s", order.pk)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE pipeline_orderline SET quantity = 2, total_minor = 2 * unit_price_minor",
        "DELETE FROM pipeline_orderline",
    ],
)
def test_the_lines_of_a_signed_order_cannot_change(cast: Cast, sql: str) -> None:
    make_signed_order(cast)

    assert refused(sql)


def test_an_order_whose_lines_do_not_add_up_cannot_be_signed(cast: Cast) -> None:
    order = make_order(cast)

    assert refused(
        "UPDATE pipeline_order SET amount_minor = 7, status = 'SIGNED', signed_on = now(), signed_at = now() WHERE id = %s",
        order.pk,
    )


def test_ledgers_only_grow(cast: Cast) -> None:
    order = make_signed_order(cast)
    signing.record_contract(cast.scope(), order_id=order.pk, number="C", signed_on=TODAY, now=NOW)
    collections.record_receipt(
        cast.scope("finance"), order_id=order.pk, facts=ReceiptFacts(10, "BANK", TODAY, "B"), now=NOW
    )

    for table in ("stagechange", "contract", "receipt", "receiptmatch"):
        assert refused(f"UPDATE pipeline_{table} SET id = id"), table
        assert refused(f"DELETE FROM pipeline_{table}"), table


def test_instalments_must_add_up(cast: Cast) -> None:
    make_signed_order(cast)

    assert refused("UPDATE pipeline_instalment SET amount_minor = amount_minor - 1")
    assert refused("UPDATE pipeline_instalment SET received_minor = 5")
    assert refused("UPDATE pipeline_collectionplan SET received_minor = 5")
    assert Instalment.objects.get().received_minor == 0
    assert CollectionPlan.objects.get().received_minor == 0


def test_a_currency_must_fit_the_chain(cast: Cast) -> None:
    order = make_order(cast)

    assert refused("UPDATE pipeline_order SET currency = 'USD' WHERE id = %s", order.pk)
    assert refused("UPDATE pipeline_opportunity SET currency = 'USD'")
    assert Order.objects.get().currency == Opportunity.objects.get().currency == "CNY"


def test_no_stage_without_its_fact(cast: Cast) -> None:
    row = make_opportunity(cast, line=make_line())

    with pytest.raises(DatabaseError), transaction.atomic():
        StageChange.objects.create(
            id=new_id(), opportunity=row, stage_from="IDENTIFIED", stage_to="KP_MET", source="VISIT", changed_at=NOW
        )
