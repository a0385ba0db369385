"""Pages for people without an account: whoever was given an address may open it, and reads it in either language."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tiejun.foundation import counters, policies
from tiejun.foundation.counters import HOUR_S
from tiejun.foundation.crypto import blind_index
from tiejun.foundation.web import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def by_link(limit: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a view to whoever was given its address: no sign-in, the language the address asks for, nothing kept or passed on.

    `limit`: the policy key of how often one network address may ask in an hour. It is counted before the view looks at
    anything: guessing addresses is what it limits first.

    A default-deny exception. The page sets and reads no cookie; what stands for the CSRF cookie is the address itself, which
    must hold enough random bits that nobody guesses it. (With `no-referrer` browsers send `Origin: null`: Django's own check
    refuses every form of such a page.)
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: TiejunRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with in_language_of(request):
                response = _too_often(request) if asks_too_often(request, limit) else view(request, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "no-referrer"
            return response

        return login_not_required(csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(opened)))

    return decorate


def asks_too_often(request: TiejunRequest, limit: str) -> bool:
    """Count a request, and tell whether its network address asked for this page more often in this hour than it may.

    `limit`: the policy key that says how often; each key counts by itself. Only a keyed hash of the address is kept, for a day.
    """
    used = counters.count_stranger(limit, _address_of(request), now=request.now)
    return used > policies.book(request.now).integer(limit)


def _too_often(request: TiejunRequest) -> HttpResponse:
    response = render(request, "ui/too_often.html", languages(), status=429)
    response["Retry-After"] = str(HOUR_S - int(request.now.timestamp()) % HOUR_S)
    return response


def in_language_of(request: TiejunRequest) -> AbstractContextManager[None]:
    """Speak the language that the address asks for by `lang` (zh or en), else the browser's."""
    return translation.override(LANGUAGES.get(request.GET.get("lang", "")) or translation.get_language() or "zh-hans")


def languages() -> dict[str, str]:
    """Return for a template which language is spoken and which is the other one, as addresses name them."""
    language, other = ("en", "zh") if is_english() else ("zh", "en")
    return {"language": language, "other": other}


def is_english() -> bool:
    """Tell whether English is spoken."""
    return (translation.get_language() or "").startswith("en")


def _address_of(request: TiejunRequest) -> bytes:
    return blind_index(str(get_adapter().get_client_ip(request)))
