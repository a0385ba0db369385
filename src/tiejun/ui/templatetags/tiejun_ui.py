"""Template tags and filters of every page: `{% load tiejun_ui %}`."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django import template
from django.forms import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select, Textarea
from django.template.base import Node, TextNode
from django.template.context import Context
from django.template.library import parse_bits
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_vite.core import exceptions as vite  # type: ignore[import-untyped]
from django_vite.core.asset_loader import DjangoViteAssetLoader  # type: ignore[import-untyped]

from tiejun.foundation.ids import new_id
from tiejun.ui import display, drawings, navigation
from tiejun.ui.nodes import IconNode, LastingNode, drawn_icon, is_written_out

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from django.forms import BoundField
    from django.template.base import Parser, Token

register = template.Library()


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """Draw a Lucide icon that says nothing to a screen reader: `{% icon "bell" 20 %}`; arguments `size css stroke`.

    One that is written out is drawn when the template is read, and costs a page nothing.
    """
    bits = token.split_contents()[1:]
    names = ["name", "size", "css", "stroke"]
    args, kwargs = parse_bits(parser, bits, names, None, None, (20, "", 1.9), [], {}, False, "icon")  # type: ignore[call-arg, arg-type]  # the stub lacks one
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    if all(is_written_out(expression) for expression in given.values()):
        return TextNode(drawn_icon(**{name: expression.resolve(Context()) for name, expression in given.items()}))
    return IconNode(given)


@register.tag
def lasting(parser: Parser, token: Token) -> Node:
    """Draw once per language what is the same for everybody: `{% lasting %}…{% endlasting %}`.

    `{% lasting key other %}` keeps one text per value of the keys. Nothing inside may depend on anything else of the request:
    no token, no client key, no name.
    """
    keys = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    inside = parser.parse(("endlasting",))
    parser.delete_first_token()
    return LastingNode(inside, keys)


# -- what stands in rows: each draws the same as the component of its name, at a fraction of its cost ---------------------
@register.simple_tag
def badge(words: str, tone: str = "neutral", icon: str = "", css: str = "", more: object = "") -> SafeString:
    """Draw a badge: `{% badge line.words "warning" icon="phone-off" %}`; the same for all rows once, before the loop, with `as`."""
    return drawings.badge(words, tone or "neutral", icon, css, str(more))


@register.simple_tag
def avatar(name: str, size: str = "", named: object = "", more: object = "") -> SafeString:
    """Draw a person's round picture: `{% avatar line.holder "sm" named=1 %}`."""
    return drawings.avatar(str(name), size, named=bool(named), more=str(more))


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | date | None, exact: object = "", more: object = "") -> SafeString:
    """Draw a moment as people say it: `{% moment line.last_visit_at %}`."""
    return drawings.moment(at, _present(context), exact=bool(exact), more=str(more))


@register.simple_tag(takes_context=True)
def countdown(
    context: Context,
    until: datetime | None,
    near: int | str = 30,
    *,
    label: str = "",
    past: str = "",
    more: object = "",
) -> SafeString:
    """Draw the time that is left: `{% countdown line.due_at 480 %}`; urgent in the last `near` minutes, `past` afterwards."""
    return drawings.countdown(until, _present(context), near=int(near), label=label, past=past, more=str(more))


@register.simple_tag
def sum_of(minor: int | str | None, currency: str = "CNY", exact: object = "", more: object = "") -> SafeString:
    """Draw an amount in minor units: `{% sum_of row.amount_minor row.currency %}`."""
    known = None if minor in (None, "") else int(minor)
    return drawings.money(known, currency or "CNY", exact=bool(exact), more=str(more))


@register.simple_tag
def row_title(name: str, url: str, drawer: object = "", tick: str = "", ticked: object = "") -> SafeString:
    """Draw what a row is about: `{% row_title line.brief.name lead_url drawer=1 tick="lead" ticked=line.lead.pk %}`."""
    return drawings.row_title(name, url, drawer=bool(drawer), tick=tick, ticked=str(ticked))


@register.simple_tag
def row_button(words: str, url: str, icon: str, modal: object = "", more: object = "") -> SafeString:
    """Draw what to do next with a row: `{% row_button follow_up_words follow_up_url "notebook-pen" modal=1 %}`."""
    return drawings.row_button(words, url, icon, modal=bool(modal), more=str(more))


@register.simple_tag
def contact(name: str, last4: str, none: str = "") -> SafeString:
    """Draw whom to call: `{% contact line.brief.contact_name line.brief.phone_last4 contact_wanted %}`."""
    return drawings.contact(name, last4, none)


