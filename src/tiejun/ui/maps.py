"""What `<c-map>` draws: layers of GeoJSON features whose properties say how each looks and what it tells.

Positions are WGS-84 degrees; GeoJSON (RFC 7946) puts the longitude first, the functions here take the latitude first as people say it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Tone = Literal["primary", "accent", "success", "warning", "error", "info", "neutral"]
State = Literal["todo", "next", "done"]
Feature = dict[str, Any]
Place = tuple[float, float]
"""Latitude, longitude."""


def facts(*layers: dict[str, Any]) -> dict[str, Any]:
    """Return all that a map draws, the lowest layer first."""
    return {"layers": list(layers), "tiles": settings.TILE_URL}


def layer(features: Iterable[Feature], *, name: str = "") -> dict[str, Any]:
    """Return a layer; where two or more have names, each can be switched off."""
    return {"name": name, "features": {"type": "FeatureCollection", "features": list(features)}}


def stop(
    place: Place,
    *,
    label: str,
    number: int | str = "",
    state: State = "todo",
    popup: Sequence[str] = (),
    href: str = "",
) -> Feature:
    """Return a numbered stop; `popup`: lines below its name, `href`: where its link leads."""
    shown = {"kind": "stop", "label": label, "number": number, "state": state}
    return _feature("Point", _turned(place), shown | _told(popup, href))


def dot(place: Place, *, label: str, tone: Tone = "primary", popup: Sequence[str] = (), href: str = "") -> Feature:
    """Return a small point, for what is many."""
    return _feature("Point", _turned(place), {"kind": "dot", "label": label, "tone": tone} | _told(popup, href))


def line(places: Iterable[Place], *, tone: Tone = "primary", label: str = "", dashed: bool = False) -> Feature:
    """Return a way through places."""
    shown = {"kind": "line", "label": label, "tone": tone, "width": 3.5, "dashed": dashed}
    return _feature("LineString", [_turned(place) for place in places], shown)


def area(
    geometry: dict[str, Any], *, label: str = "", tone: Tone = "primary", dashed: bool = False, popup: Sequence[str] = (), href: str = ""
) -> Feature:  # fmt: skip
    """Return a Polygon or MultiPolygon of GeoJSON, with its name in its middle."""
    shown = {"kind": "area", "label": label, "tone": tone, "dashed": dashed}
    return {"type": "Feature", "geometry": geometry, "properties": shown | _told(popup, href)}


def _feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> Feature:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def _told(popup: Sequence[str], href: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if popup:
        told["popup"] = list(popup)
    if href:
        told["href"] = href
    return told


def _turned(place: Place) -> list[float]:
    return [place[1], place[0]]
