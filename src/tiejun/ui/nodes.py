"""Nodes of the tags that draw before a page is asked for, or once for many pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.base import Node
from django.urls import get_urlconf
from django.utils.translation import get_language

from tiejun.ui import drawings

if TYPE_CHECKING:
    from django.template.base import FilterExpression, NodeList
    from django.template.context import Context
    from django.utils.safestring import SafeString


class IconNode(Node):
    """An icon whose name or size the page decides."""

    def __init__(self, given: dict[str, FilterExpression]) -> None:
        self.given = given

    def render(self, context: Context) -> SafeString:
        return drawn_icon(**{name: expression.resolve(context) for name, expression in self.given.items()})


def drawn_icon(name: str, size: int = 20, css: str = "", stroke: float = 1.9) -> SafeString:
    """Draw an icon from what a tag was given."""
    return drawings.icon(str(name), int(size), str(css), float(stroke))


def is_written_out(expression: FilterExpression) -> bool:
    """Tell whether an argument of a tag stands in the template itself, so that no page can change it."""
    return not expression.filters and not getattr(expression.var, "lookups", None)


class LastingNode(Node):
    """A part of a page that is kept in this process, for as many keys as people have different navigations."""

    MOST = 512

    def __init__(self, nodelist: NodeList, keys: list[FilterExpression]) -> None:
        self.nodelist, self.keys = nodelist, keys
        self._kept: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), get_urlconf() or settings.ROOT_URLCONF, *(key.resolve(context) for key in self.keys))
        if key not in self._kept and len(self._kept) >= self.MOST:
            self._kept.clear()
        return self._kept.get(key) or self._kept.setdefault(key, self.nodelist.render(context))
