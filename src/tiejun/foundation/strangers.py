"""Pages for people without an account: whoever was given an address may open it, and reads it in either language."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tiejun.foundation.crypto import blind_index

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

LANGUAGES = {"zh": "zh-hans", "en": "en"}
HOUR_S = 3600


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to whoever was given its address: no sign-in, the language the address asks for, nothing kept or passed on.

    A default-deny exception. The page sets and reads no cookie; what stands for the CSRF cookie is the address itself, which
    must hold enough random bits that nobody guesses it. (With `no-referrer` browsers send `Origin: null`: Django's own check
    refuses every form of such a page.)
    """

    @wraps(view)
    def opened(request: TiejunRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with in_language_of(request):
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return login_not_required(csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(opened)))


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


def address_of(request: TiejunRequest) -> bytes:
    """Return the asker's network address as a blind index, good for counting and for nothing else."""
    return blind_index(str(get_adapter().get_client_ip(request)))


def hour_of(request: TiejunRequest) -> int:
    """Return the number of the hour in which is asked, since 1970."""
    return int(request.now.timestamp()) // HOUR_S
