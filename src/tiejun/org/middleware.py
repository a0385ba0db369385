"""Puts the asker's `Scope` on each request, and their language and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from tiejun.access.scope import Scope
from tiejun.org.queries import scope_of_login

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

NOBODY = Scope(actor="nobody", origin="web")


class ScopeMiddleware:
    """`request.scope` is frozen for the request; programs with a token get theirs from the API's authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        login: Any = request.user
        now = request.now  # type: ignore[attr-defined]
        if login.is_authenticated:
            request_id = getattr(request, "request_id", "")
            request.scope = scope_of_login(login, at=now, origin="web", request_id=request_id)  # type: ignore[attr-defined]
            if login.language and login.language != translation.get_language():
                translation.activate(login.language)
                request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        else:
            request.scope = NOBODY  # type: ignore[attr-defined]
        return self.get_response(request)
