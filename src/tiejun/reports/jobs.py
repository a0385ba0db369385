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
from tiejun.reports import texts
from tiejun.reports.actions import digests as digest_actions
from tiejun.reports.actions import mailings as actions
from tiejun.reports.queries import digests as digest_queries
from tiejun.reports.queries import mailings as queries
from tiejun.reports.rules.mailing import MailFault

if TYPE_CHECKING:
    from tiejun.insight.queries.boards.digest import Digest
    from tiejun.reports.models import DigestWish, Mailing
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


@every("* * * * *")
def hand_out_digests() -> None:
    """Begin the morning digests whose time has come."""
    scope, now = Scope.system("reports.hand_out_digests"), timezone.now()
    for wish_id in digest_queries.due_digests(scope, now=now):
        digest_actions.begin_digest(scope, wish_id=wish_id, now=now)


@task(queue="exports")
def send_digest(wish_id: str, due_at: str) -> None:
    """Tell a digest in the inbox, once; and by mail where that is wished: broken off in it and begun anew, it sends that mail twice at most."""
    scope, due, now = Scope.system("reports.send_digest"), datetime.fromisoformat(due_at), timezone.now()
    letter = digest_queries.digest_letter(scope, UUID(wish_id), due)
    if letter is None or (letter.sent and not letter.needs_mail):
        return
    row = letter.row
    with translation.override(row.language):
        try:
            reader = scope_of_person(row.person_id, at=now, origin="job")
            found = digest_queries.digest_of(reader, row.board, now=now)
        except (PermissionRefused, NotFound):
            log.info("digest not allowed any more", extra={"wish": wish_id})
            return
        code, facts = digest_queries.digest_notice(scope, found)
        digest_actions.tell_digest(scope, wish_id=row.pk, due_at=due, code=code, facts=facts, now=now)
        if letter.needs_mail:
            fault = _mailed(scope, row, found, due)
            digest_actions.note_digest_mail(scope, wish_id=row.pk, due_at=due, fault=fault, now=timezone.now())


def _mailed(scope: Scope, wish: DigestWish, found: Digest, due: datetime) -> MailFault | None:
    """Send a digest by mail, in the active language; return why it was not sent. A mail that goes out twice carries the same id."""
    if not settings.MAIL_IS_CONFIGURED:
        return MailFault.NO_MAIL_SERVER
    address = mail_address_of_person(scope, wish.person_id)
    if not address:
        return MailFault.NO_ADDRESS
    link = settings.SITE_URL + reverse("reports:digest")
    text = render_to_string("reports/digest.txt", {"found": found, "link": link})
    subject = f"{texts.DIGEST} {found.day:%Y-%m-%d}" if found.day else str(texts.DIGEST)
    headers = {"Message-ID": f"<digest-{wish.pk}-{due:%Y%m%d%H%M}@tiejun>"}
    try:
        EmailMessage(subject, text, None, [address], headers=headers).send()
    except (SMTPException, OSError) as error:
        log.warning("digest not sent", extra={"wish": str(wish.pk), "error": type(error).__name__})
        return MailFault.NOT_SENT
    return None


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
