"""What a request may carry is judged before a byte of its body is read."""

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from tiejun.foundation.uploads import FORM_BYTES, BodyLimitMiddleware
from tiejun.settings import LARGE_UPLOAD_BYTES

FACTORY = RequestFactory()


def answer(path: str, *, length: str | None, **headers: str) -> tuple[int, bool]:
    """The status, and whether the page was reached."""
    reached = []

    def page(_request: HttpRequest) -> HttpResponse:
        reached.append(True)
        return HttpResponse()

    request = FACTORY.post(path, data=b"", content_type="application/octet-stream", **headers)
    request.META.pop("CONTENT_LENGTH", None)
    if length is not None:
        request.META["CONTENT_LENGTH"] = length
    request.META["HTTP_ACCEPT"] = "application/json"
    request.now = timezone.now()  # type: ignore[attr-defined]
    return BodyLimitMiddleware(page)(request).status_code, bool(reached)


def test_an_upload_of_five_gigabytes_is_refused_unread() -> None:
    assert answer("/exchange/imports/upload/", length=str(5 << 30)) == (413, False)


def test_an_ordinary_form_may_not_carry_what_an_import_may() -> None:
    length = str(FORM_BYTES + 1)

    assert answer("/leads/new/", length=length) == (413, False)
    assert answer("/exchange/imports/upload/", length=length) == (200, True)
    assert answer("/exchange/imports/upload/", length=str(LARGE_UPLOAD_BYTES + 1)) == (413, False)


def test_a_body_of_unknown_length_is_refused() -> None:
    assert answer("/leads/new/", length=None, HTTP_TRANSFER_ENCODING="chunked") == (411, False)


def test_a_length_that_is_no_number_is_refused() -> None:
    assert answer("/leads/new/", length="many") == (413, False)
