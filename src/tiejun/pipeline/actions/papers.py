"""Contracts as PDF: made from an order and kept with their content hash; the text of contracts in versions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.engines.documents import PrinterMissing, pdf_of
from tiejun.foundation import audit, files, policies
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.pipeline.locks import lock_order
from tiejun.pipeline.models import ContractPaper, ContractTemplate, OrderLine
from tiejun.pipeline.queries.papers import contract_html, contract_style
from tiejun.pipeline.rules.contracts import ContractFacts, ContractText, Refusal, missing_blocks, unknown_places

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.pipeline.models import Order


@action(Ability.RECORD_CONTRACT)
def make_paper(scope: Scope, *, order_id: UUID, language: str, now: datetime) -> ContractPaper:
    """Make the contract of an order as PDF, in `zh` or `en`; the same content is made once and given again.

    Raises `NotFound`, `Refused` (NO_LINES, NO_PRINTER where the machine lacks the library).
    """
    _opportunity, order = lock_order(scope, order_id, Ability.RECORD_CONTRACT)
    if not OrderLine.objects.filter(order=order).exists():
        raise Refused(Refusal.NO_LINES)
    html, text_number = contract_html(scope, order_id, language=language)
    facts_digest = hashlib.sha256(html.encode()).hexdigest()
    paper = ContractPaper.objects.filter(order=order, language=language, facts_digest=facts_digest).first()
    if paper is None:
        paper = _print(scope, order, html, ContractFacts(language, text_number), now)
    audit.record(
        scope, "pipeline.paper_made", paper, order_id=order.pk, language=language, digest=paper.digest, text=text_number
    )
    return paper


def _print(scope: Scope, order: Order, html: str, wanted: ContractFacts, now: datetime) -> ContractPaper:
    try:
        content = pdf_of(html, css=contract_style(scope))
    except PrinterMissing as error:
        raise Refused(Refusal.NO_PRINTER) from error
    limit = policies.book(now).integer("pipeline.scan_max_bytes", scope.unit_chain)
    name = f"{order.number}.pdf"
    stored = files.store([content], name=name, content_type="application/pdf", limit=limit, now=now)
    return ContractPaper.objects.create(
        order=order, language=wanted.language, text_number=wanted.text_number, digest=hashlib.sha256(content).hexdigest(),
        facts_digest=hashlib.sha256(html.encode()).hexdigest(), file=stored, made_by_id=scope.person_id, made_at=now,
    )  # fmt: skip


@action(Ability.WRITE_CONTRACT_TEXT)
def publish_contract_text(scope: Scope, *, text: ContractText, number: int, now: datetime) -> ContractTemplate:
    """Publish the next version of the contract text; papers that were made keep theirs.

    `number`: of the version that was read (0: the standard text). Raises `Stale` and `Invalid` (an empty part, a place that
    no order fills, no place for the lines).
    """
    last = ContractTemplate.objects.select_for_update().order_by("-number").first()
    if (last.number if last else 0) != number:
        raise Stale(last)
    for field, words in (
        ("title", text.title),
        ("title_en", text.title_en),
        ("text", text.text),
        ("text_en", text.text_en),
    ):
        if not words.strip():
            raise Invalid(**{field: _("Both languages are needed.")})
    for field, words in (("text", text.text), ("text_en", text.text_en)):
        if unknown := unknown_places(words):
            raise Invalid(**{field: _("No order fills this place: {%(place)s}") % {"place": unknown[0]}})
        if missing_blocks(words):
            raise Invalid(**{field: _("The lines of the order are missing: write {lines} on a line of its own.")})
    row = ContractTemplate.objects.create(
        number=number + 1, title=text.title.strip(), title_en=text.title_en.strip(), text=text.text, text_en=text.text_en,
        published_by_id=scope.person_id, published_at=now,
    )  # fmt: skip
    audit.record(scope, "pipeline.contract_text_published", row, number=row.number)
    return row
