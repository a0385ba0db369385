"""The morning digest: by the reader's own wish, each working day, told once, as far as they reach themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from tests.factories.org import make_login, make_person, scope_for
from tests.factories.pipeline import make_cast
from tests.insight.test_growth import sell, signed_in
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound
from tiejun.inbox.models import Notice
from tiejun.inbox.rules import words_of_notice
from tiejun.org.models import Login, Position
from tiejun.reports import jobs
from tiejun.reports.actions.digests import begin_digest, stop_digest, wish_digest
from tiejun.reports.models import DigestSent, DigestWish

NOW = datetime(2026, 4, 17, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in Shanghai
SYSTEM = Scope.system("test")


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db, time_machine, settings):
    settings.MAIL_IS_CONFIGURED, settings.SITE_URL = True, "https://sales.example.com"
    time_machine.move_to(NOW, tick=False)
    return make_cast()


@pytest.fixture
def ceo(cast):
    return make_person(role=Role.CEO, unit=cast.tree.company)


def wish(person, **values):
    told = {"board": "ceo", "hour": "08:00", "by_mail": True, "language": "en", "now": NOW} | values
    return wish_digest(scope_for(person), **told)


def test_it_comes_the_next_working_day_and_is_told_and_mailed_once(cast, ceo, time_machine):
    sell(cast, NOW.date(), 500_00)
    Login.objects.filter(pk=make_login(ceo).pk).update(email="ceo@example.com")
    row = wish(ceo)
    assert row.due_at == datetime(2026, 4, 20, 0, 0, tzinfo=UTC)  # Monday, 08:00 in Shanghai
    time_machine.move_to(row.due_at, tick=False)

    jobs.hand_out_digests()
    jobs.hand_out_digests()
    for _run in range(2):
        jobs.send_digest(str(row.pk), row.due_at.isoformat())

    (notice,) = Notice.objects.filter(person=ceo)
    assert notice.facts["day"] == "2026-04-17"
    assert words_of_notice(notice.code, notice.facts).startswith(
        "Morning digest of 2026-04-17: ¥500 signed, ¥0 received, 0 visits."
    )
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ceo@example.com"], "Morning digest 2026-04-17")
    assert "Signed amount: ¥500" in message.body
    assert "https://sales.example.com/reports/digest/" in message.body
    assert message.extra_headers["Message-ID"].startswith(f"<digest-{row.pk}-")
    assert AuditEntry.objects.filter(event="reports.digest_begun").count() == 1
    assert DigestWish.objects.get().due_at == row.due_at + timedelta(days=1)
    assert DigestSent.objects.get().mailed_at is not None


def test_a_mail_that_cannot_go_says_why_and_the_inbox_has_it_all_the_same(cast, ceo, settings):
    settings.MAIL_IS_CONFIGURED = False
    row = wish(ceo)

    jobs.send_digest(str(row.pk), row.due_at.isoformat())

    assert (DigestSent.objects.get().fault, Notice.objects.filter(person=ceo).count(), mail.outbox) == (
        "NO_MAIL_SERVER",
        1,
        [],
    )
    assert b"no mail server" in signed_in(ceo).get(reverse("reports:digest")).content


def test_who_lost_the_role_is_told_nothing(cast, ceo):
    row = wish(ceo)
    Position.objects.filter(person=ceo).update(role=Role.REP)

    jobs.send_digest(str(row.pk), row.due_at.isoformat())

    assert (Notice.objects.filter(person=ceo).count(), mail.outbox) == (0, [])


@pytest.mark.parametrize(
    ("values", "refusal"), [({"board": "cfo"}, NotFound), ({"hour": "8"}, Invalid), ({"hour": "24:00"}, Invalid)]
)
def test_what_is_no_digest_is_refused_and_nothing_written(cast, ceo, values, refusal):
    with pytest.raises(refusal):
        wish(ceo, **values)
    assert not DigestWish.objects.exists()


def test_it_is_wished_changed_and_stopped_on_the_page(cast, ceo):
    browser = signed_in(ceo)
    url = reverse("reports:digest")
    assert "It does not come by itself" in browser.get(url).content.decode()

    for hour in ("08:00", "07:15"):
        assert browser.post(url, {"board": "ceo", "hour": hour}).status_code == 302
    assert browser.post(url, {"board": "ceo", "hour": "x"}).status_code == 422

    assert [(row.hour, row.by_mail) for row in DigestWish.objects.all()] == [("07:15", False)]
    assert browser.post(reverse("reports:digest_stop")).status_code == 302
    assert browser.post(reverse("reports:digest_stop")).status_code == 404
    assert not DigestWish.objects.exists()


def test_a_stopped_or_early_digest_begins_nothing(cast, ceo):
    row = wish(ceo)
    assert begin_digest(SYSTEM, wish_id=row.pk, now=NOW) is False
    stop_digest(scope_for(ceo))
    jobs.send_digest(str(row.pk), row.due_at.isoformat())
    assert not Notice.objects.exists()


def test_representatives_have_none(cast):
    with pytest.raises(PermissionRefused):
        wish(cast.rep)


def test_programs_read_and_wish_it(cast, ceo):
    browser = signed_in(ceo)

    put = browser.put(
        "/api/v1/digest",
        {"board": "ceo", "hour": "07:30"},
        content_type="application/json",
        headers={"Idempotency-Key": str(new_id())},
    )
    told = browser.get("/api/v1/digest").json()

    assert put.status_code == 200
    assert (told["board"], told["subscription"]["hour"], told["lines"][0]["metric"]) == (
        "ceo",
        "07:30",
        "signed-amount",
    )
    assert browser.delete("/api/v1/digest", headers={"Idempotency-Key": str(new_id())}).status_code == 204
    assert browser.get("/api/v1/digest").json()["subscription"] is None
