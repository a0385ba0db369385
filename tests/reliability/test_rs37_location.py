"""RS-37: a phone is asked for its position by a check-in alone, nobody but the author reads one, and after 30 days there is none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_source
from tests.reliability.company import Askers, make_askers
from tests.reliability.phones import phone
from tests.reliability.routes import operations, pages
from tiejun.access.abilities import Ability
from tiejun.access.roles import MATRIX, Reach, Role
from tiejun.access.scope import Scope
from tiejun.org.models import Unit
from tiejun.visits.actions.day_locks import erase_positions
from tiejun.visits.actions.field import give_location_consent
from tiejun.visits.actions.recording import record_visit
from tiejun.visits.models import Visit, VisitPosition
from tiejun.visits.rules.vocabulary import Capture, PhonePosition, VisitInput

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["phone"]
# A position that stands nowhere else: the company's own address lies beside it.
SEEN = PhonePosition(latitude=30.271717, longitude=120.153939, accuracy_metres=17)
DIGITS = (b"30.2717", b"120.1539")
READERS = (Role.SUPERVISOR, Role.SALES_HEAD, Role.QA_INSPECTOR, Role.ADMIN)
WHERE = ("visits:", "quality:", "home:", "customers:company")
WHERE_API = ("/api/v1/visits", "/api/v1/quality", "/api/v1/days", "/api/v1/team", "/api/v1/companies/{company_id}")
# Counts over all pages of a window, and refuses, as somebody may.
COUNTED = """
const note = () => sessionStorage.setItem('asked', Number(sessionStorage.getItem('asked') ?? 0) + 1)
navigator.geolocation.getCurrentPosition = (take, refuse) => { note(); refuse({ code: 1 }) }
navigator.geolocation.watchPosition = () => note()
"""
ASKED = "Number(sessionStorage.getItem('asked') ?? 0)"


# -- who asks ----------------------------------------------------------------------------------------------------------
def looked_around(page: Any, rep: Any) -> int:
    """Open the pages of the field without checking in; returns how often the phone was asked where it is."""
    for path in (reverse("visits:plan"), reverse("visits:list"), reverse("visits:buildings"), "/offline/"):
        page.goto(path)
    page.goto(reverse("visits:record") + f"?company={rep.company.pk}")
    page.get_by_label("Note", exact=True).fill("They were glad to see me.")
    return page.evaluate(ASKED)


@pytest.mark.django_db(transaction=True)
def test_a_phone_is_asked_where_it_is_by_a_check_in_alone(phone) -> None:
    give_location_consent(phone.rep.scope, now=timezone.now())
    page = phone.open()
    phone.context.add_init_script(COUNTED)
    phone.sign_in(page)
    assert looked_around(page, phone.rep) == 0

    page.goto(reverse("visits:plan"))
    page.locator("[data-stop]").get_by_role("button", name="Check in").first.click()
    expect(page.get_by_role("button", name="Save visit")).to_be_visible()

    assert page.evaluate(ASKED) == 1
    assert Visit.objects.get().presence == "REFUSED"
    # A page that asks as it opens is caught.
    phone.context.add_init_script("navigator.geolocation.getCurrentPosition(() => {}, () => {})")
    assert looked_around(page, phone.rep) > 1


# -- who reads ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def askers(at_work, db) -> Askers:
    made, now = make_askers(), timezone.now()
    make_source()
    scope = made[Role.REP].scope
    unit = Unit.objects.get(pk=scope.unit_id)
    company = make_company("Suheng Medical", latitude=30.2715, longitude=120.1537)
    make_held_lead(made[Role.REP].login.person, unit, company=company, now=now - timedelta(days=1))
    give_location_consent(scope, now=now)
    visit = record_visit(scope, facts=VisitInput(uuid4(), company_id=company.pk, capture=Capture(now, position=SEEN)), now=now)  # fmt: skip
    # Whatever the hour at which this runs: what is looked at is who may read it.
    if not VisitPosition.objects.exists():
        VisitPosition.objects.create(
            visit=visit,
            moment="START",
            latitude=SEEN.latitude,
            longitude=SEEN.longitude,
            accuracy_metres=17,
            taken_at=now,
        )
    return made


def shows(client: Any, path: str) -> bool:
    answer = client.get(path)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return any(digits in content for digits in DIGITS)


def paths() -> Iterator[tuple[str, str]]:
    """The pages and readings of the API about visits and who made them, with the ids of the only ones there are."""
    visit = Visit.objects.get()
    ids = {"visit_id": visit.pk, "company_id": visit.company_id, "person_id": visit.person_id, "unit_id": visit.unit_id}
    for page in pages():
        kinds = {part.split(":")[-1].rstrip(">") for part in page.pattern.split("/") if part.startswith("<")}
        if page.name.startswith(WHERE) and kinds <= ids.keys():
            yield page.name, reverse(page.name, kwargs={kind: ids[kind] for kind in kinds})
    for one in operations():
        kinds = {part[1:-1] for part in one.path_template.split("/") if part.startswith("{")}
        if one.method == "get" and one.path_template.startswith(WHERE_API) and kinds <= ids.keys():
            yield one.name, one.path_template.format(**ids)


def readers(askers: Askers) -> list[str]:
    """Who else than the author is shown the position, and where."""
    return [
        f"{role} {name}"
        for role in READERS
        for client in [askers[role].client]
        for name, path in paths()
        if shows(client, path)
    ]


def test_only_the_author_reads_where_a_visit_was(askers: Askers) -> None:
    author = askers[Role.REP].client

    assert [name for name, path in paths() if shows(author, path)] != []
    assert len(list(paths())) > 20
    assert readers(askers) == []


def test_a_planted_ability_to_see_positions_is_found(askers: Askers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiejun.access.scope.MATRIX", MATRIX | {Ability.SEE_LOCATION: {Role.SUPERVISOR: Reach.TEAM}})

    assert "SUPERVISOR visits:visit" in readers(askers)


# -- how long ----------------------------------------------------------------------------------------------------------
def test_after_thirty_days_no_table_holds_a_position(askers: Askers) -> None:
    author, now = askers[Role.REP], timezone.now()

    erase_positions(Scope.system("test"), now=now + timedelta(days=29))
    assert VisitPosition.objects.exists(), "a job that erases too early is caught"
    erase_positions(Scope.system("test"), now=now + timedelta(days=31))

    assert not VisitPosition.objects.exists()
    assert [name for name, path in paths() if shows(author.client, path)] == []
