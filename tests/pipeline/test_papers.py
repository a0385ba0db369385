import hashlib

import pytest
from django.db import DatabaseError, transaction

from tests.factories.org import NOW
from tests.factories.pipeline import Cast, make_cast, make_signed_order
from tests.pipeline.test_api import send
from tests.pipeline.test_views import client_of, post, url
from tiejun.access.scope import PermissionRefused
from tiejun.customers.models import Company
from tiejun.engines import documents
from tiejun.foundation import files
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.pipeline.actions import papers
from tiejun.pipeline.models import ContractPaper, ContractTemplate, Order
from tiejun.pipeline.queries.papers import contract_html, contract_text
from tiejun.pipeline.rules.contracts import (
    ContractText,
    Paragraph,
    Refusal,
    missing_blocks,
    paragraphs,
    standard_text,
    unknown_places,
)

pytestmark = pytest.mark.django_db
needs_printer = pytest.mark.skipif(not documents.is_available(), reason="this machine lacks Pango or a Chinese font")
TEXT = ContractText("合同", "Contract", "# 一\n{amount}\n{lines}", "# 1\n{amount}\n{lines}")


@pytest.fixture
def cast() -> Cast:
    return make_cast(logins=True)


@pytest.fixture
def order(cast: Cast) -> Order:
    return make_signed_order(cast)


def make(cast: Cast, order: Order, language: str = "zh", who: str = "rep") -> ContractPaper:
    return papers.make_paper(cast.scope(who), order_id=order.pk, language=language, now=NOW)


# -- rules -------------------------------------------------------------------------------------------------------------
def test_places_are_filled_once_and_facts_are_no_text() -> None:
    facts = {"customer": "# {number} {lines}", "number": "N"}

    found = paragraphs("# Of {number}\n\n{customer}\n{lines}\n{terms}\n", facts)

    assert found == [Paragraph("heading", "Of N"), Paragraph("text", "# {number} {lines}"), Paragraph("lines")]


def test_a_text_without_lines_or_with_an_unknown_place_is_found() -> None:
    assert (unknown_places("{lines} {price}"), missing_blocks("{amount}")) == (["price"], ["lines"])
    standard = standard_text()
    for text in (standard.text, standard.text_en):
        assert (unknown_places(text), missing_blocks(text)) == ([], [])


# -- the document ------------------------------------------------------------------------------------------------------
def test_markup_in_names_is_escaped(cast: Cast, order: Order) -> None:
    Company.objects.filter(pk=order.company_id).update(name="<script>x</script><img src='file:///etc/passwd'>")

    html, number = contract_html(cast.scope(), order.pk, language="zh")

    assert number == 0
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_parties_lines_sums_and_plan_stand_in_it(cast: Cast, order: Order) -> None:
    html, _number = contract_html(cast.scope(), order.pk, language="en")

    for words in (cast.company.name, cast.line.name_en, order.number, "1,000", cast.tree.company.name):
        assert words in html


@needs_printer
def test_the_same_content_is_made_once_and_kept_with_its_hash(cast: Cast, order: Order) -> None:
    first, again, english = make(cast, order), make(cast, order), make(cast, order, "en")

    content = b"".join(files.read(first.file_id))
    assert content.startswith(b"%PDF")
    assert hashlib.sha256(content).hexdigest() == first.digest
    assert (again.pk, english.pk == first.pk) == (first.pk, False)
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractPaper.objects.update(digest="x")


def test_without_the_library_it_says_so(cast: Cast, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> object:
        raise documents.PrinterMissing

    monkeypatch.setattr(documents, "_printer", missing)

    with pytest.raises(Refused) as refused:
        make(cast, order)
    assert refused.value.refusal is Refusal.NO_PRINTER
    assert not ContractPaper.objects.exists()
    assert client_of(cast).get(url("order", order.pk)).status_code == 200


@pytest.mark.parametrize(("who", "error"), [("stranger", NotFound), ("finance", PermissionRefused)])
def test_others_make_none(cast: Cast, order: Order, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        make(cast, order, who=who)


# -- the text ----------------------------------------------------------------------------------------------------------
def test_a_published_text_holds_and_the_old_one_stays(cast: Cast, order: Order) -> None:
    ops = cast.scope("ops")
    papers.publish_contract_text(ops, text=TEXT, number=0, now=NOW)

    assert contract_text(ops) == (TEXT, 1)
    assert contract_html(cast.scope(), order.pk, language="zh")[1] == 1
    with pytest.raises(Stale):
        papers.publish_contract_text(ops, text=TEXT, number=0, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractTemplate.objects.update(text="x")


@pytest.mark.parametrize("text", ["", "{price} {lines}", "no lines"])
def test_a_text_that_says_nothing_is_refused(cast: Cast, text: str) -> None:
    wrong = ContractText("合同", "Contract", text, TEXT.text_en)
    with pytest.raises(Invalid):
        papers.publish_contract_text(cast.scope("ops"), text=wrong, number=0, now=NOW)
    assert not ContractTemplate.objects.exists()


# -- pages and programs ------------------------------------------------------------------------------------------------
@needs_printer
def test_it_is_made_and_downloaded_by_who_may_see_the_order(cast: Cast, order: Order) -> None:
    rep = client_of(cast)
    assert post(rep, url("order-paper", order.pk), language="zh") == 302
    paper = ContractPaper.objects.get()

    assert rep.get(url("order", order.pk)).status_code == 200
    assert rep.get(url("paper", paper.pk)).headers["Content-Type"] == "application/pdf"
    assert client_of(cast, "finance").get(url("paper", paper.pk)).status_code == 200
    assert client_of(cast, "stranger").get(url("paper", paper.pk)).status_code == 404
    assert send(rep, f"/orders/{order.pk}/papers", {"language": "zh"})[1]["id"] == str(paper.pk)
    assert rep.get(f"/api/v1/contract-papers/{paper.pk}").json()["digest"] == paper.digest
    assert rep.get(f"/api/v1/contract-papers/{paper.pk}/file").status_code == 200


def test_the_text_has_its_page(cast: Cast) -> None:
    ops = client_of(cast, "ops")
    fields = {"number": 0, "title": "合同", "title_en": "Contract", "text": "{lines}", "text_en": "{lines}"}

    assert ops.get(url("contract-text")).status_code == 200
    assert post(ops, url("contract-text"), **fields | {"title": ""}) == 422
    assert post(ops, url("contract-text"), **fields) == 302
    assert ContractTemplate.objects.get().number == 1
    assert client_of(cast).get(url("contract-text")).status_code == 403
