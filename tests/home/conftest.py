import pytest
from django.test import Client

from tests.factories.org import make_login, make_person
from tests.factories.visits import local, make_field
from tiejun.access.roles import Role


@pytest.fixture
def at(monkeypatch):
    """The pages' present: 10:00 in Shanghai until a test says otherwise."""
    present = {"now": local("10:00")}
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: present["now"])
    monkeypatch.setattr("tiejun.org.middleware._duty", lambda _request: None)

    def move(clock, **day):
        present["now"] = local(clock, **day)

    return move


@pytest.fixture
def rep(db):
    return make_field()


@pytest.fixture
def head(rep):
    return make_person(name="Gu Ming", role=Role.SALES_HEAD, unit=rep.unit.parent.parent)


@pytest.fixture
def signed_in(at):
    def client(person):
        browser = Client()
        browser.force_login(make_login(person))
        return browser

    return client
