"""What the forms of marketing have in common: a dialog on a wide screen, a page on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from tiejun.marketing.queries.sources import sources

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest


def source_name(row: Any) -> str:
    """Return the name of a source in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    return str(row.name_en if is_english and row.name_en else row.name)


def source_choices(request: TiejunRequest) -> list[tuple[str, str]]:
    """Return the sources as choices of a form."""
    return [(row.code, source_name(row)) for row in sources(request.scope)]
