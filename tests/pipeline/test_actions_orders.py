from datetime import date, timedelta

import pytest

from tests.factories.org import NOW, make_person, scope_for
from tests.factories.pipeline import (
    LIST_PRICE,
    TODAY,
    Cast,
    make_cast,
    make_line,
    make_opportunity,
    make_order,
    make_signed_order,
)
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.customers.models import Company
from tiejun.foundation import idempotency
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.pipeline.actions import orders, signing
from tiejun.pipeline.models import CollectionPlan, Contract, Instalment, Opportunity, Order, OrderLine, StageChange
from tiejun.pipeline.rules import LineFacts, Refusal, Scan

pytestmark = pytest.mark.django_db
OVER_THE_LIMIT = 300


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def sign(cast: Cast, order: Order, who: str = "rep") -> Order:
    order.refresh_from_db()
    return signing.sign_order(cast.scope(who), order_id=order.pk, version=order.version, signed_on=TODAY, now=NOW)


def refusal_of(call: object) -> Refusal:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.refusal  # type: ignore[return-value]


def test_draft_begins_with_one_piece_at_the_list_price_and_proves_its_stage(cast: Cast) -> None:
    row = make_opportunity(cast)

    order = orders.draft_order(cast.scope(), opportunity_id=row.pk, now=NOW)

    row.refresh_from_db()
    assert (order.number, order.revision, order.amount_minor, order.list_minor) == (
        "SO2026-000001",
        1,
        LIST_PRICE,
        LIST_PRICE,
    )
    assert (row.stage, StageChange.objects.get(stage_to="ORDERED").source_id) == ("ORDERED", order.pk)


def test_a_second_draft_is_refused(cast: Cast) -> None:
    order = make_order(cast)

    assert (
        refusal_of(lambda: orders.draft_order(cast.scope(), opportunity_id=order.opportunity_id, now=NOW))
        is Refusal.DRAFT_EXISTS
    )


def test_edit_replaces_lines_and_sums(cast: Cast) -> None:
    order, other = make_order(cast), make_line(price=50_00)
    lines = [LineFacts(cast.line.pk, 2, 900_00, 100_00, "first"), LineFacts(other.pk, 3, 50_00)]

    orders.edit_order(cast.scope(), order_id=order.pk, version=1, lines=lines, terms=" net ", now=NOW)

    order.refresh_from_db()
    assert (order.amount_minor, order.list_minor, order.terms, order.version) == (1_850_00, 2_150_00, "net", 2)
    assert list(OrderLine.objects.order_by("position").values_list("quantity", "total_minor")) == [
        (2, 1_700_00),
        (3, 150_00),
    ]


@pytest.mark.parametrize(
    "line",
    [(0, 1, 0), (1, -1, 0), (1, 100, 101), (1, 100, -1), (2_000_000, 1, 0)],
    ids=["no quantity", "negative price", "discount", "negative discount", "quantity"],
)
def test_edit_with_impossible_lines_is_invalid(cast: Cast, line: tuple[int, int, int]) -> None:
    order = make_order(cast)

    with pytest.raises(Invalid):
        orders.edit_order(
            cast.scope(), order_id=order.pk, version=1, lines=[LineFacts(cast.line.pk, *line)], terms="", now=NOW
        )

    assert OrderLine.objects.get().total_minor == LIST_PRICE


def test_edit_with_a_product_line_of_another_currency_is_invalid(cast: Cast) -> None:
    order, foreign = make_order(cast), make_line(currency="USD")

    with pytest.raises(Invalid):
        orders.edit_order(
            cast.scope(), order_id=order.pk, version=1, lines=[LineFacts(foreign.pk, 1, 1)], terms="", now=NOW
        )


def test_edit_of_a_stale_version_is_refused(cast: Cast) -> None:
    order = make_order(cast)

    with pytest.raises(Stale):
        orders.edit_order(
            cast.scope(), order_id=order.pk, version=7, lines=[LineFacts(cast.line.pk, 1, 1)], terms="", now=NOW
        )


