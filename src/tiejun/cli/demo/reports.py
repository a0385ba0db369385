"""Own reports of the demo company, lists that its people took out as files, and what comes to them by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import translation

from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.cli.demo.names import words
from tiejun.exchange.actions.exports import ask_export
from tiejun.exchange.rules.exports import FileKind
from tiejun.lists.actions import Wish, save_view
from tiejun.org.queries import scope_of_person
from tiejun.reports.actions.digests import tell_digest, wish_digest
from tiejun.reports.actions.mailings import MailingWish, keep_mailing
from tiejun.reports.queries.digests import digest_notice, digest_of
from tiejun.reports.rules.mailing import Rhythm

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.cli.demo.company import DemoStaff

LANGUAGE = "zh-hans"


SOURCES = "m=leads-in.orders-signed.signed-amount&by=source&span=last-90-days"


def keep_reports(staff: DemoStaff, now: datetime) -> None:
    """Let the head of sales keep reports of their own, three of them for everybody."""
    said, scope = words()["reports"], scope_of_person(staff.persons[Role.SALES_HEAD], at=now, origin="demo")
    kept = (
        ("units", "m=visits.effective-rate.orders-signed.signed-amount&by=unit&span=this-month", True),
        ("weeks", "m=signed-amount.orders-signed&by=week&span=last-90-days", False),
        ("sources", SOURCES, True),
        ("wins", "m=deals-decided.deals-won.win-rate&by=product&span=last-90-days", True),
    )
    for key, address, is_shared in kept:
        save_view(scope, kind="insight.report", address=address, wish=Wish(said[key], is_shared=is_shared), now=now)


def take_out(staff: DemoStaff, now: datetime) -> None:
    """Let a supervisor take out the group's opportunities and the head of sales the signed orders."""
    wishes = (
        (staff.supervisors[0], "pipeline.opportunities", "state=open", FileKind.XLSX, 90),
        (staff.persons[Role.SALES_HEAD], "pipeline.orders", "status=SIGNED", FileKind.CSV, 45),
    )
    for person_id, kind, address, file_kind, minutes in wishes:
        at = now - timedelta(minutes=minutes)
        scope = scope_of_person(person_id, at=at, origin="demo")
        ask_export(scope, kind=kind, address=address, file_kind=file_kind, language=LANGUAGE, now=at)


def arrange_mails(staff: DemoStaff, now: datetime) -> None:
    """Let the head of sales get the open opportunities with the supervisors each Monday, and a supervisor the visits each morning."""
    said, head, leader = words()["mailings"], staff.persons[Role.SALES_HEAD], staff.supervisors[0]
    weekly = MailingWish(said["weekly"], Rhythm.WEEKLY, "08:30", (head, *staff.supervisors), FileKind.XLSX)
    daily = MailingWish(said["daily"], Rhythm.DAILY, "07:45", (leader,), FileKind.XLSX)
    monthly = MailingWish(said["monthly"], Rhythm.MONTHLY, "09:00", (head,), FileKind.XLSX)
    wishes = (
        (head, "pipeline.opportunities", "state=open", weekly),
        (leader, "visits", "", daily),
        (head, "insight.report", SOURCES, monthly),
    )
    for person_id, kind, address, wish in wishes:
        scope = scope_of_person(person_id, at=now, origin="demo")
        keep_mailing(scope, kind=kind, address=address, wish=wish, language=LANGUAGE, now=now)


def wish_digests(staff: DemoStaff, now: datetime) -> None:
    """Let who runs the company, marketing and sales have the morning digest, and be told today's."""
    system = Scope.system("demo")
    for role, board in ((Role.CEO, "ceo"), (Role.MARKETING_HEAD, "marketing"), (Role.SALES_HEAD, "sales")):
        scope = scope_of_person(staff.persons[role], at=now, origin="demo")
        row = wish_digest(scope, board=board, hour="08:00", by_mail=False, language=LANGUAGE, now=now)
        with translation.override(LANGUAGE):
            code, facts = digest_notice(system, digest_of(scope, board, now=now))
        tell_digest(system, wish_id=row.pk, due_at=now, code=code, facts=facts, now=now)
