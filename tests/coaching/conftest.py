import pytest

from tests.factories.visits import make_field


@pytest.fixture
def rep(db):
    return make_field()
