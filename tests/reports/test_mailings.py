"""Lists that come by mail: when they are due, who may get them, and what each gets."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories.leads import make_held_lead
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.engines.workdays.calendar import WorkCalendar
from tiejun.exchange.rules.exports import FileKind
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.inbox.models import Notice
from tiejun.org.models import Login, Position
from tiejun.reports import jobs
from tiejun.reports.actions import mailings as actions
from tiejun.reports.actions.mailings import MailingWish
from tiejun.reports.models import Delivery, Mailing
from tiejun.reports.queries.mailings import own_mailing, possible_recipients
from tiejun.reports.rules.mailing import Rhythm, due_on

# Wednesday the 1st and Monday the 6th of July are days off.
CALENDAR = WorkCalendar(days_off=frozenset({date(2026, 7, 1), date(2026, 7, 6)}))


@pytest.mark.parametrize(
    ("rhythm", "weekday", "first", "due"),
    [
        (Rhythm.DAILY, 0, date(2026, 6, 30), date(2026, 6, 30)),
        (Rhythm.DAILY, 0, date(2026, 7, 1), date(2026, 7, 2)),
        (Rhythm.WEEKLY, 0, date(2026, 7, 1), date(2026, 7, 7)),
        (Rhythm.WEEKLY, 0, date(2026, 7, 7), date(2026, 7, 7)),
        (Rhythm.WEEKLY, 2, date(2026, 7, 1), date(2026, 7, 2)),
        (Rhythm.WEEKLY, 4, date(2026, 7, 4), date(2026, 7, 10)),
        (Rhythm.MONTHLY, 0, date(2026, 6, 2), date(2026, 7, 2)),
        (Rhythm.MONTHLY, 0, date(2026, 7, 2), date(2026, 7, 2)),
        (Rhythm.MONTHLY, 0, date(2026, 7, 3), date(2026, 8, 3)),
    ],
)
def test_mails_are_due_on_working_days(rhythm, weekday, first, due) -> None:
    assert due_on(rhythm, weekday, first, CALENDAR) == due


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.head = make_person(name="Gu Ming", role=Role.SALES_HEAD, unit=self.tree.company)
        self.supervisor = make_person(name="Wang Fang", role=Role.SUPERVISOR, unit=self.tree.group)
        self.rep = make_person(unit=self.tree.group)
        self.stranger = make_person(unit=self.tree.other_group)
        make_held_lead(self.rep, self.tree.group, now=NOW)
        make_held_lead(self.stranger, self.tree.other_group, now=NOW)
        for number, person in enumerate((self.head, self.supervisor)):
            Login.objects.filter(pk=make_login(person).pk).update(email=f"p{number}@example.com")

    def wish(self, *persons, **values):
        told = {"name": "Leads", "rhythm": Rhythm.DAILY, "hour": "08:30", "file_kind": FileKind.CSV} | values
        return MailingWish(persons=[person.pk for person in persons or (self.head, self.supervisor)], **told)

    def keep(self, *persons, by=None, kind="leads.mine", **values):
        return actions.keep_mailing(
            scope_for(by or self.head), kind=kind, address="intent=", wish=self.wish(*persons, **values), language="en", now=NOW
        )  # fmt: skip

    def client(self, person) -> Client:
        login = Login.objects.get(person=person)
        Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
        client = Client(headers={"accept-language": "en"})
        client.force_login(login)
        return client


@pytest.fixture
def world(db, time_machine, settings):
    settings.MAIL_IS_CONFIGURED, settings.SITE_URL = True, "https://sales.example.com"
    time_machine.move_to(NOW, tick=False)
    return World()


def send(row):
    due_at = row.due_at
    jobs.send_mails(str(row.pk), due_at.isoformat())
    return due_at


def test_each_gets_what_they_reach_themselves(world) -> None:
    row = world.keep()
    due_at = send(row)
    send(row)

    found = {message.to[0]: message for message in mail.outbox}
    assert len(mail.outbox) == 2
    rows = {to: message.attachments[0][1].count("\n") - 1 for to, message in found.items()}
    assert rows == {"p0@example.com": 2, "p1@example.com": 1}
    assert found["p1@example.com"].subject == "Leads"
    assert "https://sales.example.com/" in found["p1@example.com"].body
    assert sorted(Delivery.objects.filter(due_at=due_at).values_list("rows", "fault")) == [(1, ""), (2, "")]
    assert AuditEntry.objects.filter(event="reports.mailed").count() == 2


def test_due_mailings_begin_once_and_are_due_again(world, time_machine) -> None:
    row = world.keep()
    assert row.due_at == datetime(2026, 3, 12, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    time_machine.move_to(row.due_at + timedelta(days=5), tick=False)

    jobs.hand_out_mailings()
    jobs.hand_out_mailings()

    row.refresh_from_db()
    assert AuditEntry.objects.filter(event="reports.mailing_begun").count() == 1
    assert row.due_at.astimezone(ZoneInfo("Asia/Shanghai")).date() == date(2026, 3, 18)


def test_a_failure_is_told_to_its_owner_alone(world, settings) -> None:
    Login.objects.filter(person=world.supervisor).update(email="")
    row = world.keep()
    send(row)
    late = world.keep(world.supervisor, name="Second")
    Position.objects.filter(person=world.supervisor).update(role=Role.REP)
    Login.objects.filter(person=world.supervisor).update(email="x@example.com")
    send(late)
    settings.MAIL_IS_CONFIGURED = False
    send(world.keep(world.head, name="Third"))

    faults = set(Delivery.objects.exclude(fault="").values_list("mailing__name", "fault"))
    assert faults == {("Leads", "NO_ADDRESS"), ("Second", "NOT_ALLOWED"), ("Third", "NO_MAIL_SERVER")}
    assert Notice.objects.filter(person=world.head, code="reports.mail_failed").count() == 3
    assert not Notice.objects.exclude(person=world.head).exists()


def test_only_people_within_reach_who_may_take_it_out_can_be_chosen(world) -> None:
    offered = [name for _id, name in possible_recipients(scope_for(world.supervisor), kind="leads.mine", now=NOW)]
    assert offered == ["Wang Fang"]
    for wrong in (world.rep, world.head):
        with pytest.raises(Refused):
            world.keep(wrong, by=world.supervisor)
    for kind in ("no.such", "marketing.inbound"):
        with pytest.raises(NotFound):
            world.keep(by=world.supervisor, kind=kind)
    with pytest.raises(PermissionRefused):
        world.keep(by=world.rep)
    assert not Mailing.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": " "}, {"hour": "25:00"}, {"weekday": 7}, {"hour": "8:30\n"}])
def test_what_cannot_be_read_is_refused(world, wrong) -> None:
    with pytest.raises(Invalid):
        world.keep(**wrong)
    assert not Mailing.objects.exists()


def test_a_mailing_is_changed_paused_and_removed_by_its_owner_alone(world) -> None:
    row, head = world.keep(), scope_for(world.head)
    with pytest.raises(Refused):
        world.keep()
    with pytest.raises(Stale):
        actions.edit_mailing(head, mailing_id=row.pk, version=9, wish=world.wish(), now=NOW)
    with pytest.raises(NotFound):
        actions.pause_mailing(scope_for(world.supervisor), mailing_id=row.pk)

    actions.pause_mailing(head, mailing_id=row.pk)
    assert own_mailing(head, row.pk).row.is_paused
    actions.edit_mailing(
        head, mailing_id=row.pk, version=2, wish=world.wish(world.head, rhythm=Rhythm.WEEKLY, weekday=4), now=NOW
    )
    line = own_mailing(head, row.pk)
    assert (line.names, line.row.weekday, line.row.due_at.astimezone(ZoneInfo("Asia/Shanghai")).weekday()) == (
        ["Gu Ming"],
        4,
        4,
    )
    send(line.row)
    actions.remove_mailing(head, mailing_id=row.pk)
    assert not Mailing.objects.exists()


def test_pages_of_mailings(world) -> None:
    client = world.client(world.head)
    assert "No mailings yet" in client.get(reverse("reports:mailings")).content.decode()
    new = f"{reverse('reports:mailing_new')}?kind=leads.mine&intent=HIGH"
    assert "Wang Fang" in client.get(new).content.decode()
    sent = {
        "name": "Hot leads",
        "rhythm": "WEEKLY",
        "weekday": "4",
        "hour": "08:30",
        "file_kind": "csv",
        "persons": [str(world.head.pk)],
    }
    assert client.post(new, sent | {"hour": "late", "client_key": str(new_id())}).status_code == 422

    kept = client.post(new, sent | {"client_key": str(new_id())})

    row = Mailing.objects.get()
    assert (kept["Location"], row.filters) == (reverse("reports:mailing", args=[row.pk]), "intent=HIGH")
    Delivery.objects.create(mailing=row, person=world.head, due_at=NOW, fault="NO_ADDRESS")
    page = client.get(kept["Location"]).content.decode()
    assert "no mail address" in page
    assert "1 did not arrive" in client.get(reverse("reports:mailings")).content.decode()
    edit = reverse("reports:mailing_edit", args=[row.pk])
    assert client.get(edit).status_code == 200
    changed = client.post(edit, sent | {"name": "Hotter", "version": "1", "client_key": str(new_id())})
    assert changed.status_code == 302
    client.post(reverse("reports:mailing_pause", args=[row.pk]), {"client_key": str(new_id())})
    assert "Paused" in client.get(reverse("reports:mailings")).content.decode()
    client.post(reverse("reports:mailing_remove", args=[row.pk]), {"client_key": str(new_id())})
    assert not Mailing.objects.exists()
