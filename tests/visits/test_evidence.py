import hashlib
import io
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead
from tests.factories.org import NOW, scope_for
from tests.factories.visits import ADVANCED, HERE, local, make_field, make_visit
from tests.visits.test_views import facts, signed_in
from tiejun.access.scope import Scope
from tiejun.engines.effectiveness import EvidenceLevel
from tiejun.foundation.models import StoredChunk, StrangerHour
from tiejun.foundation.refusals import Forbidden, Invalid, NotFound, Refused
from tiejun.visits.actions.day_locks import hard_lock_day, soft_lock_day
from tiejun.visits.actions.evidence import answer_question, ask_customer, attach_photo, note_accompanied, note_artefact
from tiejun.visits.actions.field import check_in, give_location_consent
from tiejun.visits.actions.recording import record_visit
from tiejun.visits.models import Confirmation, Visit, VisitEvidence, VisitPosition
from tiejun.visits.rules.vocabulary import (
    Answer,
    Capture,
    CheckInInput,
    Flag,
    Moment,
    PhonePosition,
    Presence,
    Refusal,
    VisitInput,
    VisitState,
)

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")


@pytest.fixture(autouse=True)
def _at_ten_in_shanghai():
    with time_machine.travel(NOW, tick=False):
        yield


def photo(colour: str = "teal") -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def unproven(rep, **values) -> Visit:
    record = VisitInput(client_key=uuid4(), company_id=rep.company.pk, facts=ADVANCED, **values)
    return record_visit(rep.scope, facts=record, now=NOW)


def locked(rep) -> None:
    day = Visit.objects.get().business_day
    soft_lock_day(SYSTEM, unit_id=rep.unit.pk, business_day=day, soft_at=local("18:30"), now=local("18:30"))
    hard_lock_day(SYSTEM, unit_id=rep.unit.pk, business_day=day, soft_at=local("18:30"), hard_at=local("26:00"), now=local("26:00"))  # fmt: skip


# -- photos ------------------------------------------------------------------------------------------------------------
def test_a_photo_makes_an_advanced_visit_effective_once_however_often_it_comes() -> None:
    rep = make_field()
    visit = unproven(rep)
    assert (visit.effective_visit, visit.evidence_level) == (False, 0)

    for _ in range(3):
        row = attach_photo(rep.scope, record_key=visit.record_key, content=photo(), now=NOW)

    visit.refresh_from_db()
    assert (visit.effective_visit, visit.evidence_level) == (True, EvidenceLevel.TRACE)
    assert VisitEvidence.objects.count() == 1
    assert row.file.name == f"{row.pk}.jpg"
    assert b"PhoneMaker" not in bytes(StoredChunk.objects.get().content)


def test_a_photo_that_the_record_named_is_pending_until_it_comes_even_after_the_lock() -> None:
    rep = make_field()
    content = photo()
    visit = unproven(rep, photos=(hashlib.sha256(content).hexdigest(),))
    assert (visit.evidence_level, VisitEvidence.objects.get().file_id) == (0, None)
    locked(rep)

    attach_photo(rep.scope, record_key=visit.record_key, content=content, now=local("27:00"))
    with pytest.raises(Refused) as refused:
        attach_photo(rep.scope, record_key=visit.record_key, content=photo("red"), now=local("27:00"))

    visit.refresh_from_db()
    assert VisitEvidence.objects.get().file_id is not None
    assert (visit.state, visit.evidence_level) == (VisitState.LOCKED, 0)
    assert refused.value.refusal is Refusal.DAY_IS_LOCKED


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\0\0\0\x18ftypheic\0\0\0\0"])
def test_what_is_no_photo_is_answered_in_words_and_nothing_is_written(content: bytes) -> None:
    rep = make_field()
    visit = unproven(rep)

    with pytest.raises(Invalid):
        attach_photo(rep.scope, record_key=visit.record_key, content=content, now=NOW)

    assert (VisitEvidence.objects.count(), StoredChunk.objects.count()) == (0, 0)


def test_a_photo_is_shown_within_reach_as_a_file_that_may_do_nothing() -> None:
    rep = make_field()
    visit = unproven(rep)
    mine, leader, colleague = signed_in(rep.person), signed_in(rep.supervisor), signed_in(rep.colleague)
    sent = {"client_key": uuid4(), "record": visit.record_key}

    saved = mine.post(reverse("visits:add_photo"), sent | {"photo": SimpleUploadedFile("../../evil.html", photo())})
    foreign = colleague.post(reverse("visits:add_photo"), sent | {"photo": SimpleUploadedFile("a.jpg", photo("red"))})

    row = VisitEvidence.objects.get()
    url = reverse("visits:photo", args=[row.pk])
    shown = leader.get(url)
    assert (saved.status_code, foreign.status_code) == (302, 404)
    assert (mine.get(url).status_code, colleague.get(url).status_code) == (200, 404)
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Disposition"] == f'attachment; filename="{row.pk}.jpg"'
    assert (shown["X-Content-Type-Options"], shown["Cache-Control"]) == ("nosniff", "private, no-store")
    assert "sandbox" in shown["Content-Security-Policy"]


