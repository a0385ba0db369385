"""Ways from a routing server that speaks OSRM's table service, where the installation has one.

The address comes from the installation's settings alone; what goes out is coordinates, no redirect is followed, and the
answer is bounded in size and time. A server that fails is left alone for a minute, and the estimate takes its place.
"""

from __future__ import annotations

import http.client
import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiejun.access.scope import Scope
    from tiejun.engines.geo import Point

log = logging.getLogger("tiejun.roads")

MOST_SECONDS = 1.5
MOST_BYTES = 4_000_000
REST_SECONDS = 60
MOST_PLACES = 100  # the table size that an OSRM server allows by default

Table = tuple[list[list[float]], list[list[float]]]
_RESTS = "visits.roads_rest"


class NoRoads(Exception):
    """The routing server gave no usable answer."""


def has_server(scope: Scope) -> bool:  # noqa: ARG001 -- the installation's, nobody's in particular
    """Tell whether the installation names a routing server."""
    return bool(settings.ROUTING_URL)


def road_table(scope: Scope, points: Sequence[Point]) -> Table:  # noqa: ARG001 -- coordinates of a plan that the asker may see
    """Return minutes and metres between all places (WGS-84), free of traffic; raises `NoRoads`."""
    address = settings.ROUTING_URL
    if cache.get(_RESTS):
        raise NoRoads
    try:
        return _read(_asked(address, points), len(points))
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException) as failure:
        cache.set(_RESTS, True, REST_SECONDS)
        log.warning("routing server failed", extra={"failure": type(failure).__name__})
        raise NoRoads from failure


def _asked(address: str, points: Sequence[Point]) -> Any:
    if len(points) > MOST_PLACES:
        raise ValueError(f"a routing server is asked for at most {MOST_PLACES} places")
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=MOST_SECONDS)
    places = ";".join(f"{point.lng:.6f},{point.lat:.6f}" for point in points)
    try:
        connection.request(
            "GET",
            f"{parts.path}/table/v1/driving/{places}?annotations=duration,distance",
            headers={"Accept": "application/json", "User-Agent": "tiejun"},
        )
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES + 1)
        if answer.status != http.HTTPStatus.OK or len(body) > MOST_BYTES:
            raise ValueError("not an answer")
        return json.loads(body)
    finally:
        connection.close()


def _read(answer: Any, size: int) -> Table:
    seconds, metres = answer["durations"], answer["distances"]
    for rows in (seconds, metres):
        if len(rows) != size or any(len(row) != size for row in rows):
            raise ValueError("the table has another size")
    # What no road reaches comes as null: it is left to the estimate by a value below 0.
    return (
        [[-1.0 if value is None else float(value) / 60 for value in row] for row in seconds],
        [[-1.0 if value is None else float(value) for value in row] for row in metres],
    )
