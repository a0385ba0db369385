"""Pages, the customer's survey and the interface for programs."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.factories.org import NOW
from tests.factories.pipeline import TODAY
from tests.pipeline.test_api import send
from tests.pipeline.test_views import client_of
from tests.success.test_handovers import ENDS_ON, hand_over
from tests.success.test_voices import DUE, ask, complain
from tiejun.foundation.models import StrangerHour
from tiejun.pipeline.models import Opportunity
from tiejun.success.models import (
    Complaint,
    CustomerHandover,
    CustomerLife,
    CustomerVoice,
    EnablementStep,
    FollowOnDeal,
    SatisfactionSurvey,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def working_morning():
    with time_machine.travel(NOW, tick=False):
        yield


def url(name, *args):
    return reverse(f"success:{name}", args=args)


def post(client, name, *args, **fields):
    return client.post(url(name, *args), {"client_key": str(uuid4())} | fields)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("which", ["hand_over", "at_risk", "renew", "complaints", "all"])
def test_the_desk_lists_what_waits(cast, handover, which, language):
    hand_over(cast, handover, ends_on=TODAY + timedelta(days=9))
    for _number in range(3):
        complain(cast, words="<b>It stops</b>", due_on=TODAY)
    CustomerLife.objects.update(score=20, standing="AT_RISK")

    page = client_of(cast).get(f"{url('desk')}?which={which}", headers={"Accept-Language": language})
    text = page.content.decode()
    assert (page.status_code, cast.company.name in text, "<b>It stops</b>" in text) == (200, True, False)
    assert cast.company.name not in client_of(cast, "stranger").get(f"{url('desk')}?which={which}").content.decode()


def test_an_order_goes_over_on_the_pages(cast, handover):
    rep, ops = client_of(cast), client_of(cast, "ops")
    form = rep.get(url("hand-over", handover.pk)).content.decode()
    # The payment plan and the usual end are filled in.
    assert ("2026-03-25" in form, f'value="{ENDS_ON}"' in form) == (True, True)
    sent = {
        "version": 1,
        "promised": "Kept words",
        "contacts": "",
        "ends_on": "2027-03-11",
        "receiver": str(cast.ops.pk),
    }
    missing = post(rep, "hand-over", handover.pk, **sent)
    assert (missing.status_code, "Kept words" in missing.content.decode()) == (422, True)
    stale = post(rep, "hand-over", handover.pk, **sent | {"contacts": "Ms Wang", "version": 0}).content.decode()
    assert ('role="alert"' in stale, 'name="version" value="1"' in stale, "Kept words" in stale) == (True,) * 3
    assert post(rep, "hand-over", handover.pk, **sent | {"contacts": "Ms Wang"}).status_code == 302
    again = post(rep, "hand-over", handover.pk, **sent | {"contacts": "Ms Wang", "version": 2})
    assert (again.status_code, "Kept words" in again.content.decode()) == (422, True)

    assert "Kept words" in ops.get(url("life", cast.company.pk)).content.decode()
    assert post(ops, "send-back", handover.pk, version=2, note="Who trains?").status_code == 302
    assert "Who trains?" in rep.get(url("life", cast.company.pk)).content.decode()
    assert post(rep, "hand-over", handover.pk, **sent | {"contacts": "Ms Wang", "version": 3}).status_code == 302
    assert post(ops, "receive", handover.pk).status_code == 302
    assert CustomerHandover.objects.get().received_at == NOW


def test_what_people_do_for_a_customer_on_the_pages(cast, handover):
    rep, company = client_of(cast), cast.company.pk
    hand_over(cast, handover)
    step = ("step", company, handover.order_id, "TRAIN")
    assert rep.get(url(*step)).status_code == 200
    assert post(rep, *step, done_on="2026-03-11", evidence="Six people").status_code == 302
    assert post(rep, *step, done_on="2026-03-11", evidence="Six people").status_code == 422
    assert rep.get(url("step", company, handover.order_id, "DANCE")).status_code == 404
    assert post(rep, "next", company, words="Visit", due_on="2026-03-20").status_code == 302
    assert post(rep, "voice", company, kind="USAGE", usage="3").status_code == 302
    assert post(rep, "voice", company, kind="PRAISE").status_code == 422
    complaint = {"subject": "QUALITY", "words": "Stops", "owner": str(cast.rep.pk), "due_on": str(DUE)}
    assert post(rep, "complain", company, **complaint).status_code == 302
    row = Complaint.objects.get()
    assert post(rep, "move", row.pk, version=1, owner=str(cast.ops.pk), due_on=str(DUE)).status_code == 302
    assert post(rep, "answer", row.pk, version=2, answer="Done").status_code == 404
    assert post(client_of(cast, "ops"), "answer", row.pk, version=2, answer="Done").status_code == 302
    assert post(rep, "renew", company, handover.order_id).status_code == 302
    assert post(rep, "not-renewed", company, handover.order_id, reason="x").status_code == 422
    adding = {"product_line": str(cast.line.pk), "amount": "12.50", "close_on": "2026-04-01"}
    assert post(rep, "add-on", company, **adding).status_code == 422
    assert (EnablementStep.objects.count(), CustomerVoice.objects.count(), FollowOnDeal.objects.count()) == (1, 1, 1)

    page = rep.get(url("life", company)).content.decode()
    assert url("renew", company, handover.order_id) not in page  # it ends in a year, and is renewed already
    assert all(words in page for words in ("Six people", "Visit", "Stops", "Done"))
    assert "Visit" in rep.get(url("panel", company)).content.decode()
    for name in ("life", "panel"):
        assert client_of(cast, "stranger").get(url(name, company)).status_code == 404


def test_a_company_that_signed_nothing_has_an_empty_life(cast):
    rep = client_of(cast)
    assert rep.get(url("life", cast.company.pk)).status_code == 200
    assert rep.get(url("panel", cast.company.pk)).content.strip() == b""
    assert post(rep, "ask", cast.company.pk).status_code == 409


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_customer_answers_once_by_the_link(cast, handover, language):
    assert post(client_of(cast), "ask", cast.company.pk).status_code == 302
    survey = SatisfactionSurvey.objects.get()
    assert survey.code in client_of(cast).get(url("life", cast.company.pk)).content.decode()
    stranger, address = Client(enforce_csrf_checks=True), f"{url('survey', survey.code)}?lang={language}"

    page = stranger.get(address)
    wrong = stranger.post(address, {"score": "eleven"})
    right = stranger.post(address, {"score": "9", "words": "<b>fine</b>", "client_key": str(uuid4())})
    again = stranger.post(address, {"score": "0", "client_key": str(uuid4())})

    assert (page.status_code, wrong.status_code, right.status_code, again.status_code) == (200, 422, 302, 200)
    assert (page["Cache-Control"], len(page.cookies)) == ("no-store", 0)
    survey.refresh_from_db()
    assert (survey.score, survey.words) == (9, "<b>fine</b>")


def test_a_guessed_link_says_nothing_and_one_that_ran_out_is_over(cast, handover):
    survey = ask(cast)
    stranger = Client()
    guessed = stranger.get(url("survey", "x" * 32))
    assert (guessed.status_code, cast.company.name in guessed.content.decode()) == (404, False)
    with time_machine.travel(survey.open_until, tick=False):
        late = stranger.post(url("survey", survey.code), {"score": "5"})
    assert (late.status_code, cast.company.name in late.content.decode()) == (410, False)
    StrangerHour.objects.update(used=10_000)
    assert stranger.get(url("survey", survey.code)).status_code == 429
    assert SatisfactionSurvey.objects.get().answered_at is None


def test_a_program_does_what_people_do(cast, handover):
    rep, ops, company = client_of(cast), client_of(cast, "ops"), f"/companies/{cast.company.pk}/life"
    status, page = send(rep, "/lives/handovers", method="get")
    assert (status, page["items"][0]["id"]) == (200, str(handover.pk))
    over = {
        "version": 1,
        "promised": "Two trainings",
        "contacts": "Ms Wang",
        "ends_on": "2026-04-01",
        "receiver_id": str(cast.ops.pk),
    }
    assert send(rep, f"/lives/handovers/{handover.pk}/hand-over", over)[0] == 200
    assert send(ops, f"/lives/handovers/{handover.pk}/send-back", {"version": 2, "note": "Who?"})[0] == 200
    assert send(rep, f"/lives/handovers/{handover.pk}/hand-over", over | {"version": 3})[0] == 200
    assert send(ops, f"/lives/handovers/{handover.pk}/receive", {"version": 4})[0] == 200
    order = f"{company}/orders/{handover.order_id}"
    assert send(rep, f"{order}/steps", {"step": "HELP", "done_on": "2026-03-11", "evidence": "Solved"})[0] == 200
    assert send(rep, f"{company}/voices", {"kind": "USAGE", "usage": 2})[0] == 200
    assert send(rep, f"{company}/next-step", {"words": "Visit", "due_on": "2026-03-12"})[0] == 200
    trouble = {"subject": "PRODUCT", "words": "Stops", "owner_id": str(cast.rep.pk), "due_on": "2026-03-12"}
    opened = send(rep, f"{company}/complaints", trouble)[1]
    closing = {"version": opened["version"], "answer": "Done"}
    moved = send(
        rep, f"/complaints/{opened['id']}/move", {"version": 1, "owner_id": str(cast.rep.pk), "due_on": "2026-03-13"}
    )
    assert (moved[0], send(rep, f"/complaints/{opened['id']}/answer", closing | {"version": 2})[0]) == (200, 200)
    assert send(rep, f"{company}/survey")[0] == 200
    assert send(rep, f"{order}/renewal")[1]["opportunity_id"] == str(Opportunity.objects.latest("opened_at", "pk").pk)
    assert send(rep, f"{order}/not-renewed", {"reason": "x"})[1]["code"] == "renewal_decided"
    line = {"product_line_id": str(cast.line.pk), "amount_minor": 5, "close_on": "2026-04-01"}
    assert send(rep, f"{company}/add-ons", line)[1]["code"] == "already_open"

    named = {"name": "Lighthouse Ltd", "city_code": "330100", "may_name": True}
    assert send(rep, f"{company}/referrals", named)[0] == 200

    life = send(rep, company, method="get")[1]
    assert (life["score"], [one["stage"] for one in life["stages"] if one["since"]]) == (
        100,
        ["ACQUIRE", "ACTIVATE", "REFER"],
    )
    assert [step["step"] for step in life["orders"][0]["steps"] if step["done_on"]] == ["HELP"]
    rows = send(rep, "/lives?which=all", method="get")[1]["items"]
    assert [(row["company_id"], row["next_step"]) for row in rows] == [(str(cast.company.pk), "Visit")]
    assert send(rep, "/complaints?which=closed", method="get")[1]["items"][0]["answer"] == "Done"
    assert send(client_of(cast, "stranger"), company, method="get")[0] == 404
