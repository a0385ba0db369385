"""JSON lines for operators: one per request and one per event, with the request's id and without personal data."""

import json
import logging
import re
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from uuid_utils import uuid7

logger = logging.getLogger("tiejun.access")
_request_id: ContextVar[str] = ContextVar("request_id", default="")
PROBES = ("/healthz", "/readyz")  # asked every few seconds: only a bad answer is worth a line
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "server_time"}


class JsonFormatter(logging.Formatter):
    """One log record as one line of JSON; line breaks in a message cannot forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: at, level, logger, message, request_id, and every `extra` field."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := _request_id.get():
            line["request_id"] = request_id
        line.update({name: value for name, value in vars(record).items() if name not in _OWN_FIELDS})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            # Frames only: an exception's own text may quote a row, and a row may hold a phone number.
            line["stack"] = "".join(traceback.format_tb(record.exc_info[2]))
        return json.dumps(line, ensure_ascii=False, default=str)


class AccessLogMiddleware:
    """Give every request an id (a well-formed X-Request-ID is kept), answer with it, and log one line without query or body."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then write the access line."""
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid7())
        token = _request_id.set(request_id)
        try:
            response = self.respond(request)
            response["X-Request-ID"] = request_id
            if request.path not in PROBES or response.status_code != 200:
                logger.info("request", extra=_line(request, response, started))
        finally:
            _request_id.reset(token)
        return response


def _line(request: HttpRequest, response: HttpResponse, started: float) -> dict[str, Any]:
    match = request.resolver_match
    scope = getattr(request, "scope", None)
    return {
        "method": request.method,
        # The route, not the path: ids stay, but nothing that somebody typed into an address gets into the log.
        "route": match.route if match else "",
        "status": response.status_code,
        "ms": round((time.perf_counter() - started) * 1000, 1),
        "actor": str(getattr(scope, "person_id", "") or ""),
    }
