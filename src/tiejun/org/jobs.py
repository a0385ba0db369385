from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tiejun.access.scope import Scope
from tiejun.foundation.jobs import task
from tiejun.org.queries.logins import mail_address, reset_path


@task()
def send_reset_mail(login_id: str, language: str) -> None:
    """Mail a one-time link to a login's own address; the link is made here, so that no table keeps it. Twice sends twice."""
    scope = Scope.system("org.send_reset_mail")
    address = mail_address(scope, UUID(login_id))
    if not address or not settings.MAIL_IS_CONFIGURED:
        return
    with translation.override(language):
        text = render_to_string("org/reset_mail.txt", {"link": settings.SITE_URL + reset_path(scope, UUID(login_id))})
        send_mail(_("Choose a new password"), text, None, [address])
