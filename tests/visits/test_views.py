from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.customers import make_contact
from tests.factories.org import NOW, make_login
from tests.factories.visits import DAY, HERE, Field, local, make_field, make_visit
from tiejun.foundation.refusals import words_of
from tiejun.org.models import Person
from tiejun.visits.models import Amendment, DayPlan, LocationConsent, PlanItem, Visit, VisitConflict, VisitContact
from tiejun.visits.rules.vocabulary import Refusal, VisitState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten_in_shanghai():
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(person: Person) -> Client:
    client, login = Client(), make_login(person)
    Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
    client.force_login(login)
    return client


def facts(rep: Field, **values: object) -> dict[str, object]:
    return {
        "client_key": str(uuid4()), "company": str(rep.company.pk), "new_role_0": "KP", "new_senior_0": "1", "new_name_0": "Chen",
        "service_explained": "on", "advancement": "NEXT_STEP_AGREED", "next_when": "TOMORROW", "next_step": "demo", "note": "wants a demo",
        "lat": str(HERE.latitude), "lng": str(HERE.longitude), "accuracy": "20",
    } | values  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", ["plan", "record", "list", "evening", "plan_companies"])
def test_each_page_shows_for_a_representative_and_a_day_at_work(name: str, language: str) -> None:
    rep = make_field()
    client = signed_in(rep.person)
    empty = client.get(reverse(f"visits:{name}"), headers={"accept-language": language})
    client.post(reverse("visits:propose"), {"client_key": uuid4()})
    make_visit(rep)

    full = client.get(reverse(f"visits:{name}"), {"show": "map"}, headers={"accept-language": language})

    assert (empty.status_code, full.status_code) == (200, 200)


def test_a_supervisor_sees_a_members_plan_and_visits_and_changes_nothing() -> None:
    rep = make_field()
    visit = make_visit(rep)
    client = signed_in(rep.supervisor)

    assert client.get(reverse("visits:plan"), {"person": rep.person.pk}).status_code == 200
    assert client.get(reverse("visits:visit", args=[visit.pk])).status_code == 200
    assert client.get(reverse("visits:list")).status_code == 200
    assert str(HERE.latitude).encode() not in client.get(reverse("visits:visit", args=[visit.pk])).content
    assert client.post(reverse("visits:edit", args=[visit.pk]), {"version": 1}).status_code == 403
    assert client.post(reverse("visits:record"), facts(rep)).status_code == 403
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("name", ["visit", "edit"])
def test_a_colleague_finds_nothing(name: str) -> None:
    rep = make_field()
    visit = make_visit(rep)

    assert signed_in(rep.colleague).get(reverse(f"visits:{name}", args=[visit.pk])).status_code == 404


@pytest.mark.parametrize(
    "name", ["propose", "replan", "order", "submit", "save_plan", "add_stop", "check_in", "consent", "withdraw_consent"]
)
def test_what_writes_is_posted(name: str) -> None:
    assert signed_in(make_field().person).get(reverse(f"visits:{name}")).status_code == 405


def test_the_form_records_a_visit_with_its_verdict_and_goes_to_it() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    client.post(reverse("visits:consent"), {"client_key": uuid4()})

    answer = client.post(reverse("visits:record"), facts(rep))

    visit = Visit.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/visits/{visit.pk}/")
    assert (visit.effective_visit, visit.new_effective_customer, visit.next_step_at) == (
        True,
        True,
        local("10:00", DAY + timedelta(days=1)),
    )
    assert list(VisitContact.objects.values_list("contact__name", "role", "is_senior")) == [("Chen", "KP", True)]
    assert client.get(answer.url).status_code == 200


