"""A problem as bytes: the same bytes for the same problem, so that it can be handed over and named by its digest."""

import json
from dataclasses import asdict
from hashlib import sha256

from tiejun.engines.routing.problem import Lunch, Problem, Roads, Shape, Stop


def packed(problem: Problem) -> bytes:
    """Return a problem as one line of JSON."""
    return json.dumps(asdict(problem), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def digest(problem: Problem) -> bytes:
    """Return the SHA-256 of a packed problem: who has the same inputs and solver has the same plan."""
    return sha256(packed(problem)).digest()


def unpacked(data: bytes) -> Problem:
    """Return the problem of packed bytes."""
    row = json.loads(data)
    roads = row["roads"]
    return Problem(
        stops=tuple(_stop(stop) for stop in row["stops"]),
        roads=Roads(tuple(tuple(way) for way in roads["drive"]), tuple(roads["pace"]), roads["park"]),
        starts=row["starts"],
        ends=row["ends"],
        lunch=Lunch(**row["lunch"]) if row["lunch"] else None,
        shape=Shape(**row["shape"]) if row["shape"] else None,
        minute=row["minute"],
        most=row["most"],
        seed=row["seed"],
        rounds=row["rounds"],
    )


def _stop(row: dict[str, object]) -> Stop:
    windows = row.pop("windows")
    assert isinstance(windows, list)
    return Stop(windows=tuple((opens, closes) for opens, closes in windows), **row)  # type: ignore[arg-type]
