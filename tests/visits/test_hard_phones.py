"""What phones do wrong: each gets a clear answer, and no visit is lost.

Photos that are none, two phones at once and unreadable moments stand in `test_evidence`, `test_visit_race` and `test_views`;
phones in a browser stand in `tests/reliability/test_rs24_*`.
"""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.engines.test_pictures import bomb
from tests.factories.org import NOW, scope_for
from tests.factories.visits import DAY, HERE, local, make_field, make_visit
from tests.visits.test_day_locks import SYSTEM
from tests.visits.test_views import facts, signed_in
from tiejun.engines.pictures import PictureFault
from tiejun.foundation.models import StoredChunk
from tiejun.leads.actions import transfer_lead
from tiejun.leads.models import FollowUp, Lead, LeadTenure
from tiejun.visits.actions.day_locks import hard_lock_day, soft_lock_day
from tiejun.visits.models import Visit, VisitConflict, VisitEvidence
from tiejun.visits.queries.days import day_counts
from tiejun.visits.queries.frames import locked_visits
from tiejun.visits.rules.signs import Sign
from tiejun.visits.rules.vocabulary import Capture, PhonePosition
from tiejun.visits.texts import FLAGS, PICTURE_FAULTS, PRESENCES

pytestmark = pytest.mark.django_db
NANCHANG = {"lat": "28.6829", "lng": "115.8582"}


@pytest.fixture(autouse=True)
def _at_ten_in_shanghai():
    with time_machine.travel(NOW, tick=False):
        yield


def send(client, sent: dict, **headers: str):
    """Send a record as the outbox does."""
    head = {"accept": "application/json", "idempotency-key": str(sent["client_key"])} | headers
    return client.post(reverse("visits:record"), sent, headers=head)


def described(client) -> str:
    """What the page of the only visit says, entities undone."""
    return client.get(reverse("visits:visit", args=[Visit.objects.get().pk])).content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("values", "presence", "flags"),
    [
        ({"lat": "", "lng": "", "accuracy": "", "location_refused": "unavailable"}, "REFUSED", []),
        ({"lat": "", "lng": "", "accuracy": "", "location_refused": "denied"}, "REFUSED", []),
        ({"lat": "", "lng": "", "accuracy": ""}, "NONE", []),
        (NANCHANG, "SITE_UNKNOWN", ["FAR_FROM_SITE"]),
        ({"accuracy": "5000"}, "COARSE", ["POSITION_COARSE"]),
        ({"lat": "30.30"}, "OUT_OF_RANGE", []),
    ],
)
def test_a_position_that_is_off_refused_far_or_rough_is_said_and_costs_no_visit(values, presence, flags) -> None:
    rep = make_field()
    client = signed_in(rep.person)
    client.post(reverse("visits:consent"))

    answer = send(client, facts(rep, evidence="CARD", **values))

    visit = Visit.objects.get()
    page = described(client)
    assert (answer.status_code, visit.presence, visit.flags) == (201, presence, flags)
    assert visit.effective_visit, "another piece of evidence stands in for the position"
    assert str(PRESENCES[presence]) in page
    assert all(str(FLAGS[flag]) in page for flag in flags)


def test_a_phone_frozen_in_another_city_is_flagged_from_the_second_visit_on_and_looked_at_by_quality() -> None:
    rep = make_field()
    stuck = PhonePosition(latitude=28.6829, longitude=115.8582, accuracy_metres=15)
    near = {"latitude": HERE.latitude, "longitude": HERE.longitude}
    first, second = (
        make_visit(
            rep, at=local(clock), company=rep.held_company(**near), capture=Capture(local(clock), position=stuck)
        )
        for clock in ("10:00", "11:00")
    )

    lines = {line.visit_id: line for line in _locked_frame(rep)}

    assert (first.flags, second.flags) == (["FAR_FROM_SITE"], ["FAR_FROM_SITE", "POSITION_FROZEN"])
    assert Sign.FAR in lines[second.pk].signs
    assert Sign.FAR not in lines[first.pk].signs


def test_a_mocked_position_that_jumps_across_the_country_is_flagged_and_looked_at_by_quality() -> None:
    rep = make_field()
    make_visit(rep, at=local("10:00"))
    far = rep.held_company(latitude=31.2304, longitude=121.4737)
    there = PhonePosition(latitude=31.2304, longitude=121.4737, accuracy_metres=5)

    jumped = make_visit(rep, at=local("10:20"), company=far, capture=Capture(local("10:20"), position=there))

    lines = {line.visit_id: line for line in _locked_frame(rep)}
    assert (jumped.presence, jumped.flags) == ("IN_RANGE", ["POSITION_JUMP"])
    assert Sign.FAST in lines[jumped.pk].signs


def _locked_frame(rep):
    _lock(rep)
    return locked_visits(SYSTEM, DAY, late_since=local("00:00"))


def _lock(rep, *, hard: bool = True) -> None:
    soft = local("18:30")
    soft_lock_day(SYSTEM, unit_id=rep.unit.pk, business_day=DAY, soft_at=soft, now=soft)
    if hard:
        hard_lock_day(SYSTEM, unit_id=rep.unit.pk, business_day=DAY, soft_at=soft, hard_at=local("26:00"), now=local("26:00"))  # fmt: skip


