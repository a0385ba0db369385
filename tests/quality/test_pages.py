"""The pages and endpoints of quality, for those who may and those who may not, in both languages."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.org import make_login, make_person, scope_for
from tests.factories.quality import drawn_tasks, make_bench, night
from tiejun.access.roles import Role
from tiejun.org.models import Login
from tiejun.quality.actions.cases import open_case
from tiejun.quality.models import IntegrityCase, PanelSeat, SamplingDraw
from tiejun.quality.rules.vocabulary import EvidenceKind

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


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_person_reads_the_own_record_and_answers(bench, language: str) -> None:
    task = drawn_tasks(bench)[0]
    inspector = client_of(task.inspector)
    post(inspector, "quality:begin", [task.pk])
    post(inspector, "quality:task", [task.pk], finding="CONTRADICTED", note="Nobody came")
    evidence = [(EvidenceKind.POSITION, "a"), (EvidenceKind.PHOTO, "b")]
    task.refresh_from_db()
    case = open_case(bench_scope(task), task_id=task.pk, summary="x", evidence=evidence, now=task.found_at)
    client = client_of(bench.rep.person, language)

    assert client.get(reverse("quality:mine")).status_code == 200
    assert client.get(reverse("quality:case", args=[case.pk])).status_code == 200
    assert client.get(reverse("quality:answer", args=[case.pk])).status_code == 200
    assert post(client, "quality:answer", [case.pk], words="I was there").status_code == 302
    assert post(client, "quality:answer", [case.pk], words="Really").status_code == 409
    assert client.get(reverse("quality:desk")).status_code == 403
    assert client.get(reverse("quality:begin", args=[task.pk])).status_code == 405
    stranger = client_of(make_person(unit=bench.rep.unit))
    assert stranger.get(reverse("quality:case", args=[case.pk])).status_code == 404


def bench_scope(task):
    return scope_for(task.inspector, task.found_at)


def test_a_member_of_a_panel_reads_and_votes(bench) -> None:
    task = drawn_tasks(bench)[0]
    inspector = client_of(task.inspector)
    post(inspector, "quality:begin", [task.pk])
    post(inspector, "quality:task", [task.pk], finding="CONTRADICTED", note="Nobody came")
    task.refresh_from_db()
    evidence = [(EvidenceKind.POSITION, "a"), (EvidenceKind.PHOTO, "b")]
    case = open_case(bench_scope(task), task_id=task.pk, summary="x", evidence=evidence, now=task.found_at)
    post(client_of(bench.rep.person), "quality:answer", [case.pk], words="I was there")
    members = [str(person.pk) for person in bench.panel]
    assert post(inspector, "quality:panel", [case.pk], members=members[:2]).status_code == 409
    assert post(inspector, "quality:panel", [case.pk], members=members).status_code == 302
    seat = PanelSeat.objects.get(person=bench.panel[0])
    client = client_of(bench.panel[0])

    assert client.get(reverse("quality:seats")).status_code == 200
    assert client.get(reverse("quality:seat", args=[seat.pk])).status_code == 200
    assert post(client, "quality:seat", [seat.pk], vote="UPHOLD", severity="", note="x").status_code == 409
    assert post(client, "quality:seat", [seat.pk], vote="UPHOLD", severity="2", note="x").status_code == 302


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
