import pytest

from tests.factories.customers import make_contact
from tests.factories.org import make_person, scope_for
from tiejun.home.queries.search import search
from tiejun.home.rules import Kind

pytestmark = pytest.mark.django_db


def found(scope, text):
    return {kind: [hit.title for hit in hits] for kind, hits in search(scope, text)}


def test_search_finds_a_customer_and_its_lead_by_name(rep):
    hits = found(rep.scope, "suheng")

    assert (hits[Kind.CUSTOMER], hits[Kind.LEAD]) == (["Suheng Medical"], ["Suheng Medical"])


def test_search_finds_a_customer_by_the_last_four_digits(rep):
    make_contact(rep.company, phone="13800004321")

    assert found(rep.scope, "4321")[Kind.CUSTOMER] == ["Suheng Medical"]


def test_search_finds_colleagues(rep):
    assert found(rep.scope, "Gao")[Kind.PERSON] == ["Gao Ming"]


def test_search_finds_nothing_of_a_colleague(rep):
    hits = found(scope_for(rep.colleague), "suheng")

    assert (Kind.CUSTOMER in hits, Kind.LEAD in hits) == (False, False)


def test_search_of_an_empty_text_lists_the_pages(rep):
    assert list(found(rep.scope, " ")) == [Kind.PAGE]


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "a" * 500, "zzzz"])
def test_palette_survives_any_text(rep, signed_in, text):
    answer = signed_in(rep.person).get("/search/palette/", {"q": text}, HTTP_HX_REQUEST="true")

    assert answer.status_code == 200
    assert b"<html" not in answer.content


def test_palette_answers_groups_of_options(rep, signed_in):
    answer = signed_in(rep.person).get("/search/palette/", {"q": "suheng"}, HTTP_HX_REQUEST="true")

    assert b"data-group" in answer.content
    assert b'role="option"' in answer.content


def test_palette_without_a_script_is_a_page(rep, signed_in):
    answer = signed_in(make_person(unit=rep.unit)).get("/search/palette/")

    assert answer.status_code == 200
    assert b"<html" in answer.content
