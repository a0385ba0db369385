"""Documents as PDF: HTML in, bytes out. Nothing is fetched: neither from the network nor from the disk.

It needs the text library Pango and a Chinese font of the system, which a bare machine lacks; `is_available` tells, and everything else of the
product runs without it.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from typing import Any


class PrinterMissing(Exception):
    """The system has no Pango or no font for Chinese: no PDF can be made here."""


class FetchRefused(Exception):
    """A document asked for something outside itself."""


@cache
def _printer() -> Any:
    """Load WeasyPrint, which takes a second or two, once; raises `PrinterMissing`."""
    lister = shutil.which("fc-list")
    fonts = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, check=False).stdout if lister else b""
    if not fonts.strip():
        raise PrinterMissing
    try:
        import weasyprint  # noqa: PLC0415 -- it loads the system's libraries
    except (ImportError, OSError) as error:
        raise PrinterMissing from error
    return weasyprint


def is_available() -> bool:
    """Tell whether this machine can make a PDF."""
    try:
        _printer()
    except PrinterMissing:
        return False
    return True


def pdf_of(html: str, *, css: str) -> bytes:
    """Return an HTML document, dressed by a style sheet, as PDF.

    Raises `PrinterMissing`. Images, styles and fonts must stand in the document or on the system: whatever else it names
    is left out.
    """
    printer = _printer()
    made = printer.HTML(string=html, url_fetcher=_refuse).write_pdf(stylesheets=[printer.CSS(string=css)])
    return bytes(made)


def _refuse(url: str, *_rest: Any, **_options: Any) -> Any:
    raise FetchRefused(url[:60])
