"""Limits on what a request may carry, judged before a byte of its body is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from tiejun.foundation.web import refusal_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

FORM_BYTES = 8 << 20


class BodyLimitMiddleware:
    """Answers 413 to a body over the limit of its path and 411 to one of unknown length.

    Paths in `settings.LARGE_UPLOADS` may carry `settings.LARGE_UPLOAD_BYTES`, everything else 8 MiB.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and not request.headers.get(
            "Content-Length"
        ):
            return refusal_answer(request, 411, "length_required", _("The request does not say how large it is."))
        length = request.headers.get("Content-Length") or "0"
        limit = settings.LARGE_UPLOAD_BYTES if request.path in settings.LARGE_UPLOADS else FORM_BYTES
        if not length.isdigit() or int(length) > limit:
            message = _("That is more than this page takes (%(limit)s MB).") % {"limit": limit >> 20}
            return refusal_answer(request, 413, "too_large", message)
        return self.get_response(request)
