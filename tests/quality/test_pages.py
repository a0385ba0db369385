"""The pages and endpoints of quality, for those who may and those who may not, in both languages."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.org import make_login, make_person
from tests.factories.quality import drawn_tasks, make_bench, night
from tiejun.access.roles import Role
from tiejun.org.models import Login
from tiejun.quality.models import IntegrityCase, SamplingDraw

pytestmark = pytest.mark.django_db


def client_of(person, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    login = Login.objects.filter(person=person).first() or make_login(person)
    Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
    client.force_login(login)
    return client


@pytest.fixture
def bench(time_machine):
    time_machine.move_to("2026-03-12T01:30:00Z", tick=False)
    bench = make_bench()
    night(bench)
    return bench


def post(client: Client, name: str, args: list, **fields):
    return client.post(reverse(name, args=args), {"client_key": f"{name}{args}", **fields})


def test_an_inspector_works_from_the_desk_to_the_case(bench) -> None:
    task = drawn_tasks(bench)[0]
    client = client_of(task.inspector)

    page = client.get(reverse("quality:desk"))
    blind = client.get(reverse("quality:task", args=[task.pk]))
    assert (page.status_code, blind.status_code) == (200, 200)
    assert task.company.name in page.content.decode()
    for shown in (page, blind):
        assert bench.rep.person.name not in shown.content.decode()
    assert post(client, "quality:begin", [task.pk]).status_code == 302
    bad = post(client, "quality:task", [task.pk], finding="", note="Typed and kept")
    assert (bad.status_code, "Typed and kept" in bad.content.decode()) == (422, True)
    assert (
        post(
            client, "quality:task", [task.pk], finding="CONTRADICTED", note="Nobody came", was_visited="no"
        ).status_code
        == 302
    )
    open_page = client.get(reverse("quality:task", args=[task.pk])).content.decode()
    assert bench.rep.person.name in open_page
    fields = {"summary": "x", "kind_1": "CUSTOMER_STATEMENT", "note_1": "a", "kind_2": "POSITION", "note_2": "b"}
    same = post(client, "quality:open_case", [task.pk], **(fields | {"kind_2": "CUSTOMER_STATEMENT"}))
    assert same.status_code == 409
    assert post(client, "quality:open_case", [task.pk], **fields).status_code == 302
    case = IntegrityCase.objects.get()
    for name, args in [
        ("quality:case", [case.pk]), ("quality:cases", []), ("quality:panel", [case.pk]), ("quality:calibration", []),
        ("quality:truth", []), ("quality:draws", []), ("quality:draw", [SamplingDraw.objects.get().pk]),
    ]:  # fmt: skip
        assert client.get(reverse(name, args=args)).status_code == 200, name
    seen = post(client, "quality:position", [case.pk], reason="compare")
    assert "120.1551" in seen.content.decode()


def test_leaders_see_the_truth_rate_beside_the_volume(bench) -> None:
    supervisor = client_of(bench.rep.supervisor)

    for name in ("quality:truth", "home:team_today"):
        page = supervisor.get(reverse(name))
        assert page.status_code == 200
        assert "Truth rate" in page.content.decode()
    head = client_of(make_person(role=Role.SALES_HEAD, unit=bench.rep.unit.parent.parent))
    board = head.get(reverse("home:board"))
    assert "Truth rate" in board.content.decode()
    rates = supervisor.get("/api/v1/truth-rates").json()
    assert [row["unit_id"] for row in rates] == [str(bench.rep.unit.pk)]