@register.simple_tag
def closing_class(value: str, size: str = "", more: object = "") -> SafeString:
    """Draw a closing class: `{% closing_class line.company.closing_class %}`."""
    return drawings.closing_class(value, size=size, more=str(more))


@register.simple_tag
def evidence(level: int | str, label: str = "", more: object = "") -> SafeString:
    """Draw the level of a visit's evidence: `{% evidence item.visit.evidence_level %}`."""
    return drawings.evidence(int(level), label=label, more=str(more))


@register.simple_tag
def address(url_name: str, key: object) -> str:
    """Return the address of the page of one row, its route looked up once: `{% address "leads:lead" lead.pk as lead_url %}`."""
    return navigation.address_of(url_name, key)


@register.simple_tag
def ticking_words() -> SafeString:
    """Give the attributes of the page's body: the words for moments that its script says anew as time passes."""
    return format_html(
        'data-just-now="{}" data-minutes-ago="{}" data-time-up="{}" data-days-left="{}"',
        _("just now"),
        display.minutes_ago("{n}"),
        _("time is up"),
        _("{n} d"),
    )


@register.simple_tag
def ui_url(url_name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page, or "#" where this installation has no such page."""
    try:
        return reverse(url_name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return "#"


@register.simple_tag
def first_url(*url_names: str) -> str:
    """Return the address of the first of these pages that exists, or an empty text."""
    return next((found for name in url_names if (found := navigation.address(name))), "")


@register.simple_tag
def client_key() -> SafeString:
    """Give the hidden input that makes a form safe to send twice."""
    return format_html('<input type="hidden" name="client_key" value="{}">', new_id())


@register.simple_tag
def client_key_vals(**extra: Any) -> SafeString:
    """Give the value of `hx-vals` for a bare button: a client key and what else the button sends."""
    return format_html(
        "{}", json.dumps({"client_key": str(new_id()), **{key: str(value) for key, value in extra.items()}})
    )


@register.filter
def money(minor: int | None, currency: str = "CNY") -> str:
    """Show an amount in minor units shortly, as text: `{{ order.amount_minor|money }}`."""
    if minor is None:
        return "\N{EN DASH}"
    figure, unit = display.short_money(int(minor), currency or "CNY")
    return f"{figure}{unit}"


@register.filter
def money_exact(minor: int | None, currency: str = "CNY") -> str:
    """Show an amount in minor units with every digit."""
    return "\N{EN DASH}" if minor is None else display.exact_money(int(minor), currency or "CNY")


def _present(context: Context) -> datetime:
    """The present in the reader's time zone, reckoned once for all rows of a page."""
    request = context.get("request")
    if request is None:
        return timezone.localtime()
    try:
        local: datetime = request.local_now
    except AttributeError:
        local = request.local_now = timezone.localtime(getattr(request, "now", None))
    return local


@register.filter
def when(at: datetime | date | None, now: datetime | None = None) -> str:
    """Say a moment as people say it: `{{ visit.started_at|when:request.now }}`."""
    if not at:
        return "\N{EN DASH}"
    return display.said_moment(at, now or timezone.now())


@register.filter
def when_exact(at: datetime | date | None) -> str:
    """Show a moment exactly: `2026-11-22 14:30`."""
    return display.exact_moment(at) if at else "\N{EN DASH}"


register.filter("day_name", display.named_day)
register.filter("week_name", display.named_week)
register.filter("month_name", display.named_month)
register.filter("in_percent", display.in_percent)
register.filter("listed", display.listed)
register.filter("narrowed", display.narrowed)


@register.filter
def iso(at: datetime | date | None) -> str:
    """Write a moment for machines, as `datetime` attributes want it."""
    return at.isoformat() if at else ""


@register.filter
def phone_masked(phone: str | None) -> str:
    """Hide the middle of a telephone number."""
    return display.masked_phone(phone) if phone else "\N{EN DASH}"


@register.filter
def initial(name: str | None) -> str:
    """Return the letter for a person's round picture."""
    return display.initial(name or "")


@register.filter
def hue(name: str | None) -> int:
    """Return the number of the hue that belongs to a name."""
    return display.hue_index(name or "")


@register.simple_tag
def share(value: float | Decimal | str | None, total: float | Decimal | str | None = 100) -> float:
    """Return value as percent of total, cut to 0 to 100, for lengths."""
    return display.percent(_number(value), _number(total))


def _number(value: float | Decimal | str | None) -> float:
    try:
        return float(value or 0)
    except ValueError:
        return 0.0


@register.simple_tag
def spark(values: Sequence[float] | None, width: int = 88, height: int = 30) -> dict[str, str | float]:
    """Return the paths of a small line, for the component."""
    return display.spark_points([float(value) for value in values or ()], int(width), int(height))


@register.simple_tag
def safe_asset(path: str) -> SafeString | str:
    """Link a built asset, or nothing where the build is missing: an error page must not fail itself."""
    try:
        return SafeString(DjangoViteAssetLoader.instance().generate_vite_asset(path))
    except (vite.DjangoViteAssetNotFoundError, vite.DjangoViteConfigNotFoundError, OSError):
        return ""


@register.filter
def unlocalize_number(value: float | str) -> str:
    """Write a number as SVG and hidden fields want it, whatever the language's marks: a whole one with all its digits."""
    return str(value) if isinstance(value, int) else f"{float(value or 0):g}"


@register.simple_tag
def pop_id(key: str) -> str:
    """Return an id that stays the same for the same words, for what describes or opens something."""
    return f"pop-{crc32(str(key).encode()):08x}"


@register.filter
def upto(number: int | str) -> range:
    """Count from 1 to a number, for templates that draw the same thing several times."""
    return range(1, int(number) + 1)


@register.simple_tag(takes_context=True)
def may(context: Context, ability: str) -> bool:
    """Tell whether who reads the page has an ability at all: `{% may "leads.view_pool" as sees_pool %}`."""
    scope = getattr(context.get("request"), "scope", None)
    return scope is not None and scope.can(ability)


@register.simple_tag(takes_context=True)
def navigation_sections(context: Context) -> tuple[navigation.Section, ...]:
    """Return the sidebar of the person who reads the page."""
    request = context.get("request")
    return navigation.sections_for(getattr(request, "scope", None), _here(request), getattr(request, "path", ""))


@register.simple_tag(takes_context=True)
def navigation_tabs(context: Context) -> tuple[navigation.Place, ...]:
    """Return the tabs of the phone for the person who reads the page."""
    request = context.get("request")
    return navigation.tabs_for(getattr(request, "scope", None), _here(request), getattr(request, "path", ""))


@register.filter
def places_key(places: Sequence[navigation.Place | navigation.Section]) -> str:
    """Return what tells one navigation from another: its places, and where the reader is."""
    flat = (
        place for entry in places for place in (entry.places if isinstance(entry, navigation.Section) else (entry,))
    )
    return " ".join(f"{place.url_name}{'*' if place.is_here else ''}" for place in flat)


def _here(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else ""


@register.simple_tag(takes_context=True)
def signed_in(context: Context) -> str:
    """Return the name of the person who reads the page, or an empty text before sign-in.

    The middleware that builds the scope puts `person_name` on the request, so that no page has to ask for it.
    """
    request = context.get("request")
    given = getattr(request, "person_name", "")
    user = getattr(request, "user", None)
    return given or (user.get_username() if user is not None else "")


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """Return the theme that the person has chosen: "jade", "jade-night", or "" to follow the device."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return {"light": "jade", "dark": "jade-night"}.get(chosen, "")


@register.simple_tag
def html_lang() -> str:
    """Return the language of the page as HTML writes it."""
    language = get_language() or "en"
    return "zh-Hans" if language.startswith("zh") else language


@register.simple_tag
def field_control(field: BoundField, css: str = "") -> SafeString:
    """Draw a form field's control with the look of this product and the attributes that assistive software reads."""
    widget = field.field.widget
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        ((RadioSelect, CheckboxSelectMultiple), ""),
        (CheckboxInput, "toggle toggle-primary"),
        (FileInput, "file-input"),
        (Select, "select"),
        (Textarea, "textarea"),
    )
    look = next((name for kind, name in kinds if isinstance(widget, kind)), "input")
    given = str(widget.attrs.get("class", ""))
    attributes: dict[str, str | bool] = {"class": " ".join(part for part in (look, given, css) if part)}
    if widget.attrs.get("placeholder") == field.label:
        attributes["placeholder"] = ""
    described = [f"{field.id_for_label}-help"] if field.help_text else []
    if field.errors:
        attributes["aria-invalid"] = "true"
        described.append(f"{field.id_for_label}-error")
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Tell whether a form field is drawn as a group of tiles."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def is_toggle(field: BoundField) -> bool:
    """Tell whether a form field is a single switch, whose label stands beside it."""
    return isinstance(field.field.widget, CheckboxInput)
