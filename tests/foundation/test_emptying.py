"""What a test that commits leaves behind: the database as the migrations made it."""

import pytest

from tests.emptying import empty_database
from tests.factories.org import make_company_tree
from tiejun.leads.models import Pool
from tiejun.marketing.models import Source
from tiejun.org.models import Unit


@pytest.mark.django_db(transaction=True)
def test_a_committing_test_leaves_the_reference_rows_and_nothing_else() -> None:
    sources = list(Source.objects.order_by("pk").values())
    pools = list(Pool.objects.order_by("pk").values())
    make_company_tree()
    Source.objects.filter(code="WEB").update(name="Changed")
    Pool.objects.create(name="A second pool")

    empty_database()

    assert sources
    assert list(Source.objects.order_by("pk").values()) == sources
    assert list(Pool.objects.order_by("pk").values()) == pools
    assert not Unit.objects.exists()
