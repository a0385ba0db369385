"""The small things that stand in every row of a list, each drawn by one function: the components and the row tags are its callers.

A component costs a tenth of a millisecond, which is nothing once and much two hundred times: rows use the tags.
For the same reason what stands in rows is escaped and marked as safe without Django's wrapping, which asks each time whether a
text is lazy.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from zipfile import ZipFile

import lucide
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tiejun.ui import display

if TYPE_CHECKING:
    from datetime import date

# The icon that stands beside a badge's colour when none is given: colour alone says nothing to many.
TONE_ICONS = {"success": ("check", 2.6), "warning": ("triangle-alert", 2.3), "danger": ("octagon-alert", 2.3), "info": ("info", 2.3)}  # fmt: skip
NOTHING = SafeString('<span class="text-soft">&ndash;</span>')
EVIDENCE_TONES = ("neutral", "warning", "info", "success", "success")


@lru_cache(maxsize=1024)
def icon(name: str, size: int = 20, css: str = "", stroke: float = 1.9) -> SafeString:
    """Draw a Lucide icon that says nothing to a screen reader; raises `lucide.IconDoesNotExist`."""
    try:
        svg = ElementTree.fromstring(_archive().read(f"{name}.svg"))  # noqa: S314 -- the package's own drawing
    except KeyError:
        raise lucide.IconDoesNotExist(name) from None
    for node in svg.iter():
        node.tag = node.tag.removeprefix("{http://www.w3.org/2000/svg}")
        node.text = node.tail = None
    svg.attrib.update({"width": str(size), "height": str(size), "aria-hidden": "true", "stroke-width": str(stroke)})
    svg.attrib.update({"focusable": "false"} | ({"class": css} if css else {}))
    return mark_safe(ElementTree.tostring(svg, encoding="unicode"))  # noqa: S308 -- as above


@cache
def _archive() -> ZipFile:
    """The package's drawings. It opens its archive anew for each, which costs a process's first page a second."""
    return ZipFile(BytesIO((files(lucide) / "lucide.zip").read_bytes()))


def badge(words: str, tone: str = "neutral", icon_name: str = "", css: str = "", more: str = "") -> SafeString:
    """Draw a badge; `icon_name` replaces the tone's own icon, `more` is further attributes, written as HTML."""
    return _badge(str(conditional_escape(words)), tone, icon_name, css, more)


@lru_cache(maxsize=1024)
def _badge(escaped: str, tone: str, icon_name: str, css: str, more: str) -> SafeString:
    name, stroke = (icon_name, 2.3) if icon_name else TONE_ICONS.get(tone, ("", 0.0))
    classes = " ".join(part for part in ("t-badge", f"t-badge-{tone}", css) if part)
    mark = icon(name, 13, stroke=stroke) if name else ""
    return mark_safe(f'<span class="{classes}"{_spaced(more)}>{mark}{escaped}</span>')  # noqa: S308 -- words come escaped


@lru_cache(maxsize=2048)
def avatar(name: str, size: str = "", *, named: bool = False, more: str = "") -> SafeString:
    """Draw a person's round picture; `named`: it stands alone, so it says the name."""
    classes = f"t-avatar{f' t-avatar-{size}' if size else ''} t-hue-{display.hue_index(name)}"
    said = format_html('role="img" aria-label="{}" title="{}"', name, name) if named else 'aria-hidden="true"'
    return format_html(
        '<span class="{}" {}{}>{}</span>',
        classes,
        mark_safe(said),  # noqa: S308 -- two constants
        mark_safe(_spaced(more)),  # noqa: S308 -- attributes of a template
        display.initial(name),
    )


def moment(at: datetime | date | None, now: datetime, *, exact: bool = False, more: str = "") -> SafeString:
    """Draw a moment as people say it; minutes that pass are counted on by the page itself, for an hour.

    `now`: the present in the reader's time zone, which the moment is said in.
    """
    if not at:
        return NOTHING
    ticking = ""
    if isinstance(at, datetime):
        local = at.astimezone(now.tzinfo)
        said, full = display.said_local(local, now), display.written(local)
        if not exact and timedelta(0) <= now - at < display.RECENT:
            ticking = f' data-ago="{int((now - at).total_seconds())}" data-then="{full[-5:]}"'
    else:
        said, full = display.said_moment(at, now), at.isoformat()
    return SafeString(
        f'<time class="whitespace-nowrap" datetime="{at.isoformat()}" title="{full}"{ticking}{_spaced(more)}>'
        f"{full if exact else said}</time>"
    )


