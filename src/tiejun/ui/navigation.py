"""Where people can go: the sidebar, the tabs of the phone and the list on the page "Me", as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise


class Asker(Protocol):
    """What navigation needs to know of the one who asks; `tiejun.access` provides it, above this module."""

    def can(self, ability: str) -> bool:
        """Tell whether this may be done to anything at all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place: its words, its icon (Lucide), its url name, the ability it asks for and its section."""

    label: _StrPromise
    icon: str
    url_name: str
    ability: str | None
    section: str


@dataclass(frozen=True, slots=True)
class Place:
    """An entry as a page shows it: with its address, and whether the reader is there now."""

    label: _StrPromise
    icon: str
    url: str
    section: str
    is_here: bool
    url_name: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of places in the sidebar."""

    title: _StrPromise | str
    places: tuple[Place, ...]


SECTIONS: dict[str, _StrPromise | str] = {
    "day": "",
    "customers": _("Customers and leads"),
    "marketing": _("Marketing"),
    "deals": _("Deals"),
    "quality": pgettext_lazy("section", "Integrity"),
    "team": _("Team"),
    "numbers": _("Numbers"),
    "running": _("Administration"),
}

ENTRIES: tuple[Entry, ...] = (
    Entry(_("Today"), "sun", "home:today", "home.view_today", "day"),
    Entry(_("Board"), "layout-dashboard", "home:board", "home.view_board", "day"),
    Entry(_("Questions of my work"), "circle-question-mark", "insight:boards", "home.view_board", "day"),
    Entry(_("Team today"), "users-round", "home:team_today", "home.view_team_today", "day"),
    Entry(_("Team plans"), "route", "visits:team_plans", "home.view_team_today", "day"),
    Entry(_("Tomorrow"), "sunrise", "forecast:tomorrow", "forecast.make", "day"),
    Entry(_("My number"), "goal", "forecast:mine", "forecast.make", "day"),
    Entry(_("Evening"), "moon-star", "forecast:evening", "forecast.view_reports", "day"),
    Entry(_("Meetings"), "presentation", "meetings:list", "meetings.view", "day"),
    Entry(_("Accompanied visits"), "footprints", "coaching:desk", "coaching.coach", "day"),
    Entry(_("My coaching points"), "crosshair", "coaching:mine", "coaching.answer", "day"),
    Entry(_("Skills"), "radar", "talent:desk", "talent.rate", "team"),
    Entry(_("My skills"), "radar", "talent:mine", "talent.assess_oneself", "team"),
    Entry(_("Skills of the company"), "radar", "talent:totals", "talent.view_totals", "numbers"),
    Entry(_("Inbox"), "bell", "inbox:list", "inbox.read", "day"),
    Entry(_("Customers"), "building-2", "customers:list", "customers.view", "customers"),
    Entry(_("Leads"), "contact-round", "leads:mine", "leads.view", "customers"),
    Entry(_("Public pool"), "waves-horizontal", "leads:pool", "leads.view_pool", "customers"),
    Entry(_("Pools"), "layers", "leads:pools", "leads.administer_pool", "customers"),
    Entry(_("Today's allotment"), "list-checks", "leads:allotment", "leads.view_allotment", "customers"),
    Entry(_("Duplicates"), "combine", "customers:duplicates", "customers.merge", "customers"),
    Entry(_("Day plan"), "map", "visits:plan", "visits.plan_day", "customers"),
    Entry(_("Running out"), "hourglass", "leads:reclaims", "leads.view", "customers"),
    Entry(_("Visits"), "footprints", "visits:list", "visits.view", "customers"),
    Entry(_("Scripts"), "message-square-quote", "content:scripts", "content.view", "customers"),
    Entry(_("Hand-over board"), "kanban", "marketing:board", "marketing.view_handovers", "marketing"),
    Entry(_("Inbound"), "inbox", "marketing:inbound", "marketing.view_inbound", "marketing"),
    Entry(_("Campaigns"), "megaphone", "marketing:campaigns", "marketing.view_campaigns", "marketing"),
    Entry(_("Disputes"), "scale", "marketing:disputes", "marketing.view_disputes", "marketing"),
    Entry(_("Growth equation"), "sigma", "insight:growth", "home.view_board", "numbers"),
    Entry(_("Cohorts"), "refresh-cw", "insight:cohorts", "home.view_board", "numbers"),
    Entry(_("Trials"), "flask-conical", "insight:trials", "home.view_board", "numbers"),
    Entry(_("Own reports"), "chart-no-axes-column", "insight:report", "home.view_board", "numbers"),
    Entry(_("Anomalies"), "activity", "insight:anomalies", "insight.view_anomalies", "numbers"),
    Entry(_("Metrics"), "book-open", "insight:metrics", "home.view_board", "numbers"),
    Entry(_("Channels"), "funnel", "insight:channels", "marketing.view_campaigns", "marketing"),
    Entry(_("Lead scores"), "gauge", "insight:scores", "insight.view_score_models", "numbers"),
    Entry(_("Tags"), "tags", "marketing:tags", "marketing.manage_tags", "marketing"),
    Entry(_("Sources"), "split", "marketing:sources", "marketing.manage_sources", "marketing"),
    Entry(_("Import"), "file-up", "exchange:imports", "exchange.import_leads", "customers"),
    Entry(_("My exports"), "file-down", "exchange:exports", "exchange.export", "numbers"),
    Entry(_("Morning digest"), "sunrise", "reports:digest", "reports.read_digest", "numbers"),
    Entry(_("Mailings"), "mail", "reports:mailings", "reports.mail", "numbers"),
    Entry(_("Customers for life"), "infinity", "success:desk", "success.view", "customers"),
    Entry(_("Opportunities"), "target", "pipeline:list", "pipeline.view", "deals"),
    Entry(_("Collections"), "banknote", "pipeline:collections", "pipeline.view_collections", "deals"),
    Entry(_("Finance desk"), "wallet", "pipeline:finance", "pipeline.record_receipt", "deals"),
    Entry(_("Win and loss"), "scale", "pipeline:reviews", "pipeline.view_reviews", "deals"),
    Entry(pgettext_lazy("page", "Week"), "calendar-range", "forecast:weeks", "forecast.view_reports", "numbers"),
    Entry(_("High and accurate"), "crosshair", "forecast:accuracy", "forecast.view", "numbers"),
    Entry(_("Monthly form"), "table-2", "forecast:form", "forecast.view_reports", "numbers"),
    Entry(_("Coaching effect"), "trending-up", "coaching:effect", "coaching.view_effect", "numbers"),
    Entry(_("Roll-up"), "network", "forecast:roll_up", "forecast.view_roll_up", "numbers"),
    Entry(_("Visit checks"), "badge-check", "quality:desk", "quality.work_tasks", "quality"),
    Entry(_("Integrity cases"), "scale", "quality:cases", "quality.manage_cases", "quality"),
    Entry(_("Spot checks"), "eye", "coaching:spots", "coaching.spot_check", "quality"),
    Entry(_("Truth rate"), "shield-check", "quality:truth", "quality.view_truth_rate", "quality"),
    Entry(_("Panels"), "gavel", "quality:seats", "quality.sit_on_panel", "quality"),
    Entry(_("My checked visits"), "shield-check", "quality:mine", "quality.view_own", "customers"),
    Entry(_("People"), "users", "org:people", "org.view_people", "team"),
    Entry(_("Hand-overs"), "handshake", "succession:desk", "succession.hand_over", "team"),
    Entry(_("Units"), "network", "org:units", "org.view_people", "team"),
    Entry(_("Territories"), "map-pinned", "org:territories", "org.view_territories", "team"),
    Entry(_("Buildings"), "building", "visits:reference", "org.manage_buildings", "running"),
    Entry(_("Leave"), "calendar-off", "org:leave", "org.view_leave", "team"),
    Entry(_("Product lines"), "package", "org:products", "org.manage_reference", "running"),
    Entry(_("Custom fields"), "text-cursor-input", "fields:desk", "fields.define", "running"),
    Entry(_("Logins"), "user-key", "org:logins", "org.manage_logins", "running"),
    Entry(_("Policies"), "scroll-text", "operations:policies", "operations.view_policies", "running"),
    Entry(_("Runs and clock"), "alarm-clock-check", "operations:runs", "operations.view_runs", "running"),
    Entry(_("Audit"), "fingerprint-pattern", "operations:audit", "operations.view_audit", "running"),
    Entry(_("Access tokens"), "key-round", "exchange:tokens", "exchange.manage_tokens", "running"),
)

