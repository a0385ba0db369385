import pytest
from django.test import Client

from tests.factories.meetings import make_crew
from tests.factories.org import make_login
from tests.factories.visits import local


@pytest.fixture
def crew(db):
    return make_crew()


@pytest.fixture
def at(monkeypatch):
    present = {"now": local("17:00")}
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: present["now"])
    monkeypatch.setattr("tiejun.org.middleware._duty", lambda _request: None)
    return present


@pytest.fixture
def client_of(at):
    def client(person):
        browser = Client()
        browser.force_login(make_login(person))
        return browser

    return client
