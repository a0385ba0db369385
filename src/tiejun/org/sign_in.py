"""What the sign-in library asks of this product: adapters and forms. Passwords and sessions change through actions alone."""

from __future__ import annotations

import base64
import logging
import time
from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from tiejun.access.scope import Scope
from tiejun.foundation import crypto, jobs
from tiejun.org import queries
from tiejun.org.actions import logins
from tiejun.org.cookies import remember_language, remember_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from allauth.mfa.models import Authenticator
    from django.http import HttpRequest, HttpResponse

    from tiejun.org.models import Login

log = logging.getLogger("tiejun.sign_in")
USED_CODE_SECONDS = 120  # longer than a code stays valid with the tolerated clocks


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person proved who they are within the last minutes, at sign-in or again."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def fresh_sign_in_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the password again before a sensitive page, unless the sign-in is fresh; nothing of the form is kept meanwhile."""

    @wraps(view)
    def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "")
        target = (
            back
            if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
            else "/"
        )
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': target})}")

    return wrapped


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up; passwords through the write door; links from SITE_URL; sign-ins and failures logged."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """The pages themselves say what happened."""

    def set_password(self, user: Login, password: str) -> None:
        now = timezone.now()
        if context.request.user.is_authenticated:
            scope = queries.scope_of_login(user, at=now, origin="web")
            changed = logins.change_own_password(scope, login_id=user.pk, password=password, now=now)
        else:
            scope = Scope.system("org.reset_link")
            changed = logins.use_reset_link(scope, login_id=user.pk, password=password, now=now)
        user.password, user.must_change_password = changed.password, changed.must_change_password

    def post_login(self, request: HttpRequest, user: Login, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        log.info("signed_in", extra={"login": str(user.pk)})
        language = user.language or translation.get_language()
        remember_language(response, language)
        remember_theme(response, user.theme)
        return response

    def authentication_failed(self, request: HttpRequest, **_credentials: Any) -> None:
        log.warning("sign_in_failed", extra={"address": self.get_client_ip(request)})

    def logout(self, request: HttpRequest) -> None:
        log.info("signed_out", extra={"login": str(request.user.pk)})
        super().logout(request)

    def send_password_reset_mail(self, user: Login, _email: str, _context: dict[str, Any]) -> None:
        """Leave the mail to a job: an unknown address then takes as long as a known one."""
        jobs.start("org.send_reset_mail", login_id=str(user.pk), language=translation.get_language())

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:  # noqa: ARG002 -- the same for every app
        return not is_fresh(context.request)

    def _get_login_attempts_cache_key(self, _request: HttpRequest, **credentials: Any) -> str:
        return str(credentials.get("username", "")).lower()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets at rest are sealed; who needs a second factor cannot remove it."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.seal(text).cipher).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(base64.b64decode(encrypted_text))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        scope = queries.scope_of_login(authenticator.user, at=timezone.now(), origin="web")
        return not queries.needs_second_factor(scope)


def _use_up(user: Login, code: str) -> bool:
    # The library forgets a used code after one period; with tolerated clocks it stays valid for three.
    return bool(cache.add(f"second-factor-used:{user.pk}:{code.strip()}", 1, timeout=USED_CODE_SECONDS))


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in: each works once."""

    def clean_code(self) -> str:
        code: str = super().clean_code() or self.cleaned_data["code"]
        if not _use_up(self.user, code):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]
    """The code before a sensitive change: each works once."""

    def clean_code(self) -> str:
        code: str = super().clean_code() or self.cleaned_data["code"]
        if not _use_up(self.user, code):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code
