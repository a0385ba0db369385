"""Mails that are due: handed out each minute, made for each recipient within their own reach, sent with the file attached."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from tiejun.access.scope import PermissionRefused, Scope
from tiejun.exchange.rules.exports import FileKind
from tiejun.foundation.jobs import every, task
from tiejun.foundation.refusals import NotFound
from tiejun.org.queries import scope_of_person
from tiejun.org.queries.logins import mail_address_of_person
from tiejun.reports.actions import mailings as actions
from tiejun.reports.queries import mailings as queries
from tiejun.reports.rules.mailing import MailFault

if TYPE_CHECKING:
    from tiejun.reports.models import Mailing
    from tiejun.reports.queries.mailings import Parcel

log = logging.getLogger("tiejun.reports")
TYPES = {
    FileKind.CSV: "text/csv",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@every("* * * * *")
def hand_out_mailings() -> None:
    """Begin the mailings whose time has come on their own clock."""
    scope, now = Scope.system("reports.hand_out_mailings"), timezone.now()
    for mailing_id in queries.due_mailings(scope, now=now):
        actions.begin_mailing(scope, mailing_id=mailing_id, now=now)


@task(queue="exports")
def send_mails(mailing_id: str, due_at: str) -> None:
    """Send a mailing to whoever has not been dealt with; broken off and begun anew, it sends one mail twice at most."""
    scope, due = Scope.system("reports.send_mails"), datetime.fromisoformat(due_at)
    letter = queries.letter_of(scope, UUID(mailing_id), due)
    for person_id in letter.persons if letter else ():
        assert letter is not None
        found = _sent(scope, letter.row, person_id, timezone.now())
        fault = found if isinstance(found, MailFault) else None
        rows, contacts = (0, 0) if isinstance(found, MailFault) else (found.rows, found.contacts)
        actions.note_delivery(
            scope, mailing_id=letter.row.pk, due_at=due, person_id=person_id, fault=fault, rows=rows, contacts=contacts,
            now=timezone.now(),
        )  # fmt: skip


def _sent(scope: Scope, mailing: Mailing, person_id: UUID, now: datetime) -> Parcel | MailFault:
    """Send one mail; return what was in it, or why it was not sent."""
    if not settings.MAIL_IS_CONFIGURED:
        return MailFault.NO_MAIL_SERVER
    address = mail_address_of_person(scope, person_id)
    if not address:
        return MailFault.NO_ADDRESS
    with translation.override(mailing.language):
        try:
            parcel = queries.parcel_for(scope_of_person(person_id, at=now, origin="job"), mailing, now=now)
        except (PermissionRefused, NotFound):
            return MailFault.NOT_ALLOWED
        if isinstance(parcel, MailFault):
            return parcel
        text = render_to_string(
            "reports/mail.txt",
            {"mailing": mailing, "rows": parcel.rows, "link": settings.SITE_URL + reverse("inbox:list")},
        )
        mail = EmailMessage(mailing.name, text, None, [address])
        mail.attach(parcel.name, parcel.content, TYPES[FileKind(mailing.file_kind)])
        try:
            mail.send()
        except (SMTPException, OSError) as error:
            log.warning("mail not sent", extra={"mailing": str(mailing.pk), "error": type(error).__name__})
            return MailFault.NOT_SENT
    return parcel