def test_the_outbox_gets_json_201_then_200_and_409_for_other_contents_which_are_kept() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    sent = facts(rep, recorded_at=local("09:40").isoformat(), device=str(uuid4()), sequence="7", lat="", lng="")
    headers = {"accept": "application/json", "x-sent-at": NOW.isoformat(), "idempotency-key": sent["client_key"]}

    first = client.post(reverse("visits:record"), sent, headers=headers)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        again = client.post(reverse("visits:record"), sent, headers=headers)
        other = client.post(reverse("visits:record"), sent | {"note": "other"}, headers=headers)

    visit = Visit.objects.get()
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["id"] == again.json()["id"] == str(visit.pk)
    assert first.json()["effective_visit"] is False
    assert {"question": "EFFECTIVE_VISIT", "code": "NO_EVIDENCE", "holds": False} in first.json()["reasons"]
    assert (visit.flags, visit.ended_at, visit.device_sequence) == (["OFFLINE"], local("09:40"), 7)
    assert VisitConflict.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"advancement": "NEXT_STEP_AGREED", "next_when": "", "next_step": ""},
        {"new_role_0": ""},
        {"met": "01a202d9-37fa-7391-9933-b70700dee91f"},
        {"trial_close": "PERHAPS"},
        {"demo_steps_done": "999"},
    ],
)
def test_a_form_that_lacks_something_says_so_and_writes_nothing(values: dict[str, str]) -> None:
    rep = make_field()
    client = signed_in(rep.person)

    page = client.post(reverse("visits:record"), facts(rep, **values))
    phone = client.post(reverse("visits:record"), facts(rep, **values), headers={"accept": "application/json"})

    assert (page.status_code, phone.status_code, phone.json()["code"]) == (422, 422, "invalid")
    assert b"wants a demo" in page.content
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59+00:00",
        "2026-03-11T10:00:00",
        "yesterday",
        "1970-01-01T00:00:00Z",
    ],
)
def test_an_unreadable_phone_time_never_loses_a_record(moment: str) -> None:
    rep = make_field()

    answer = signed_in(rep.person).post(
        reverse("visits:record"),
        facts(rep, recorded_at=moment),
        headers={"accept": "application/json", "x-sent-at": moment},
    )

    assert answer.status_code == 201
    assert (Visit.objects.get().flags, Visit.objects.get().business_day) == (["CLOCK_UNREADABLE"], DAY)


def test_check_in_leads_to_the_record_and_cancelling_back_to_the_plan() -> None:
    rep = make_field()
    client = signed_in(rep.person)

    answer = client.post(
        reverse("visits:check_in"), {"client_key": uuid4(), "company": rep.company.pk, "location_refused": "denied"}
    )
    visit = Visit.objects.get()
    page = client.get(answer.url)
    cancelled = client.post(
        reverse("visits:cancel", args=[visit.pk]), {"client_key": uuid4(), "reason": "nobody there"}
    )

    assert (answer.url, page.status_code, cancelled.url) == (
        f"/visits/record/?company={rep.company.pk}",
        200,
        "/visits/plan/",
    )
    assert (visit.presence, Visit.objects.get().state) == ("REFUSED", VisitState.CANCELLED)


def test_a_second_check_in_is_answered_with_the_reason() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    client.post(reverse("visits:check_in"), {"client_key": uuid4(), "company": rep.company.pk})

    answer = client.post(
        reverse("visits:check_in"),
        {"client_key": uuid4(), "company": rep.company.pk},
        headers={"accept": "application/json"},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "visit_in_progress")


def test_a_check_in_with_unreadable_values_starts_where_the_company_is_known_and_says_what_is_missing_else() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    broken = {"client_key": uuid4(), "kind": "x\x00", "item": "no-id"}

    without = client.post(
        reverse("visits:check_in"), broken | {"company": "no-id"}, headers={"accept": "application/json"}
    )
    started = client.post(
        reverse("visits:check_in"), broken | {"company": rep.company.pk}, headers={"accept": "application/json"}
    )

    assert (without.status_code, without.json()["code"]) == (409, "company_is_missing")
    assert (started.status_code, Visit.objects.get().state) == (201, VisitState.STARTED)


def test_known_contacts_are_ticked_with_role_and_seniority_and_can_be_corrected() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    wang, li = make_contact(rep.company, "Wang", roles=("KP",)), make_contact(rep.company, "Li")
    met = {
        "met": [str(wang.pk), str(li.pk)],
        f"role_{wang.pk}": "KP",
        f"senior_{wang.pk}": "1",
        f"role_{li.pk}": "USER",
        "new_role_0": "",
        "new_name_0": "",
    }
    client.post(reverse("visits:record"), facts(rep, **met))
    visit = Visit.objects.get()

    page = client.get(reverse("visits:edit", args=[visit.pk]))
    answer = client.post(
        reverse("visits:edit", args=[visit.pk]),
        {"client_key": uuid4(), "version": 1, "met": str(li.pk), f"role_{li.pk}": "INFLUENCER", "note": "only Li"},
    )

    assert (page.status_code, answer.status_code) == (200, 302)
    assert list(VisitContact.objects.values_list("contact__name", "role", "is_senior")) == [("Li", "INFLUENCER", False)]
    assert (Visit.objects.get().effective_visit, Visit.objects.get().note) == (False, "only Li")


