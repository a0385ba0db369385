"""The REST API under /api/v1: the same actions and queries as the pages."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import django_auth

from tiejun.access.scope import PermissionRefused
from tiejun.foundation import idempotency
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.foundation.web import answer_to, problem

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ROUTERS = ("org", "inbox", "customers", "leads", "visits", "pipeline", "exchange", "home", "operations")

api = NinjaAPI(title="Tiejun", version="1", urls_namespace="api", auth=django_auth, docs_url=None)


def _named(request: HttpRequest, exception: Exception) -> HttpResponse:
    answer = answer_to(request, exception)
    assert answer is not None
    return answer


for _kind in (Refused, NotFound, Stale, Invalid, PermissionRefused, idempotency.KeyReused):
    api.exception_handler(_kind)(_named)


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, exception: ValidationError) -> HttpResponse:
    errors: dict[str, Any] = {}
    for fault in exception.errors:
        errors[".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][-1])] = fault["msg"]
    return problem(422, "invalid", "The input does not fit.", errors=errors)


@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _exception: Http404) -> HttpResponse:
    return problem(404, "not_found", "There is nothing here.")


@api.exception_handler(HttpError)
def _http(_request: HttpRequest, exception: HttpError) -> HttpResponse:
    return problem(exception.status_code, "http_error", str(exception))


for _module in ROUTERS:
    if find_spec(f"tiejun.{_module}.api"):
        api.add_router("", import_module(f"tiejun.{_module}.api").router)
