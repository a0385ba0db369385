"""Where territories leave a gap, and where two lie over each other: by district, segment and building."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tiejun.engines.assignment.problem import Patch

EVERY = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A district that no territory covers; `segments`: only for these, none = for all."""

    district: str
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two territories over one district, or over one building of it; `segments`: only for these, none = for all."""

    district: str
    one: str
    other: str
    segments: tuple[str, ...] = ()
    building: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with a set of territories."""

    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]


def findings(
    patches: Mapping[str, Patch],
    *,
    districts: Sequence[str],
    segments: Sequence[str],
    buildings: Mapping[str, str],
) -> Findings:
    """Return gaps and overlaps over the districts; `buildings`: the district of each building that a territory names."""
    kinds = tuple(segments) or (EVERY,)
    gaps, overlaps = [], []
    for district in districts:
        takers = {kind: [key for key in sorted(patches) if _covers(patches[key], district, kind)] for kind in kinds}
        free = tuple(kind for kind in kinds if not takers[kind])
        if free:
            gaps.append(Gap(district, _said(free, kinds)))
        pairs: dict[tuple[str, str], list[str]] = {}
        for kind in kinds:
            for pair in combinations(takers[kind], 2):
                pairs.setdefault(pair, []).append(kind)
        overlaps += [Overlap(district, *pair, _said(tuple(shared), kinds)) for pair, shared in pairs.items()]
    return Findings(tuple(gaps), (*overlaps, *_over_buildings(patches, buildings, kinds)))


def _over_buildings(
    patches: Mapping[str, Patch], buildings: Mapping[str, str], kinds: tuple[str, ...]
) -> list[Overlap]:
    found = []
    for building, district in sorted(buildings.items()):
        for one, other in combinations(sorted(patches), 2):
            named = [building in patches[key].buildings for key in (one, other)]
            shared = tuple(
                kind
                for kind in kinds
                if all(
                    _takes(patches[key], kind) and (named[at] or _covers(patches[key], district, kind))
                    for at, key in enumerate((one, other))
                )
            )
            if any(named) and shared:
                found.append(Overlap(district, one, other, _said(shared, kinds), building))
    return found


def _covers(patch: Patch, district: str, kind: str) -> bool:
    anywhere = not patch.districts and not patch.buildings
    return (anywhere or district in patch.districts) and _takes(patch, kind)


def _takes(patch: Patch, kind: str) -> bool:
    return not patch.segments or kind in patch.segments


def _said(some: tuple[str, ...], every: tuple[str, ...]) -> tuple[str, ...]:
    return () if some == every else some