def test_sign_wins_the_opportunity_plans_the_money_and_moves_the_customer(cast: Cast) -> None:
    order = make_signed_order(cast)

    opportunity = Opportunity.objects.get()
    assert (order.status, order.signed_on, order.delta_minor) == ("SIGNED", TODAY, LIST_PRICE)
    assert (opportunity.stage, opportunity.category, opportunity.amount_minor, opportunity.closed_at) == (
        "SIGNED",
        "CLOSED",
        LIST_PRICE,
        NOW,
    )
    assert list(Instalment.objects.values_list("due_on", "amount_minor", "is_open")) == [
        (TODAY + timedelta(days=14), LIST_PRICE, True)
    ]
    assert Company.objects.get(pk=cast.company.pk).lifecycle == "ACQUIRE"
    assert set(AuditEntry.objects.filter(event__startswith="pipeline.").values_list("event", flat=True)) == {
        "pipeline.opportunity_opened", "pipeline.order_drafted", "pipeline.order_signed",
    }  # fmt: skip


def test_sign_with_the_same_client_key_signs_once(cast: Cast) -> None:
    order = make_order(cast)

    def send() -> Order:
        idempotency.arm("key", cast.rep.pk, b"sign")
        return signing.sign_order(cast.scope(), order_id=order.pk, version=1, signed_on=TODAY, now=NOW)

    assert send() == send()
    assert AuditEntry.objects.filter(event="pipeline.order_signed").count() == 1


def test_sign_twice_is_refused(cast: Cast) -> None:
    order = make_signed_order(cast)

    assert refusal_of(lambda: sign(cast, order)) is Refusal.NOT_DRAFT


def test_sign_by_a_stranger_is_not_found_and_by_finance_not_allowed(cast: Cast) -> None:
    order = make_order(cast)

    with pytest.raises(NotFound):
        sign(cast, order, "stranger")
    with pytest.raises(PermissionRefused):
        sign(cast, order, "finance")

    order.refresh_from_db()
    assert order.status == "DRAFT"


def test_sign_on_a_day_ahead_is_invalid(cast: Cast) -> None:
    order = make_order(cast)

    with pytest.raises(Invalid):
        signing.sign_order(cast.scope(), order_id=order.pk, version=1, signed_on=TODAY + timedelta(days=1), now=NOW)


@pytest.mark.parametrize(("quantity", "price"), [(OVER_THE_LIMIT, LIST_PRICE), (1, 800_00)], ids=["amount", "discount"])
def test_sign_above_a_limit_needs_the_supervisor(cast: Cast, quantity: int, price: int) -> None:
    order = make_order(cast, quantity=quantity, price=price)

    assert refusal_of(lambda: sign(cast, order)) is Refusal.NEEDS_APPROVAL
    orders.ask_approval(cast.scope(), order_id=order.pk, now=NOW)
    orders.approve_order(cast.scope("supervisor"), order_id=order.pk, version=1, now=NOW)
    sign(cast, order)

    order.refresh_from_db()
    assert (order.status, order.approved_by_id) == ("SIGNED", cast.supervisor.pk)


def test_an_approval_is_gone_after_an_edit(cast: Cast) -> None:
    order = make_order(cast, price=500_00)
    orders.ask_approval(cast.scope(), order_id=order.pk, now=NOW)
    orders.approve_order(cast.scope("supervisor"), order_id=order.pk, version=1, now=NOW)

    orders.edit_order(
        cast.scope(), order_id=order.pk, version=2, lines=[LineFacts(cast.line.pk, 1, 400_00)], terms="", now=NOW
    )

    assert refusal_of(lambda: sign(cast, order)) is Refusal.NEEDS_APPROVAL


def test_nobody_approves_an_own_order(cast: Cast) -> None:
    order = make_order(cast, price=500_00)
    orders.ask_approval(cast.scope("supervisor"), order_id=order.pk, now=NOW)

    assert (
        refusal_of(lambda: orders.approve_order(cast.scope("supervisor"), order_id=order.pk, version=1, now=NOW))
        is Refusal.OWN_APPROVAL
    )
    with pytest.raises(PermissionRefused):
        orders.approve_order(cast.scope(), order_id=order.pk, version=1, now=NOW)


def test_an_approval_that_nobody_asked_for_is_refused(cast: Cast) -> None:
    order = make_order(cast, price=500_00)

    assert (
        refusal_of(lambda: orders.approve_order(cast.scope("supervisor"), order_id=order.pk, version=1, now=NOW))
        is Refusal.NOT_ASKED
    )


def test_asking_without_need_is_refused(cast: Cast) -> None:
    order = make_order(cast)

    assert (
        refusal_of(lambda: orders.ask_approval(cast.scope(), order_id=order.pk, now=NOW)) is Refusal.NO_APPROVAL_NEEDED
    )


