"""The lists of opportunities and orders as tables for files; amounts in major units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiejun.access.abilities import Ability
from tiejun.foundation.times import wall_clock
from tiejun.lists.queries import Sheet
from tiejun.pipeline import texts
from tiejun.pipeline.models import CollectionPlan, Order
from tiejun.pipeline.queries import _filtered, listed_orders
from tiejun.pipeline.queries.filters import filters_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell

_OPPORTUNITY = (
    "id", "company__name", "product_line__name", "product_line__name_en", "stage", "category", "amount_minor", "currency", "close_on",
    "pushes", "next_step", "next_step_at", "lost_reason", "owner__name", "unit__name", "opened_at", "closed_at",
)  # fmt: skip
_ORDER = (
    "id", "number", "revision", "company__name", "opportunity__product_line__name", "opportunity__product_line__name_en", "status",
    "list_minor", "amount_minor", "currency", "signed_on", "owner__name", "unit__name", "created_at",
)  # fmt: skip


def opportunities_sheet(scope: Scope, wanted: Mapping[str, str]) -> Sheet:
    """Return the opportunities within reach of VIEW_PIPELINE that an address of the list shows."""
    scope.require(Ability.VIEW_PIPELINE)
    rows = _filtered(scope, filters_from(scope, wanted)).order_by("close_on", "id")
    header = [
        _("Company"), _("Product line"), _("Stage"), _("Forecast category"), _("Amount"), _("Currency"), _("Close date"),
        _("Pushes of the close date"), _("Next step"), _("Due"), _("Lost because"), _("Owner"), _("Unit"), _("Opened"), _("Closed"),
    ]  # fmt: skip
    is_english, zone = (get_language() or "").startswith("en"), ZoneInfo(scope.zone)
    stages, categories, reasons = _words(texts.STAGES), _words(texts.CATEGORIES), _words(texts.REASONS)

    def cells(found: list[tuple[Any, ...]]) -> list[list[Cell]]:
        return [
            [
                name, line_en if is_english and line_en else line, stages[stage], categories[category], _major(amount), currency, close_on,
                pushes, step, wall_clock(due, zone), reasons.get(lost, ""), owner, unit, wall_clock(opened, zone), wall_clock(closed, zone),
            ]
            for (
                _key, name, line, line_en, stage, category, amount, currency, close_on, pushes, step, due, lost, owner, unit, opened, closed,
            ) in found
        ]  # fmt: skip

    return Sheet(header, rows.values_list(*_OPPORTUNITY), cells)


def orders_sheet(scope: Scope, wanted: Mapping[str, str]) -> Sheet:
    """Return the orders within reach of VIEW_PIPELINE that an address of the list shows, with what came in for them."""
    status = wanted.get("status", "") if wanted.get("status") in Order.Status.values else ""
    rows = listed_orders(scope, status=status, awaiting_approval=wanted.get("waiting") == "1")
    header = [
        _("Number"), _("Revision"), _("Company"), _("Product line"), _("State"), _("List price"), _("Amount"), _("Received"), _("Currency"),
        _("Signed on"), _("Owner"), _("Unit"), _("Created"),
    ]  # fmt: skip
    is_english, zone = (get_language() or "").startswith("en"), ZoneInfo(scope.zone)
    statuses = _words(Order.Status.choices)

    def cells(found: list[tuple[Any, ...]]) -> list[list[Cell]]:
        plans = CollectionPlan.objects.filter(order__in=[row[0] for row in found])
        received = dict(plans.values_list("order", "received_minor"))
        return [
            [
                number, revision, name, line_en if is_english and line_en else line, statuses[state], _major(listed), _major(amount),
                _major(received[key]) if key in received else None, currency, signed_on, owner, unit, wall_clock(created, zone),
            ]
            for (
                key, number, revision, name, line, line_en, state, listed, amount, currency, signed_on, owner, unit, created,
            ) in found
        ]  # fmt: skip

    return Sheet(header, rows.order_by("-created_at", "-id").values_list(*_ORDER), cells)


def _words(choices: Any) -> dict[str, str]:
    return {code: str(words) for code, words in choices}


def _major(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)
