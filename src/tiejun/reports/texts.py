"""Words of reports and mailings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.foundation import audit
from tiejun.foundation.refusals import register
from tiejun.inbox.rules import register_notices
from tiejun.reports.rules.mailing import MailFault, MailRefusal, Rhythm

register(
    {
        MailRefusal.TOO_MANY_MAILINGS: _("You keep %(most)s mailings. Remove one first."),
        MailRefusal.RECIPIENT_OUT_OF_REACH: _(
            "One of these people is out of your reach, or may not take this list out."
        ),
        MailRefusal.NAME_TAKEN: _("There is a mailing of this name already: choose another, or change that one."),
    }
)
RHYTHMS = {
    Rhythm.DAILY: pgettext_lazy("rhythm", "Every working day"),
    Rhythm.WEEKLY: pgettext_lazy("rhythm", "Once a week"),
    Rhythm.MONTHLY: pgettext_lazy("rhythm", "On the first working day of the month"),
}
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
DIGEST = _("Morning digest")
FAULTS = {
    MailFault.NO_MAIL_SERVER: _("This installation has no mail server yet. An administrator can name one."),
    MailFault.NO_ADDRESS: _("There is no mail address, or the login is closed."),
    MailFault.NOT_ALLOWED: _("May not open this list any more."),
    MailFault.TOO_LONG: _("The list has too many rows for a mail. Narrow it, or take it out as a file."),
    MailFault.NOT_SENT: _("The mail server did not take it."),
}
register_notices(
    {
        "reports.mail_failed": _("Not everybody got %(name)s by mail. See who, and why."),
        "reports.digest_ceo": _(
            "Morning digest of %(day)s: %(signed_money)s signed, %(collected_money)s received, %(visits)s visits. Answers that need somebody: %(watched)s."
        ),
        "reports.digest_marketing": _(
            "Morning digest of %(day)s: %(entered)s leads in, %(high)s of high intent, %(taken)s taken. Answers that need somebody: %(watched)s."
        ),
        "reports.digest_sales": _(
            "Morning digest of %(day)s: %(visits)s visits, %(effective)s effective; %(signed)s orders, %(signed_money)s signed. Answers that need somebody: %(watched)s."
        ),
        "reports.digest_empty": _(
            "Morning digest of %(day)s: nothing was counted. Answers that need somebody: %(watched)s."
        ),
    }
)
audit.register(
    {
        "reports.mailing_kept": _("Mailing kept"),
        "reports.mailing_edited": _("Mailing changed"),
        "reports.mailing_paused": _("Mailing paused"),
        "reports.mailing_removed": _("Mailing removed"),
        "reports.mailing_not_due": _("Mailing not due"),
        "reports.mailing_begun": _("Mailing begun"),
        "reports.digest_wished": _("Morning digest wished for"),
        "reports.digest_stopped": _("Morning digest stopped"),
        "reports.digest_not_due": _("Morning digest not due"),
        "reports.digest_begun": _("Morning digest begun"),
        "reports.digest_told": _("Morning digest told"),
        "reports.digest_mailed": _("Morning digest sent by mail"),
        "reports.mailed": _("List sent by mail"),
    }
)
