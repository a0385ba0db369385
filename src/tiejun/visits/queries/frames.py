"""Locked visits for whoever samples them: the facts of each with the signs that a closer look may be worth it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.engines.geo import Point, distance_m
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.statements import asked
from tiejun.visits.models import Amendment, DayLock, Visit, VisitContact, VisitEvidence, VisitPosition
from tiejun.visits.rules.signs import BURST_COUNT, BURST_SPAN, PERFECT_DAYS, TOO_FAST_KMH, Sign
from tiejun.visits.rules.vocabulary import Entry, Flag, Presence, VisitState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

SAME_NOTE_DAYS = 30
LEAST_NOTE = 8


@dataclass(frozen=True, slots=True)
class LockedVisit:
    """A locked visit as sampling sees it."""

    visit_id: UUID
    person_id: UUID
    unit_id: UUID
    company_id: UUID
    business_day: date
    kind: str
    evidence_level: int
    signs: frozenset[str]


def locked_visits(scope: Scope, day: date, *, late_since: datetime) -> list[LockedVisit]:
    """Return the locked visits of a day, and those of earlier days that came in late since `late_since`, by id."""
    scope.require(Ability.LOCK_DAYS)
    late = Q(entry=Entry.LATE, received_at__gte=late_since, business_day__lt=day)
    visits = list(Visit.objects.filter(Q(business_day=day) | late, state=VisitState.LOCKED).order_by("pk"))
    signs = _signs(visits)
    return [
        LockedVisit(
            visit_id=row.pk,
            person_id=row.person_id,
            unit_id=row.unit_id,
            company_id=row.company_id,
            business_day=row.business_day,
            kind=row.kind,
            evidence_level=row.evidence_level,
            signs=frozenset(signs[row.pk]),
        )
        for row in visits
    ]


def locked_ids(scope: Scope, day: date) -> list[UUID]:
    """Return the visits of a day that were in time and are locked: each of them could have been drawn that night."""
    scope.require(Ability.LOCK_DAYS)
    rows = Visit.objects.filter(business_day=day, state=VisitState.LOCKED, entry=Entry.ON_TIME)
    return list(rows.values_list("pk", flat=True))


def soft_locked_at(scope: Scope, day: date) -> datetime | None:
    """Return the earliest soft lock of a day, None when nothing is locked."""
    scope.require(Ability.LOCK_DAYS)
    return DayLock.objects.filter(business_day=day).order_by("soft_at").values_list("soft_at", flat=True).first()


def _signs(visits: Sequence[Visit]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for visit in visits:
        if visit.presence in (Presence.NONE, Presence.REFUSED):
            found[visit.pk].add(Sign.NO_POSITION)
        if visit.presence == Presence.OUT_OF_RANGE or Flag.POSITION_FROZEN in visit.flags:
            found[visit.pk].add(Sign.FAR)
        if Flag.POSITION_JUMP in visit.flags:
            found[visit.pk].add(Sign.FAST)
        if visit.entry == Entry.LATE:
            found[visit.pk].add(Sign.LATE)
        if not visit.evidence_level:
            found[visit.pk].add(Sign.NO_EVIDENCE)
    perfect = _perfect_persons(
        {visit.person_id for visit in visits}, max((v.business_day for v in visits), default=None)
    )
    for visit in visits:
        if visit.person_id in perfect:
            found[visit.pk].add(Sign.PERFECT)
    marked = {
        Sign.FAST: _too_fast(visits),
        Sign.BURST: _in_bursts(visits),
        Sign.SAME_NOTE: _same_notes(visits),
        Sign.SAME_PHOTO: _same_photos(visits),
        Sign.COLLEAGUE_PHONE: _colleagues(visits),
    }
    for sign, ids in marked.items():
        for visit_id in ids:
            found[visit_id].add(sign)
    return found


def _by_person(visits: Iterable[Visit]) -> dict[tuple[UUID, date], list[Visit]]:
    days: dict[tuple[UUID, date], list[Visit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda row: row.started_at):
        days[visit.person_id, visit.business_day].append(visit)
    return days


def _too_fast(visits: Sequence[Visit]) -> set[UUID]:
    """Return visits that were reached faster than anybody drives; positions are compared here and shown to nobody."""
    places = {row.visit_id: row for row in VisitPosition.objects.filter(visit__in=[visit.pk for visit in visits])}
    found = set()
    for rows in _by_person(visits).values():
        located = [(visit, places[visit.pk]) for visit in rows if visit.pk in places]
        for (before, left), (visit, reached) in pairwise(located):
            hours = max((visit.started_at - (before.ended_at or before.started_at)).total_seconds(), 60.0) / 3600
            metres = distance_m(
                Point(lng=left.longitude, lat=left.latitude), Point(lng=reached.longitude, lat=reached.latitude)
            )
            if metres / 1000 / hours > TOO_FAST_KMH and metres > 2 * (left.accuracy_metres + reached.accuracy_metres):
                found.add(visit.pk)
    return found


def _in_bursts(visits: Sequence[Visit]) -> set[UUID]:
    """Return visits that were written down together, several within minutes, by the phone's own clock."""
    found = set()
    for rows in _by_person(visits).values():
        written = sorted(((row.device_time or row.received_at), row.pk) for row in rows)
        for first, (_at, _pk) in enumerate(written[: 1 - BURST_COUNT or None]):
            part = written[first : first + BURST_COUNT]
            if len(part) == BURST_COUNT and part[-1][0] - part[0][0] <= BURST_SPAN:
                found |= {pk for _written_at, pk in part}
    return found