TABS: tuple[Entry, ...] = (
    Entry(_("Today"), "sun", "home:today", "home.view_today", "tab"),
    Entry(_("Board"), "layout-dashboard", "home:board", "home.view_board", "spare"),
    Entry(_("Team today"), "users-round", "home:team_today", "home.view_team_today", "spare"),
    Entry(_("Customers"), "building-2", "customers:list", "customers.view", "tab"),
    Entry(_("Record visit"), "plus", "visits:record", "visits.record", "raised"),
    Entry(_("Opportunities"), "target", "pipeline:list", "pipeline.view", "tab"),
    Entry(_("Inbox"), "bell", "inbox:list", "inbox.read", "spare"),
    Entry(pgettext_lazy("tab of the phone", "Me"), "user-round", "home:me", None, "tab"),
)
TAB_COUNT = 5
# Pages that belong to another place than the one whose path they begin with.
BELOW = {"pipeline:receipts": "pipeline:collections"}
_ANY_ID = UUID(int=0)


def address(url_name: str) -> str | None:
    """Return the path of a url name, or None where this installation has no such page."""
    return _looked_up(url_name, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=512)
def _looked_up(url_name: str, urlconf: str) -> str | None:
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return None


def address_of(url_name: str, key: object) -> str:
    """Return the path of the page of one thing, by its id (a UUID); raises `NoReverseMatch` where there is no such page."""
    before, after = _around_id(url_name, get_urlconf() or settings.ROOT_URLCONF)
    return f"{before}{key}{after}"