def countdown(
    until: datetime | None, now: datetime, *, near: int = 30, label: str = "", past: str = "", more: str = ""
) -> SafeString:
    """Draw the time that is left until a moment; the page counts it down.

    `now`: the present in the reader's time zone; `near`: minutes from which it is urgent; `past`: what stands there instead when the
    moment has passed.
    """
    if until is None:
        return NOTHING
    if past and until < now:
        return SafeString(conditional_escape(past))
    local, written = until.astimezone(now.tzinfo), until.isoformat()
    said = display.said_local(local, now)
    before = format_html("<span>{}</span>", label) if label else ""
    return SafeString(
        f'<span class="t-countdown" data-countdown data-near-minutes="{near}" data-until="{written}" '
        f'title="{display.written(local)}"{_spaced(more)}>{icon("timer", 15)}{before}<time datetime="{written}">{said}</time></span>'
    )


def money(minor: int | None, currency: str = "CNY", *, exact: bool = False, more: str = "") -> SafeString:
    """Draw an amount in minor units, short with its unit, the exact amount beside it on hover."""
    if minor is None:
        return NOTHING
    full = display.exact_money(minor, currency)
    figure, unit = (full, "") if exact else display.short_money(minor, currency)
    shown = format_html('{}<span class="t-unit">{}</span>', figure, unit) if unit else figure
    return format_html(
        '<data class="whitespace-nowrap tabular-nums" value="{}" title="{}"{}>{}</data>',
        str(minor),
        full,
        mark_safe(_spaced(more)),  # noqa: S308 -- attributes of a template
        shown,
    )


def row_title(name: str, url: str, *, drawer: bool = False, tick: str = "", ticked: str = "") -> SafeString:
    """Draw what a row is about: its name as a link, in the drawer where asked.

    `tick` and `ticked`: the name and the value that the form `bulk` gets from a checkbox before it.
    """
    words, way = escape(name), escape(url)
    box = (
        '<input class="checkbox checkbox-primary checkbox-sm mr-2.5" type="checkbox" '
        f'name="{escape(tick)}" value="{escape(ticked)}" form="bulk" aria-label="{words}">'
        if tick
        else ""
    )
    opens = f' hx-get="{way}" hx-target="#drawer-body"' if drawer else ""
    return SafeString(f'{box}<a href="{way}"{opens}>{words}</a>')


def row_button(words: str, url: str, icon_name: str, *, modal: bool = False, more: str = "") -> SafeString:
    """Draw what to do next with a row, in a dialogue where asked; on a phone its icon stands for the words."""
    way = escape(url)
    opens = f' hx-get="{way}" hx-target="#modal-body"' if modal else ""
    return SafeString(
        f'<a class="t-btn t-btn-soft t-btn-sm" href="{way}"{opens}{_spaced(more)}>{icon(icon_name, 18)}'
        f'<span class="max-md:sr-only">{escape(words)}</span></a>'
    )


def contact(name: str, last4: str, none: str = "") -> SafeString:
    """Draw whom to call with the last four digits of a masked number; `none` stands there where no number is known."""
    if not last4:
        return SafeString(conditional_escape(none))
    before = f"{escape(name)} " if name else ""
    return SafeString(f'{before}<span class="text-soft">&bull;&bull;&bull;&bull; {escape(last4)}</span>')


def closing_class(value: str, *, size: str = "", more: str = "") -> SafeString:
    """Draw a customer's closing class, A to D; nothing for none."""
    if not value:
        return SafeString("")
    words = _("Class %(value)s") % {"value": value}
    return format_html(
        '<span class="t-class t-class-{}{}" role="img" aria-label="{}" title="{}"{}>{}</span>',
        value,
        " t-class-lg" if size == "lg" else "",
        words,
        words,
        mark_safe(_spaced(more)),  # noqa: S308 -- attributes of a template
        value,
    )


def evidence(level: int, *, label: str = "", more: str = "") -> SafeString:
    """Draw the level of a visit's evidence, 0 to 4, as bars with words."""
    return _evidence(level, _("Evidence level"), label or _("Evidence %(level)s") % {"level": level}, more)


@lru_cache(maxsize=64)
def _evidence(level: int, title: str, words: str, more: str) -> SafeString:
    bars = "".join('<i class="on"></i>' if n <= level else "<i></i>" for n in range(1, 5))
    return format_html(
        '<span class="t-evidence t-tone-{}" title="{}"{}><span class="t-evidence-bars" aria-hidden="true">{}</span>'
        "<span>{}</span></span>",
        EVIDENCE_TONES[min(max(level, 0), 4)],
        title,
        mark_safe(_spaced(more)),  # noqa: S308 -- attributes of a template
        mark_safe(bars),  # noqa: S308 -- drawn above
        words,
    )


def _spaced(more: str) -> str:
    return f" {more}" if more else ""
