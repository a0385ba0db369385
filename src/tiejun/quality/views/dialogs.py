"""What the forms of quality have in common: a dialog on a wide screen, a page on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest


def part_of(request: TiejunRequest) -> str:
    """Return the partial that the drawer asks for, empty for the page."""
    return "#card" if request.htmx.target == "drawer-body" else ""
