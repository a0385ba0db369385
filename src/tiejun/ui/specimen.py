"""Invented figures for the sheet of components."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.ui import maps

if TYPE_CHECKING:
    from datetime import datetime

TREND = [12, 14, 13, 18, 21, 17, 15, 20, 19, 24, 23, 27]
LEVELS = (0, 1, 2, 3, 4)
NAMES = ("Lin Xiao", "Chen Lan", "Zhou Ming", "He Jun", "Su Qing", "Zheng Hao", "Gao Mo", "Xu Ning")
TONES = ("primary", "warning", "info")
CLASSES = ("A", "B", "C", "D")


class SpecimenForm(forms.Form):
    """One field of each kind."""

    phone = forms.CharField(label=_("Phone"), help_text=_("Eleven digits"))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    source = forms.ChoiceField(label=_("Source"), choices=[("WEB", _("Website")), ("FAIR", _("Trade fair"))])
    amount = forms.CharField(
        label=_("Amount"), widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "t-num"})
    )
    outcome = forms.ChoiceField(
        label=_("What happened"),
        choices=[("TALKED", _("Talked")), ("ABSENT", _("Nobody there")), ("REFUSED", _("Refused"))],
        widget=forms.RadioSelect,
    )
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)


def context(now: datetime) -> dict[str, Any]:
    """Return what the sheet of components shows, at the given present."""
    bad = SpecimenForm({"phone": "", "note": "x", "source": "WEB", "amount": "12", "outcome": "TALKED"})
    bad.is_valid()
    return {
        "form": SpecimenForm(initial={"outcome": "TALKED", "source": "FAIR"}, prefix="good"),
        "bad_form": bad,
        "now": now,
        "trend": TREND,
        "map": _map(),
        "levels": LEVELS,
        "classes": CLASSES,
        "ago": now - timedelta(minutes=12),
        "yesterday": now - timedelta(days=1, hours=2),
        "last_month": now - timedelta(days=40),
        "until": now + timedelta(minutes=22),
        "options": [("EAST", _("East")), ("WEST", _("West"))],
        "periods": [
            {"label": _("This month"), "url": "?period=month", "active": True, "count": 12},
            {"label": _("This week"), "url": "?period=week", "active": False, "count": 3},
            {"label": _("Today"), "url": "?period=day", "active": False, "count": None},
        ],
        "steps": [
            {"label": _("Upload"), "state": "done"},
            {"label": _("Columns"), "state": "now"},
            {"label": _("Check"), "state": ""},
            {"label": _("Done"), "state": ""},
        ],
        "people": [_person(place, name) for place, name in enumerate(NAMES)],
    }


def _person(place: int, name: str) -> dict[str, Any]:
    turned = TREND[place:] + TREND[:place]
    return {
        "name": name,
        "tone": TONES[place % len(TONES)],
        "closing_class": CLASSES[place % len(CLASSES)],
        "evidence": LEVELS[place % len(LEVELS)],
        "trend": turned,
    }


def _map() -> dict[str, Any]:
    ring = [[121.44, 31.2], [121.5, 31.19], [121.51, 31.24], [121.45, 31.25], [121.44, 31.2]]
    inner = [[121.47, 31.215], [121.479, 31.215], [121.479, 31.222], [121.47, 31.222], [121.47, 31.215]]
    places = [(31.21, 121.455), (31.225, 121.47), (31.232, 121.49)]
    stops = [
        maps.stop(places[0], label=NAMES[0], number=1, state="done"),
        maps.stop(places[1], label=NAMES[1], number=2, state="next", popup=["09:30"], href="#stop"),
        maps.stop(places[2], label=NAMES[2], number=3),
        maps.dot((31.24, 121.47), label=NAMES[3], tone="warning"),
    ]
    return maps.facts(
        maps.layer(
            [
                maps.area({"type": "Polygon", "coordinates": [ring]}, label="A1", popup=["12"]),
                maps.area({"type": "Polygon", "coordinates": [inner]}, label="A1 a", tone="neutral"),
            ],
            name=str(_("Areas")),
        ),
        maps.layer([maps.line(places)]),
        maps.layer(stops, name=str(_("Stops"))),
    )