def test_a_strange_photo_by_the_outbox_gets_a_clear_answer() -> None:
    rep = make_field()
    visit = unproven(rep)
    sent = {"record": visit.record_key, "photo": SimpleUploadedFile("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0")}

    answer = signed_in(rep.person).post(
        reverse("visits:add_photo"), sent, headers={"accept": "application/json", "idempotency-key": str(uuid4())}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "HEIC" in answer.json()["detail"]


# -- the customer ------------------------------------------------------------------------------------------------------
def test_the_customer_confirms_once_in_either_language_and_the_visit_rises() -> None:
    rep = make_field()
    visit = make_visit(rep)
    asked = ask_customer(rep.scope, visit_id=visit.pk, now=NOW)
    url = reverse("visits:confirm", args=[asked.token])
    customer = Client(enforce_csrf_checks=True)

    pages = {lang: customer.get(url, {"lang": lang}) for lang in ("zh", "en")}
    yes = customer.post(f"{url}?lang=en", {"answer": "YES"})
    again = customer.post(url, {"answer": "NO"})

    visit.refresh_from_db()
    for page in pages.values():
        words = page.content.decode()
        assert rep.person.name in words
        assert rep.company.name in words
        assert "Chen Boss" not in words
    assert "Did this visit take place?" in pages["en"].content.decode()
    assert "Did this visit take place?" not in pages["zh"].content.decode()
    assert (yes.status_code, again.status_code, len(customer.cookies)) == (302, 409, 0)
    assert visit.evidence_level == EvidenceLevel.CUSTOMER_CONFIRMED
    assert Confirmation.objects.get().answer == Answer.YES


def test_a_denial_lowers_nothing_and_is_flagged() -> None:
    rep = make_field()
    visit = make_visit(rep)
    asked = ask_customer(rep.scope, visit_id=visit.pk, now=NOW)

    answer_question(SYSTEM, token=asked.token, answer=Answer.NO, now=NOW)

    visit.refresh_from_db()
    assert visit.evidence_level == EvidenceLevel.TRACE
    assert Flag.CUSTOMER_DENIES in visit.flags


def test_a_link_ends_and_cannot_be_guessed() -> None:
    rep = make_field()
    asked = ask_customer(rep.scope, visit_id=make_visit(rep).pk, now=NOW)

    with pytest.raises(Refused) as over:
        answer_question(SYSTEM, token=asked.token, answer=Answer.YES, now=NOW + timedelta(hours=48))
    for guess in ("", "a" * 22, Confirmation(pk=uuid4()).token, str(asked.pk)):
        with pytest.raises(NotFound):
            answer_question(SYSTEM, token=guess, answer=Answer.YES, now=NOW)

    assert over.value.refusal is Refusal.QUESTION_IS_OVER
    assert Confirmation.objects.get().answer == ""


def test_who_asks_too_often_waits() -> None:
    rep = make_field()
    asked = ask_customer(rep.scope, visit_id=make_visit(rep).pk, now=NOW)
    customer, url = Client(), reverse("visits:confirm", args=[asked.token])
    assert customer.get(reverse("visits:confirm", args=["a" * 22])).status_code == 404
    StrangerHour.objects.update(used=59)

    answers = [
        customer.get(url, {"lang": "en"}),
        customer.get(url, {"lang": "en"}),
        customer.post(url, {"answer": "NO"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert "Please try again in an hour." in answers[1].content.decode()
    assert Confirmation.objects.get().answer == ""


def test_only_the_author_asks() -> None:
    rep = make_field()
    visit = make_visit(rep)

    assert signed_in(rep.colleague).post(reverse("visits:ask_customer", args=[visit.pk])).status_code == 404
    assert signed_in(rep.supervisor).post(reverse("visits:ask_customer", args=[visit.pk])).status_code == 403
    assert Confirmation.objects.count() == 0


# -- leaders and artefacts ---------------------------------------------------------------------------------------------
def test_a_leader_who_went_along_is_the_best_evidence_and_nobody_else_may_say_so() -> None:
    rep = make_field()
    visit = make_visit(rep)

    note_accompanied(scope_for(rep.supervisor), visit_id=visit.pk, now=NOW)

    visit.refresh_from_db()
    assert visit.evidence_level == EvidenceLevel.WITNESSED
    with pytest.raises(Forbidden):
        note_accompanied(rep.scope, visit_id=visit.pk, now=NOW)


def test_what_was_made_on_the_spot_proves_the_visit_that_is_near() -> None:
    rep = make_field()
    visit = make_visit(rep)

    near = note_artefact(rep.scope, company_id=rep.company.pk, what="Order draft", now=NOW + timedelta(hours=1))
    far = note_artefact(rep.scope, company_id=rep.company.pk, what="Order draft", now=NOW + timedelta(hours=20))

    visit.refresh_from_db()
    assert (near.pk, far, visit.evidence_level) == (visit.pk, None, EvidenceLevel.ON_THE_SPOT)


# -- positions ---------------------------------------------------------------------------------------------------------
def test_a_position_is_kept_at_start_and_end_only_and_leaving_early_is_flagged() -> None:
    rep = make_field()
    give_location_consent(rep.scope, now=NOW)
    begun = check_in(rep.scope, facts=CheckInInput(uuid4(), company_id=rep.company.pk, capture=Capture(NOW, position=HERE)), now=NOW)  # fmt: skip
    later = NOW + timedelta(minutes=30)
    away = PhonePosition(latitude=30.30, longitude=120.16, accuracy_metres=10)

    record = VisitInput(uuid4(), visit_id=begun.pk, facts=ADVANCED, capture=Capture(later, position=away))
    visit = record_visit(rep.scope, facts=record, now=later)

    assert list(VisitPosition.objects.order_by("-moment").values_list("moment", flat=True)) == [
        Moment.START,
        Moment.END,
    ]
    assert (visit.presence, Flag.LEFT_BEFORE_END in visit.flags) == (Presence.IN_RANGE, True)


def test_a_phone_that_stands_still_is_flagged_and_counts_all_the_same() -> None:
    rep = make_field()
    make_visit(rep)
    other = make_held_lead(
        rep.person,
        rep.unit,
        company=make_company("Far Off", latitude=30.35, longitude=120.3),
        now=NOW - timedelta(days=1),
    ).company

    visit = make_visit(rep, company=other, at=NOW + timedelta(hours=1))

    assert visit.presence == Presence.OUT_OF_RANGE
    assert Flag.POSITION_FROZEN in visit.flags
    assert visit.state == VisitState.COMPLETED


# -- from the outbox ---------------------------------------------------------------------------------------------------
def test_a_record_finds_the_check_in_that_waited_in_the_same_phone() -> None:
    rep = make_field()
    key = uuid4()
    begun = check_in(rep.scope, facts=CheckInInput(key, company_id=rep.company.pk), now=NOW)

    record = VisitInput(uuid4(), company_id=rep.company.pk, check_in_key=key, facts=ADVANCED)
    visit = record_visit(rep.scope, facts=record, now=NOW + timedelta(minutes=20))

    assert (visit.pk, Visit.objects.count()) == (begun.pk, 1)


def test_a_record_whose_check_in_never_arrived_is_a_visit_with_its_start() -> None:
    rep = make_field()
    record = VisitInput(
        uuid4(), company_id=rep.company.pk, check_in_key=uuid4(), started_at=NOW - timedelta(minutes=40), facts=ADVANCED,
        capture=Capture(recorded_at=NOW),
    )  # fmt: skip

    visit = record_visit(rep.scope, facts=record, now=NOW)

    assert visit.ended_at - visit.started_at == timedelta(minutes=40)


def test_tomorrow_means_the_day_after_the_telling_however_late_it_comes_and_a_repeat_is_the_same() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    told = local("17:00")
    key = str(uuid4())
    sent = facts(rep, client_key=key, next_when="TOMORROW", recorded_at=told.isoformat())
    answers = []
    for hours in (0, 20, 44):
        with time_machine.travel(told + timedelta(hours=hours, minutes=1), tick=False):
            now = told + timedelta(hours=hours, minutes=1)
            head = {"accept": "application/json", "idempotency-key": key, "x-sent-at": now.isoformat()}
            answers.append(client.post(reverse("visits:record"), sent, headers=head).status_code)

    assert answers == [201, 200, 200]
    assert Visit.objects.get().next_step_at == local("34:00")


def test_a_record_with_other_contents_under_the_same_key_is_kept_and_shown() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    sent = facts(rep)
    client.post(reverse("visits:record"), sent)

    again = client.post(reverse("visits:record"), sent | {"note": "A quite different story"})

    visit = Visit.objects.get()
    page = client.get(reverse("visits:visit", args=[visit.pk])).content.decode()
    assert again.status_code == 409
    assert "wants a demo" in page
    assert "A quite different story" in page