@lru_cache(maxsize=512)
def _around_id(url_name: str, urlconf: str) -> tuple[str, str]:
    before, _id, after = reverse(url_name, urlconf, args=[_ANY_ID]).partition(str(_ANY_ID))
    return before, after


def sections_for(asker: Asker | None, here: str, path: str = "") -> tuple[Section, ...]:
    """Return the sidebar of one person, without empty sections.

    `here`: the url name of the current page; `path`: its path, which marks the place it lies below.
    """
    places = _places(ENTRIES, asker, here, path)
    grouped = (
        Section(title, tuple(place for place in places if place.section == key)) for key, title in SECTIONS.items()
    )
    return tuple(section for section in grouped if section.places)


def tabs_for(asker: Asker | None, here: str, path: str = "") -> tuple[Place, ...]:
    """Return the tabs of the phone: at most five; spare entries fill the places that the abilities leave open."""
    places = _places(TABS, asker, here, path)
    spare_room = TAB_COUNT - sum(place.section != "spare" for place in places)
    kept: list[Place] = []
    for place in places:
        if place.section == "spare":
            if spare_room <= 0:
                continue
            spare_room -= 1
        kept.append(place)
    return tuple(kept)


def _places(entries: Iterable[Entry], asker: Asker | None, here: str, path: str) -> list[Place]:
    allowed = (entry for entry in entries if entry.ability is None or (asker is not None and asker.can(entry.ability)))
    found = [(entry, url) for entry in allowed if (url := address(entry.url_name)) is not None]
    current = _current([(entry.url_name, url) for entry, url in found], here, path)
    return [
        Place(entry.label, entry.icon, url, entry.section, entry.url_name == current, entry.url_name)
        for entry, url in found
    ]


def _current(found: list[tuple[str, str]], here: str, path: str) -> str:
    here = BELOW.get(here, here)
    if any(url_name == here for url_name, _url in found):
        return here
    above = [(len(url), url_name) for url_name, url in found if url != "/" and path.startswith(url)]
    return max(above)[1] if above else ""