def _perfect_persons(persons: Iterable[UUID], day: date | None) -> set[UUID]:
    """Return who reported the same number of visits on each of their last frozen days: life is not that even."""
    if day is None:
        return set()
    since = day - timedelta(days=3 * PERFECT_DAYS)
    counts: dict[UUID, list[int]] = defaultdict(list)
    locks = DayLock.objects.filter(
        person__in=list(persons), business_day__gte=since, business_day__lte=day, visits__gt=0
    )
    for person_id, visits in locks.order_by("-business_day").values_list("person_id", "visits"):
        counts[person_id].append(visits)
    return {
        person_id
        for person_id, numbers in counts.items()
        if len(numbers) >= PERFECT_DAYS and len(set(numbers[:PERFECT_DAYS])) == 1
    }


_SAME_NOTES = """
    SELECT v.id FROM visits_visit v
    WHERE v.id = ANY(%(ids)s) AND length(v.note) >= %(least)s AND EXISTS (
        SELECT 1 FROM visits_visit w
        WHERE w.person_id = v.person_id AND w.business_day BETWEEN v.business_day - %(days)s AND v.business_day
          AND w.id <> v.id AND w.company_id <> v.company_id AND w.note = v.note
    )
"""


def _same_notes(visits: Sequence[Visit]) -> set[UUID]:
    ids = [visit.pk for visit in visits]
    return {row[0] for row in asked(_SAME_NOTES, {"ids": ids, "least": LEAST_NOTE, "days": SAME_NOTE_DAYS})}


def _same_photos(visits: Sequence[Visit]) -> set[UUID]:
    """Return visits with a photo that proves another visit, too."""
    own = VisitEvidence.objects.filter(visit__in=[visit.pk for visit in visits]).exclude(digest=b"")
    digests = {bytes(row.digest): row.visit_id for row in own}
    others = VisitEvidence.objects.filter(digest__in=list(digests)).values_list("digest", "visit_id").distinct()
    times = Counter(bytes(digest) for digest, _visit_id in others)
    return {row.visit_id for row in own if times[bytes(row.digest)] > 1}


_COLLEAGUES = """
    SELECT DISTINCT m.visit_id FROM visits_visitcontact m
    JOIN customers_contact c ON c.id = m.contact_id AND c.phone_index <> ''
    JOIN org_person p ON p.phone_index = c.phone_index
    WHERE m.visit_id = ANY(%(ids)s)
"""


def _colleagues(visits: Sequence[Visit]) -> set[UUID]:
    """Return visits whose person met has the number of somebody who works here."""
    return {row[0] for row in asked(_COLLEAGUES, {"ids": [visit.pk for visit in visits]})}


@dataclass(frozen=True, slots=True)
class VisitToCheck:
    """What a check may know of a visit: what was reported, and nothing of who reported it."""

    visit_id: UUID
    company_id: UUID
    kind: str
    business_day: date
    zone: str
    started_at: datetime
    ended_at: datetime | None
    service_explained: bool
    next_step: str
    next_step_at: datetime | None
    refusal: str
    note: str
    met: tuple[tuple[UUID, str], ...]
    evidence: tuple[str, ...]
    is_amended: bool


def visit_to_check(scope: Scope, visit_id: UUID) -> VisitToCheck:
    """Return a locked visit for its check, without its author; for the system alone. Raises `NotFound`."""
    scope.require(Ability.LOCK_DAYS)
    visit = Visit.objects.filter(pk=visit_id).first()
    if visit is None:
        raise NotFound
    met = VisitContact.objects.filter(visit=visit).order_by("pk").values_list("contact_id", "role")
    kinds = VisitEvidence.objects.filter(visit=visit).order_by("kind").values_list("kind", flat=True)
    return VisitToCheck(
        visit_id=visit.pk,
        company_id=visit.company_id,
        kind=visit.kind,
        business_day=visit.business_day,
        zone=visit.zone,
        started_at=visit.started_at,
        ended_at=visit.ended_at,
        service_explained=visit.service_explained,
        next_step=visit.next_step,
        next_step_at=visit.next_step_at,
        refusal=visit.refusal,
        note=visit.note,
        met=tuple(met),
        evidence=tuple(kinds),
        is_amended=_is_amended(visit.pk),
    )


def _is_amended(visit_id: UUID) -> bool:
    return Amendment.objects.filter(visit=visit_id).exists()


@dataclass(frozen=True, slots=True)
class RawPosition:
    """Where the phone was at a check-in, WGS-84 degrees, with its accuracy in metres."""

    latitude: float
    longitude: float
    accuracy_metres: int
    taken_at: datetime


def raw_position(scope: Scope, visit_id: UUID) -> RawPosition | None:
    """Return the raw position of a visit for the system alone; None when there is none, or none any more."""
    scope.require(Ability.LOCK_DAYS)
    row = VisitPosition.objects.filter(visit=visit_id).first()
    return RawPosition(row.latitude, row.longitude, row.accuracy_metres, row.taken_at) if row else None