@pytest.mark.parametrize("days", [-3, 3])
def test_a_clock_three_days_off_is_corrected_and_said(days: int) -> None:
    rep = make_field()
    client = signed_in(rep.person)
    by_phone = NOW + timedelta(days=days)
    sent = facts(rep, recorded_at=(by_phone - timedelta(minutes=30)).isoformat())

    answer = send(client, sent, **{"x-sent-at": by_phone.isoformat()})

    visit = Visit.objects.get()
    assert (answer.status_code, visit.business_day, visit.ended_at) == (201, DAY, NOW - timedelta(minutes=30))
    assert str(FLAGS["CLOCK_SKEW"]) in described(client)


def test_a_visit_sent_five_times_is_one_and_one_of_other_contents_is_kept_beside_it() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    sent = facts(rep)

    with time_machine.travel(NOW, tick=False) as clock:
        answers = []
        for _ in range(5):
            answers.append(send(client, sent))
            clock.shift(1)
    other = send(client, sent | {"note": "A quite different story"})
    again = send(client, sent | {"note": "A quite different story"})

    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (other.status_code, again.status_code) == (409, 409)
    assert other.json()["detail"]
    assert (Visit.objects.count(), VisitConflict.objects.count()) == (1, 1)
    assert "A quite different story" in described(client)


@pytest.mark.parametrize(
    ("content", "fault"),
    [(bomb(), "TOO_MANY_PIXELS"), (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"), (b"", "EMPTY")],
    ids=["60,000 squared", "HEIC", "0 bytes"],
)
def test_a_photo_that_cannot_be_taken_is_answered_in_words_and_its_visit_stays(content: bytes, fault: str) -> None:
    rep = make_field()
    client = signed_in(rep.person)
    sent = facts(rep)
    send(client, sent)

    photo = {"record": sent["client_key"], "photo": SimpleUploadedFile("a.jpg", io.BytesIO(content).getvalue())}
    head = {"accept": "application/json", "idempotency-key": str(uuid4())}
    answer = client.post(reverse("visits:add_photo"), photo, headers=head)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert str(PICTURE_FAULTS[PictureFault(fault)]) in answer.json()["detail"]
    assert (Visit.objects.count(), VisitEvidence.objects.count(), StoredChunk.objects.count()) == (1, 0, 0)


def test_a_visit_to_a_lead_that_was_lost_at_noon_is_a_fact_and_gives_nothing_back() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    lead = Lead.objects.get(company=rep.company)
    noon, later = local("12:00"), local("14:00")
    with time_machine.travel(noon, tick=False):
        transfer_lead(
            scope_for(rep.supervisor, noon),
            lead_id=lead.pk,
            to_person_id=rep.colleague.pk,
            reason="he knows them",
            now=noon,
        )
    with time_machine.travel(later, tick=False):
        sent = facts(rep, recorded_at=local("11:40").isoformat())
        answer = send(client, sent, **{"x-sent-at": later.isoformat()})

    visit = Visit.objects.get()
    assert (answer.status_code, visit.ended_at, visit.kind) == (201, local("11:40"), "COLD")
    assert visit.flags == ["HELD_BY_COLLEAGUE", "OFFLINE"]
    assert str(FLAGS["HELD_BY_COLLEAGUE"]) in described(client)
    assert LeadTenure.objects.get(lead=lead, ended_at=None).person_id == rep.colleague.pk
    assert not FollowUp.objects.filter(person=rep.person).exists()
    assert day_counts(SYSTEM, [rep.person.pk], DAY, now=later)[rep.person.pk].visits == 1


def test_a_visit_across_midnight_counts_on_the_day_it_began_and_once() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    key = str(uuid4())
    sent = facts(
        rep,
        client_key=key,
        started_at=local("23:40").isoformat(),
        recorded_at=local("24:20").isoformat(),
        evidence="CARD",
    )
    for clock, status in (("24:21", 201), ("25:30", 200), ("33:00", 200)):
        now = local(clock)
        with time_machine.travel(now, tick=False):
            answer = send(client, sent, **{"x-sent-at": now.isoformat()})
        assert answer.status_code == status

    visit = Visit.objects.get()
    assert (visit.business_day, visit.started_at, visit.ended_at) == (DAY, local("23:40"), local("24:20"))
    assert day_counts(SYSTEM, [rep.person.pk], DAY, now=local("33:00"))[rep.person.pk].adjusted_visits == 1
    assert (
        day_counts(SYSTEM, [rep.person.pk], DAY + timedelta(days=1), now=local("33:00"))[rep.person.pk].adjusted_visits
        == 0
    )


def test_a_visit_of_before_midnight_that_comes_after_the_hard_lock_is_a_late_entry_of_its_own_day() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    make_visit(rep, at=local("15:00"))
    _lock(rep)
    now = local("33:00")
    other = rep.held_company()

    sent = facts(rep, company=str(other.pk), recorded_at=local("23:50").isoformat())
    with time_machine.travel(now, tick=False):
        answer = send(client, sent, **{"x-sent-at": now.isoformat()})

    late = Visit.objects.get(company=other)
    counts = day_counts(SYSTEM, [rep.person.pk], DAY, now=now)[rep.person.pk]
    assert (answer.status_code, late.business_day, late.entry) == (201, DAY, "LATE")
    assert (counts.visits, counts.restated_visits) == (1, 2)
