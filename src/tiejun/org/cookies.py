"""Language and theme in cookies, so that the first byte of the next page is already right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpResponse

YEAR = 365 * 24 * 3600
THEME_COOKIE = "theme"


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language of the pages in its cookie."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        path="/",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def remember_theme(response: HttpResponse, theme: str) -> None:
    """Keep LIGHT or DARK in the cookie that the pages' own script reads; SYSTEM removes it."""
    if theme == "SYSTEM":
        response.delete_cookie(THEME_COOKIE, path="/", samesite="Lax")
        return
    response.set_cookie(THEME_COOKIE, theme.lower(), max_age=YEAR, path="/", secure=settings.IS_HTTPS, samesite="Lax")
