"""The edge: request values, answers to refusals, and rendering that may not query."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DataError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as django_render
from django.utils import timezone
from django.utils.translation import gettext as _

from tiejun.foundation import idempotency
from tiejun.foundation.refusals import Forbidden, Invalid, NotFound, Refused, Stale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from tiejun.access.scope import Scope

log = logging.getLogger("tiejun.web")
KEY_HEADER = "Idempotency-Key"
KEY_FIELD = "client_key"
API_PREFIX = "/api/"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# lock_timeout and statement_timeout: somebody else was busy with the same rows.
IMPATIENT_STATES = frozenset({"55P03", "57014"})
RETRY_AFTER_S = 2


class QueryWhileRendering(AssertionError):
    """A template ran SQL: compute in the query, show in the page."""


class TiejunRequest(HttpRequest):
    """What the middleware adds to each request."""

    now: datetime
    scope: Scope
    client_key: str
    htmx: Any


class RequestMiddleware:
    """Sets `request.now`, arms the client key and turns the named answers of the product into HTTP."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        if _has_nul(request):
            return refusal_answer(request, 400, "unreadable", _("The address holds a character that cannot be read."))
        request.client_key = _client_key(request)  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            idempotency.disarm()

    def process_view(self, request: HttpRequest, *_args: Any) -> HttpResponse | None:
        if request.method in READING or _is_account_page(request):
            return None
        key: str = request.client_key  # type: ignore[attr-defined]
        if not key:
            is_known = request.user.is_authenticated or "Authorization" in request.headers
            missing = is_api(request) and is_known  # who is nobody learns 401 first
            return problem(400, "client_key_missing", _("This request carries no client key.")) if missing else None
        login = getattr(request.user, "pk", None)
        idempotency.arm(key, login, (request.method or "").encode(), request.get_full_path().encode(), _body(request))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_to(request, exception)


def answer_to(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """Return the HTTP answer to one of the product's named exceptions, or None for any other."""
    match exception:
        case Refused():
            return refusal_answer(request, 409, exception.code, exception.message)
        case idempotency.KeyReused():
            return refusal_answer(request, 409, "key_reused", _("This form was already sent with other contents."))
        case idempotency.KeyBusy():
            message = _("This was sent already and is still being saved.")
            return _later(refusal_answer(request, 409, "still_running", message))
        case Stale():
            message = _("Somebody changed this since you opened it. Look at the new state and try again.")
            return refusal_answer(request, 409, "stale", message)
        case Invalid():
            errors = {name: str(text) for name, text in exception.errors.items()}
            return refusal_answer(request, 422, "invalid", " ".join(errors.values()), errors=errors)
        case NotFound():
            return refusal_answer(request, 404, "not_found", _("There is nothing here, or it is not yours to see."))
        case Forbidden():
            log.warning("denied", extra={"ability": str(exception.ability)})
            return refusal_answer(request, 403, "not_allowed", _("Your role does not include this."))
        case DataError():
            log.warning("data error", extra={"sqlstate": getattr(exception.__cause__, "sqlstate", "")})
            return refusal_answer(
                request, 422, "invalid", _("A value is too large, or holds a character that cannot be stored.")
            )
        case OperationalError() if getattr(exception.__cause__, "sqlstate", None) in IMPATIENT_STATES:
            message = _("Somebody else is working on the same data. Please try again in a moment.")
            return _later(refusal_answer(request, 503, "busy", message))
    return None


def _later(response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def refusal_answer(
    request: HttpRequest, status: int, code: str, message: str, *, template: str = "", **extra: Any
) -> HttpResponse:
    if is_api(request):
        return problem(status, code, message, **extra)
    if wants_json(request) or request.headers.get("HX-Request"):
        # The pages' own script shows `message` as a toast and leaves the page as it is.
        return problem(status, code, message, message=message, **extra)
    template = template or (f"{status}.html" if status in (403, 404) else "ui/refused.html")
    context = {"status": status, "message": message, "code": code, "errors": extra.get("errors")}
    return django_render(request, template, context, status=status)


def problem(status: int, code: str, message: str, /, **extra: Any) -> JsonResponse:
    """Answer a program with problem details (RFC 9457); `code` is stable, `detail` is in the reader's language."""
    body = {"type": f"urn:tiejun:{code}", "title": code, "status": status, "code": code, "detail": message, **extra}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    trigger: str | Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render a template (`leads/pool.html` or one partial of it, `leads/pool.html#row`) without any SQL.

    `trigger` is sent as HX-Trigger. SQL while rendering raises in development and tests and is logged in production.
    """
    with no_queries(template):
        response = django_render(request, template, dict(context or {}), status=status)
    if trigger:
        response["HX-Trigger"] = trigger if isinstance(trigger, str) else json.dumps(trigger)
    return response


@contextmanager
def no_queries(template: str) -> Iterator[None]:
    """Forbid SQL while a template renders."""

    def refuse(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if settings.STRICT_RENDERING:
            msg = f"{template}: {sql[:200]}"
            raise QueryWhileRendering(msg)
        log.error("query while rendering", extra={"template": template})
        return execute(sql, *args)

    with connection.execute_wrapper(refuse):
        yield


def is_api(request: HttpRequest) -> bool:
    """Tell whether a program asks."""
    return request.path.startswith(API_PREFIX)


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the page's own script asks for JSON (the phone's outbox)."""
    return request.headers.get("Accept", "").startswith("application/json")


def _client_key(request: HttpRequest) -> str:
    key = request.headers.get(KEY_HEADER, "")
    if not key and not is_api(request) and request.method == "POST" and _is_form(request):
        key = request.POST.get(KEY_FIELD, "")
    return key[: idempotency.LONGEST_KEY]


def _has_nul(request: HttpRequest) -> bool:
    return "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")


def _is_form(request: HttpRequest) -> bool:
    return request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")


def _body(request: HttpRequest) -> bytes:
    if request.content_type == "multipart/form-data":
        fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
        files = request.FILES
        sizes = sorted((name, file.name or "", file.size or 0) for name in files for file in files.getlist(name))
        return json.dumps([fields, sizes]).encode()
    if request.content_type == "application/x-www-form-urlencoded":
        return json.dumps(sorted((n, v) for n, v in request.POST.lists() if n != "csrfmiddlewaretoken")).encode()
    return request.body


def _is_account_page(request: HttpRequest) -> bool:
    return request.path.startswith("/accounts/")
