"""Links that open a map app with the way to a place, each in the datum that the app expects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from tiejun.engines.geo import Datum, converted

if TYPE_CHECKING:
    from tiejun.engines.geo import Point


class MapApp(StrEnum):
    AMAP = "AMAP"
    BAIDU = "BAIDU"
    APPLE = "APPLE"
    GOOGLE = "GOOGLE"


@dataclass(frozen=True, slots=True)
class MapLink:
    """One app and the address that opens it."""

    app: MapApp
    url: str


def links_to(name: str, address: str, point: Point | None) -> tuple[MapLink, ...]:
    """Return a link per app: to the coordinates (WGS-84 in, the app's datum out), else a search for the address.

    Amap and Apple's maps of China use GCJ-02, Baidu BD-09, Google's web maps WGS-84.
    """
    if point is None:
        return _searches(f"{address} {name}".strip())
    gcj, bd = converted(point, Datum.WGS84, Datum.GCJ02), converted(point, Datum.WGS84, Datum.BD09)
    return (
        MapLink(
            MapApp.AMAP,
            "https://uri.amap.com/navigation?"
            + urlencode(
                {"to": f"{_pair(gcj.lng, gcj.lat)},{name}", "mode": "car", "coordinate": "gaode", "callnative": 1}
            ),
        ),
        MapLink(
            MapApp.BAIDU,
            "https://api.map.baidu.com/direction?"
            + urlencode(
                {
                    "destination": f"latlng:{_pair(bd.lat, bd.lng)}|name:{name}",
                    "mode": "driving",
                    "coord_type": "bd09ll",
                    "output": "html",
                    "src": "tiejun",
                }
            ),
        ),
        MapLink(
            MapApp.APPLE, "https://maps.apple.com/?" + urlencode({"daddr": _pair(gcj.lat, gcj.lng), "dirflg": "d"})
        ),
        MapLink(
            MapApp.GOOGLE,
            "https://www.google.com/maps/dir/?" + urlencode({"api": 1, "destination": _pair(point.lat, point.lng)}),
        ),
    )


def _searches(words: str) -> tuple[MapLink, ...]:
    text = quote(words)
    return (
        MapLink(MapApp.AMAP, f"https://uri.amap.com/search?keyword={text}&callnative=1"),
        MapLink(MapApp.BAIDU, f"https://api.map.baidu.com/geocoder?address={text}&output=html&src=tiejun"),
        MapLink(MapApp.APPLE, f"https://maps.apple.com/?q={text}"),
        MapLink(MapApp.GOOGLE, f"https://www.google.com/maps/search/?api=1&query={text}"),
    )


def _pair(first: float, second: float) -> str:
    return f"{first:.6f},{second:.6f}"
