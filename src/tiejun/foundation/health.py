"""Is this process alive, is it ready, and what a visitor sees while the database is away."""

import json
import logging
import sys
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import Error, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse, RawPostDataException
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tiejun.foundation.web import is_api, refusal_answer

logger = logging.getLogger("tiejun.health")
RETRY_AFTER_S = 5
_LONGEST_REPORT = 8_192
_REPORT_FIELDS = (
    "document-uri",
    "violated-directive",
    "effective-directive",
    "blocked-uri",
    "source-file",
    "line-number",
)
# SQLSTATE classes and codes that mean "the server, not the statement": connection lost, shutting down, starting up, too many clients.
_AWAY_CODES = ("08", "57P01", "57P02", "57P03", "53300")


class HealthMiddleware:
    """Answer the probes before sessions, languages and people are looked up, and send privacy headers with every answer."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The probe's answer, or the page's."""
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        response = self.respond(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        # Whatever a signed-in person sees must not stay in a shared computer's cache.
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store" if is_api(request) or _is_signed_in(request) else "no-cache"
        return response


_OFF = (
    "accelerometer", "autoplay", "bluetooth", "display-capture", "encrypted-media", "gyroscope", "hid", "magnetometer",
    "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = ", ".join(["geolocation=(self)", "camera=(self)", *(f"{name}=()" for name in _OFF)])


def readiness() -> HttpResponse:
    """200 when the database answers and no migration is missing, else 503 naming what is wrong."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        pending = pending_migrations()
    except Error:
        connection.close()
        return _unready("database")
    return _unready("migrations") if pending else JsonResponse({"status": "ready"})


def pending_migrations() -> list[str]:
    """Names of the migrations that the code has and the database lacks, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def is_database_away(error: BaseException | None) -> bool:
    """True when an error says that PostgreSQL cannot be reached, rather than that a statement was wrong or slow."""
    while error is not None:
        if isinstance(error, InterfaceError):
            return True
        if isinstance(error, OperationalError):
            code = getattr(error.__cause__, "sqlstate", None)
            return code is None or code.startswith(_AWAY_CODES)
        error = error.__cause__
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 with Retry-After while the database is away, 500 otherwise; neither page needs the database."""
    if is_database_away(sys.exc_info()[1]):
        connection.close()
        return _problem(
            request, 503, _("The database cannot be reached"), _("Nothing was lost. Please try again in a few seconds.")
        )
    return _problem(request, 500, _("Something went wrong"), _("The error was recorded. Nothing was saved half-way."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """Django's answer to a form whose token is not this session's: most often a page from before somebody signed in anew."""
    message = _(
        "This page is older than your last sign-in, or your browser keeps no cookies. Load it anew and send it again."
    )
    return refusal_answer(request, 403, "page_is_old", message, template="ui/refused.html")


@csrf_exempt
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what a browser refused to load, so that a planted script is noticed."""
    try:
        report = json.loads(request.body[:_LONGEST_REPORT]).get("csp-report", {})
        # Without the query: somebody may have searched for a phone number on that page.
        fields = {
            name.replace("-", "_"): str(report[name]).partition("?")[0][:200]
            for name in _REPORT_FIELDS
            if name in report
        }
    except (
        ValueError,
        AttributeError,
        TypeError,
        RawPostDataException,
    ):  # the last: a form, whose body was read as one
        return HttpResponse(status=400)
    logger.warning("csp violation", extra=fields)
    return HttpResponse(status=204)


def _problem(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    response: HttpResponse
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        response = JsonResponse(body, status=status, content_type="application/problem+json")
    else:
        # Without the request: no context processor may look for a session or a person now.
        response = HttpResponseServerError(loader.render_to_string(f"{status}.html"), status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER_S)
    response["Cache-Control"] = "no-store"
    return response


def _unready(reason: str) -> HttpResponse:
    response = JsonResponse({"status": "not ready", "reason": reason}, status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _is_signed_in(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and session.session_key is not None
