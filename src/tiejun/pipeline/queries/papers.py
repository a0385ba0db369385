"""Contracts as PDF: their text, the document an order gives, and the papers that were made."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org
from tiejun.pipeline.models import CollectionPlan, ContractPaper, ContractTemplate, Instalment, Order, OrderLine
from tiejun.pipeline.queries import order_in_reach
from tiejun.pipeline.rules.contracts import ContractText, paragraphs, standard_text
from tiejun.ui.display import exact_money

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def contract_text(scope: Scope) -> tuple[ContractText, int]:
    """Return the contract text in force and its number; 0 for the standard text."""
    scope.require(Ability.VIEW_PIPELINE)
    row = ContractTemplate.objects.order_by("-number").first()
    if row is None:
        return standard_text(), 0
    return ContractText(row.title, row.title_en, row.text, row.text_en), row.number


def contract_versions(scope: Scope) -> list[ContractTemplate]:
    """Return the versions of the contract text, newest first."""
    scope.require(Ability.WRITE_CONTRACT_TEXT)
    return list(ContractTemplate.objects.select_related("published_by").order_by("-number"))


def contract_html(scope: Scope, order_id: UUID, *, language: str) -> tuple[str, int]:
    """Return the contract of an order as a document, and the number of its text; raises `NotFound`."""
    order = order_in_reach(scope, order_id, Ability.VIEW_PIPELINE)
    text, number = contract_text(scope)
    is_english = language == "en"
    plan = CollectionPlan.objects.filter(order=order).first()
    seller = next((unit.name for unit in org.all_units(scope) if unit.parent_id is None), "")
    with translation.override(LANGUAGES.get(language, "zh-hans")):
        facts = {
            "number": order.number,
            "customer": order.company.name,
            "seller": seller,
            "amount": exact_money(order.amount_minor, order.currency),
            "signed_on": order.signed_on.isoformat() if order.signed_on else "",
            "terms": order.terms,
        }
        context = {
            "row": order,
            "seller": seller,
            "title": text.title_en if is_english else text.title,
            "parts": paragraphs(text.text_en if is_english else text.text, facts),
            "lines": list(OrderLine.objects.filter(order=order).select_related("product_line").order_by("position")),
            "instalments": list(Instalment.objects.filter(plan=plan, amount_minor__gt=0).order_by("position"))
            if plan
            else [],
            "is_signed": order.status == Order.Status.SIGNED,
            "language": language,
        }
        return render_to_string("pipeline/contract.html", context), number


@cache
def _style() -> str:
    return (files("tiejun.pipeline") / "data/contract.css").read_text("utf-8")


def contract_style(scope: Scope) -> str:  # noqa: ARG001 -- how a contract looks is no secret
    """Return the style sheet of contracts."""
    return _style()


def papers_of_order(scope: Scope, order: Order) -> list[ContractPaper]:
    """Return the contracts that were made of an order that the asker sees, newest first."""
    rows = ContractPaper.objects.within(scope, Ability.VIEW_PIPELINE).filter(order=order)
    return list(rows.select_related("made_by").order_by("-made_at"))


def paper_in_reach(scope: Scope, paper_id: UUID) -> ContractPaper:
    """Return a contract that was made, for whoever sees its order; raises `NotFound`."""
    rows = ContractPaper.objects.within(scope, Ability.VIEW_PIPELINE).select_related("file", "order")
    row = rows.filter(pk=paper_id).first()
    if row is None:
        raise NotFound
    return row