def test_decline_says_why_and_can_be_asked_again(cast: Cast) -> None:
    order = make_order(cast, price=500_00)
    orders.ask_approval(cast.scope(), order_id=order.pk, now=NOW)

    orders.decline_order(cast.scope("supervisor"), order_id=order.pk, version=1, note="too cheap", now=NOW)
    orders.ask_approval(cast.scope(), order_id=order.pk, now=NOW)

    order.refresh_from_db()
    assert (order.approval_asked_at, order.approved_at, order.declined_note) == (NOW, None, "")


def test_a_regional_manager_approves_what_the_supervisor_sells(cast: Cast) -> None:
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=cast.tree.region)
    order = make_order(cast, price=500_00)
    orders.ask_approval(cast.scope("supervisor"), order_id=order.pk, now=NOW)

    orders.approve_order(scope_for(manager), order_id=order.pk, version=1, now=NOW)

    order.refresh_from_db()
    assert order.approved_by_id == manager.pk


def test_cancel_of_a_draft_opens_the_opportunity_again(cast: Cast) -> None:
    order = make_order(cast)

    orders.cancel_order(cast.scope(), order_id=order.pk, version=1, reason="wrong", now=NOW)

    assert (Order.objects.get().status, Opportunity.objects.get().stage) == ("CANCELLED", "IDENTIFIED")


def test_cancel_of_a_signed_order_closes_its_plan(cast: Cast) -> None:
    order = make_signed_order(cast)

    orders.cancel_order(cast.scope(), order_id=order.pk, version=order.version, reason="withdrawn", now=NOW)

    opportunity = Opportunity.objects.get()
    assert (opportunity.stage, opportunity.category, opportunity.closed_at) == ("IDENTIFIED", "PIPELINE", None)
    assert (CollectionPlan.objects.get().is_closed, Instalment.objects.get().is_open) == (True, False)


def test_an_amendment_supersedes_and_moves_the_plan(cast: Cast) -> None:
    first = make_signed_order(cast)
    draft = signing.amend_order(cast.scope(), order_id=first.pk, now=NOW)
    orders.edit_order(
        cast.scope(), order_id=draft.pk, version=1, lines=[LineFacts(cast.line.pk, 3, LIST_PRICE)], terms="", now=NOW
    )

    sign(cast, draft)

    first.refresh_from_db()
    draft.refresh_from_db()
    assert (first.status, draft.status, draft.number, draft.revision, draft.delta_minor) == (
        "SUPERSEDED",
        "SIGNED",
        first.number,
        2,
        2 * LIST_PRICE,
    )
    assert CollectionPlan.objects.values_list("order_id", "amount_minor").get() == (draft.pk, 3 * LIST_PRICE)


def test_contract_is_recorded_with_its_scan(cast: Cast) -> None:
    order = make_signed_order(cast)
    scan = Scan("c.pdf", "application/pdf", [b"%PDF-1.7 ", b"rest"])

    contract = signing.record_contract(
        cast.scope(), order_id=order.pk, number=" C-1 ", signed_on=TODAY, scan=scan, now=NOW
    )

    assert contract.file is not None
    assert (contract.number, contract.file.content_type, contract.file.size) == ("C-1", "application/pdf", 13)
    again = lambda: signing.record_contract(cast.scope(), order_id=order.pk, number="C-1", signed_on=TODAY, now=NOW)  # noqa: E731
    assert refusal_of(again) is Refusal.CONTRACT_KNOWN


@pytest.mark.parametrize("content", [b"<html>", b""])
def test_contract_with_another_kind_of_file_is_invalid(cast: Cast, content: bytes) -> None:
    order = make_signed_order(cast)

    with pytest.raises(Invalid):
        signing.record_contract(
            cast.scope(),
            order_id=order.pk,
            number="C",
            signed_on=TODAY,
            scan=Scan("c.pdf", "application/pdf", [content]),
            now=NOW,
        )

    assert Contract.objects.count() == 0


def test_contract_of_a_draft_is_refused(cast: Cast) -> None:
    order = make_order(cast)

    def call() -> object:
        return signing.record_contract(cast.scope(), order_id=order.pk, number="C", signed_on=date(2026, 3, 1), now=NOW)

    assert refusal_of(call) is Refusal.NOT_SIGNED
