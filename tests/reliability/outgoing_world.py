"""A list that somebody took out as a file, and one that goes out by their mailing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.exchange.models.exports import TableExport
from tiejun.exchange.rules.exports import ExportState, FileKind
from tiejun.foundation import files
from tiejun.reports.models import Delivery, Mailing, Recipient
from tiejun.reports.rules.mailing import Rhythm

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.org.models import Person


def taken_out(person: Person, name: str, now: datetime) -> dict[str, Any]:
    """Make an export whose file is ready and a mailing with a mail that was sent; both, and the file, say `name`."""
    file = files.store([name.encode()], name=name, content_type="text/csv", limit=1000, now=now)
    export = TableExport.objects.create(
        person=person, kind="leads.mine", file_kind=FileKind.CSV, language="en", name=name, state=ExportState.DONE, file=file,
        rows_total=1, rows_done=1, asked_at=now, started_at=now, finished_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    mailing = Mailing.objects.create(
        person=person, name=name, kind="leads.mine", file_kind=FileKind.CSV, language="en", rhythm=Rhythm.DAILY, hour="08:00",
        zone="Asia/Shanghai", due_at=now + timedelta(days=1), made_at=now,
    )  # fmt: skip
    Recipient.objects.create(mailing=mailing, person=person)
    Delivery.objects.create(mailing=mailing, person=person, due_at=now, sent_at=now, rows=1)
    return {"export_id": export.pk, "mailing_id": mailing.pk}
