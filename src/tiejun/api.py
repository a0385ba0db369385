"""The REST API under /api/v1: the same actions and queries as the pages."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DataError, OperationalError
from django.http import Http404, JsonResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from tiejun.access.scope import PermissionRefused, Scope
from tiejun.exchange import locks
from tiejun.exchange.queries import tokens
from tiejun.foundation import idempotency
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.foundation.schemas import PROBLEM_STATUSES, JsonRenderer, Problem
from tiejun.foundation.web import answer_to, problem

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLResolver

ROUTERS = (
    "org",
    "inbox",
    "lists",
    "fields",
    "content",
    "marketing",
    "customers",
    "leads",
    "visits",
    "pipeline",
    "success",
    "forecast",
    "meetings",
    "coaching",
    "talent",
    "insight",
    "quality",
    "exchange",
    "reports",
    "succession",
    "home",
    "operations",
)
DOORKEEPER = Scope.system("api.tokens")


class TooManyRequests(Exception):
    """A token spent its minute."""


class Token(HttpBearer):
    """A program's token: it acts for its person, within the abilities it was given."""

    openapi_name = "token"

    def authenticate(self, request: Any, token: str) -> Any:
        """Put the token's scope on the request; raises `TooManyRequests` past the policy's limit."""
        request_id = getattr(request, "request_id", "")
        bearer = tokens.bearer(DOORKEEPER, secret=token, now=request.now, request_id=request_id)
        if bearer is None:
            return None
        if bearer.is_over:
            raise TooManyRequests
        if bearer.is_first_today:
            locks.note_use(bearer.token_id, now=request.now, zone=bearer.scope.zone)
        request.user, request.scope = bearer.login, bearer.scope
        idempotency.sign(bearer.login.pk)
        return bearer.login


class SignedIn(SessionAuth):
    """The session of a page, with its CSRF token on writes."""

    param_name = settings.SESSION_COOKIE_NAME
    openapi_name = "session"

    def __call__(self, request: HttpRequest) -> Any:
        """Answer nobody before CSRF is asked for: an unknown caller learns 401, not 403."""
        return super().__call__(request) if request.user.is_authenticated else None


api = NinjaAPI(
    title="Tiejun",
    version="1",
    description="The sales operating system for field sales. Writes need the header Idempotency-Key: a repeat gives the first answer.",
    urls_namespace="api",
    auth=[Token(), SignedIn()],
    docs_url=None,
    openapi_url=None,
    renderer=JsonRenderer(),
)


def _named(request: HttpRequest, exception: Exception) -> HttpResponse:
    answer = answer_to(request, exception)
    if answer is None:  # an OperationalError that is no lack of patience: the database is away
        raise exception
    return answer


_KINDS: tuple[type[Exception], ...] = (
    *(Refused, NotFound, Stale, Invalid, PermissionRefused, DataError, OperationalError),
    *(idempotency.KeyReused, idempotency.KeyBusy),
)
for _kind in _KINDS:
    api.exception_handler(_kind)(_named)


@api.exception_handler(AuthenticationError)
def _unknown(_request: HttpRequest, _exception: AuthenticationError) -> HttpResponse:
    answer = problem(401, "not_signed_in", _("Sign in, or send a living token."))
    answer["WWW-Authenticate"] = 'Bearer realm="tiejun"'
    return answer


@api.exception_handler(TooManyRequests)
def _too_many(request: Any, _exception: TooManyRequests) -> HttpResponse:
    answer = problem(429, "too_many_requests", _("This token has made too many requests in this minute."))
    answer["Retry-After"] = str(60 - int(request.now.timestamp()) % 60)
    return answer


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, exception: ValidationError) -> HttpResponse:
    errors: dict[str, Any] = {}
    for fault in exception.errors:
        errors[".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][-1])] = fault["msg"]
    return problem(422, "invalid", _("The input does not fit."), errors=errors)


@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _exception: Http404) -> HttpResponse:
    return problem(404, "not_found", _("There is nothing here, or it is not yours to see."))


@api.exception_handler(HttpError)
def _http(_request: HttpRequest, exception: HttpError) -> HttpResponse:
    return problem(exception.status_code, "http_error", str(exception))


@api.get("/openapi.json", include_in_schema=False)
def description(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- ninja hands it over
    """Describe the API (OpenAPI 3.1)."""
    return JsonResponse(schema())


@cache
def schema() -> dict[str, Any]:
    """Return the description of the API, with the key that each write needs and the problems that any call may meet.

    Made once (it takes a second), never changed. The problems stand here and not with each operation: they are raised, never
    returned, and a shape for each status of each operation made the process start two seconds later.
    """
    described: dict[str, Any] = api.get_openapi_schema()
    header = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Unique for this write; a repeat with the same key gives the first answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 76, "pattern": "^[A-Za-z0-9._:-]+$"},
    }
    described["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    shown = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems = {status: {"description": HTTPStatus(status).phrase, "content": shown} for status in PROBLEM_STATUSES}
    for operations in described["paths"].values():
        for method, operation in operations.items():
            operation["responses"].update(problems)
            if method in ("post", "put", "patch", "delete"):
                operation.setdefault("parameters", []).append(header)
    return described


for _module in ROUTERS:
    if find_spec(f"tiejun.{_module}.api"):
        api.add_router("", import_module(f"tiejun.{_module}.api").router)


def routes() -> tuple[list[URLPattern | URLResolver], str, str]:
    """Return the API's routes for `urls`: each operation asks who it is itself and answers 401, so no page of sign-in does."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            login_not_required(pattern.callback)
    return patterns, app_name, namespace