def test_a_plan_is_arranged_and_submitted_by_its_forms() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    other = rep.held_company("Ruifeng")
    tomorrow = (DAY + timedelta(days=1)).isoformat()
    for company in (rep.company, other):
        client.post(reverse("visits:add_stop"), {"client_key": uuid4(), "day": tomorrow, "company": company.pk})
    found = client.get(
        reverse("visits:plan_companies"),
        {"day": tomorrow, "q": "rui"},
        headers={"hx-request": "true", "hx-target": "plan-found"},
    )

    note = client.post(
        reverse("visits:save_plan"), {"client_key": uuid4(), "day": tomorrow, "version": 1, "canvass_note": "tower B"}
    )
    sent = client.post(
        reverse("visits:submit"), {"client_key": uuid4(), "day": tomorrow}, headers={"hx-request": "true"}
    )

    assert (found.status_code, note.status_code, sent.status_code) == (200, 302, 200)
    assert (DayPlan.objects.get().state, DayPlan.objects.get().canvass_note) == ("SUBMITTED", "tower B")


def test_consent_is_given_and_withdrawn_by_its_forms() -> None:
    rep = make_field()
    client = signed_in(rep.person)

    client.post(reverse("visits:consent"), {"client_key": uuid4(), "next": "https://elsewhere.example/"})
    answer = client.post(reverse("visits:withdraw_consent"), {"client_key": uuid4(), "next": "//elsewhere.example/"})

    assert (answer.url, LocationConsent.objects.filter(withdrawn_at=None).count(), LocationConsent.objects.count()) == (
        "/visits/plan/",
        0,
        1,
    )


def test_an_amendment_before_the_lock_is_refused_and_without_a_reason_not_read() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    visit = make_visit(rep)

    early = client.post(
        reverse("visits:amend", args=[visit.pk]), {"client_key": uuid4(), "field": "note", "value": "x", "reason": "y"}
    )
    unread = client.post(
        reverse("visits:amend", args=[visit.pk]), {"client_key": uuid4(), "field": "person", "value": "x", "reason": ""}
    )

    assert (early.status_code, unread.status_code, Amendment.objects.count()) == (409, 422, 0)


def test_the_list_filters_and_asks_the_same_number_of_questions_for_one_and_three_visits() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    make_visit(rep)
    client.get(reverse("visits:list"))
    before = _queries_of(client)
    for number in range(2):
        make_visit(rep, company=rep.held_company(f"Other {number}"), at=NOW + timedelta(minutes=number))

    assert _queries_of(client) == before
    assert client.get(reverse("visits:list"), {"effective": "no", "evidence": "4"}).status_code == 200


def _queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("visits:list"))
    return len(captured)


def test_a_stop_is_pinned_timed_and_called_off_and_the_day_planned_anew_by_forms() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    rep.held_company("Ruifeng")
    tomorrow = (DAY + timedelta(days=1)).isoformat()

    def sent(name: str, item: object = None, **values: object) -> str:
        address = reverse(f"visits:{name}", args=[item] if item else [])
        values |= {"client_key": uuid4(), "day": tomorrow}
        answer = client.post(address, values, headers={"hx-request": "true"})
        assert answer.status_code == 200
        return answer.content.decode()

    sent("propose")
    first, second = PlanItem.objects.order_by("position").values_list("pk", flat=True)
    pinned = sent("pin_stop", first, pinned="1")
    timed = [sent("set_appointment", item, clock="14:00") for item in (first, second)][-1]
    wrong = client.post(reverse("visits:set_appointment", args=[first]), {"client_key": uuid4(), "clock": "25:99"})
    called_off = sent("call_off_stop", second)
    sent("replan")

    offer = 'type="hidden" name="clock"'
    assert ('name="pinned" value="0"' in pinned, offer in timed, wrong.status_code) == (True, True, 422)
    assert offer not in called_off
    assert list(PlanItem.objects.filter(removed_in=None).values_list("pk", flat=True)) == [first]


def test_a_correction_after_the_lock_is_refused_and_what_was_typed_stays_on_the_page() -> None:
    rep = make_field()
    visit = make_visit(rep)
    client = signed_in(rep.person)

    with time_machine.travel(local("19:00"), tick=False):
        page = client.post(
            reverse("visits:edit", args=[visit.pk]), facts(rep, version=str(visit.version), note="Twelve seats")
        )

    assert page.status_code == 409
    assert words_of(Refusal.DAY_IS_LOCKED) in page.content.decode()
    assert "Twelve seats" in page.content.decode()
    assert Visit.objects.get().note != "Twelve seats"
