"""What was drilled and whether it was used on the day after, from the records of that day's visits and lost sales."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation.times import at_local, business_day
from tiejun.meetings import texts
from tiejun.meetings.models import Attendance, Drill, DrillScore, Meeting
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules import IN_THE_ROOM, Kind
from tiejun.meetings.rules.drilling import DRILLABLE, DayAfter, Flow, Subject, round_of, use_of
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import lost_by_day
from tiejun.visits.queries.technique import DayTechnique, techniques_by_day

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.rules.drilling import Round, Use


@dataclass(frozen=True, slots=True)
class PlayedDrill:
    """A drill that somebody sold in, what the peers said of its last round, and its use on the next working day (`used_on`)."""

    drill_id: UUID
    meeting_id: UUID
    person_id: UUID
    subject: Subject
    day: date
    used_on: date
    score: Round | None
    use: Use

    @property
    def is_objection(self) -> bool:
        return self.subject in DRILLABLE

    @property
    def use_words(self) -> str:
        """What became of it on the day after, in the reader's language."""
        return str(texts.USES[self.use.state])

    @property
    def use_tone(self) -> str:
        """The tone of `use_words`, as a badge takes it."""
        return texts.USE_TONES[self.use.state]


def drills_played(
    scope: Scope, person_ids: Collection[UUID], *, since: date, now: datetime
) -> dict[UUID, list[PlayedDrill]]:
    """Return the revealed drills of evening meetings within reach that persons sold in, by person, the newest first.

    The number of queries does not depend on the people, but on their units.
    """
    meetings = Meeting.objects.within(scope, Ability.VIEW_MEETINGS).filter(business_day__gte=since)
    rows = Drill.objects.filter(player__in=list(person_ids), revealed__gt=0, meeting__in=meetings)
    drills = list(rows.select_related("meeting__unit").order_by("-meeting__business_day", "position"))
    scores = _last_scores(drills)
    played = [(one, one.player_id) for one in drills if one.player_id is not None]
    after = _days_after(scope, played, now=now)
    found: dict[UUID, list[PlayedDrill]] = {one: [] for one in person_ids}
    for one, player_id in played:
        found[player_id].append(
            PlayedDrill(
                drill_id=one.pk,
                meeting_id=one.meeting_id,
                person_id=player_id,
                subject=Subject(one.subject),
                day=one.meeting.business_day,
                used_on=after.next_day[one.meeting_id],
                score=round_of(scores[one.pk]),
                use=after.use(one, player_id),
            )
        )
    return found


def _last_scores(drills: Sequence[Drill]) -> dict[UUID, list[list[int]]]:
    scores: dict[UUID, list[list[int]]] = {one.pk: [] for one in drills}
    last = {one.pk: one.revealed for one in drills}
    rows = DrillScore.objects.filter(drill__in=drills).values_list("drill_id", "round", "points")
    for drill_id, number, points in rows:
        if number == last[drill_id]:
            scores[drill_id].append(points)
    return scores


@dataclass(frozen=True, slots=True)
class UseLine:
    """Whether somebody of the room used what was drilled; `is_player`: they sold in the drill."""

    name: str
    is_player: bool
    use: Use


@dataclass(frozen=True, slots=True)
class UseOfDrill:
    """A drill of a meeting and what each of the room made of it on the next working day, as far as the asker sees their visits."""

    subject: Subject
    day: date
    used_on: date
    lines: list[UseLine]


def uses_of(scope: Scope, meeting: Meeting, *, now: datetime) -> list[UseOfDrill]:
    """Return whether what was drilled in the last evening meeting before a meeting of its unit was used since; nothing without a drill.

    Everybody sees the own line; who leads the room sees all. The number of queries does not depend on the people.
    """
    before = Meeting.objects.filter(unit=meeting.unit_id, kind=Kind.EVENING, business_day__lt=meeting.business_day)
    last = before.filter(opened_at__isnull=False).order_by("-business_day").first()
    if last is None:
        return []
    return use_after(scope, last, now=now)


def use_after(scope: Scope, meeting: Meeting, *, now: datetime) -> list[UseOfDrill]:
    """Return whether what was drilled in a meeting that the asker reaches was used on the next working day, nothing before that day."""
    drills = list(
        Drill.objects.filter(meeting=meeting, revealed__gt=0).select_related("meeting__unit").order_by("position")
    )
    there = set(
        Attendance.objects.filter(meeting=meeting, presence__in=IN_THE_ROOM).values_list("person_id", flat=True)
    )
    leads = scope.covers(Ability.VIEW_VISITS, owner_id=None, unit_id=meeting.unit_id)
    persons = [one for one in there if leads or one == scope.person_id]
    if not drills or not persons:
        return []
    names = org.names_of(scope, persons)
    after = _days_after(scope, [(drill, one) for drill in drills for one in persons], now=now)
    if after.next_day[meeting.pk] > after.today:
        return []
    return [
        UseOfDrill(
            subject=Subject(drill.subject),
            day=meeting.business_day,
            used_on=after.next_day[meeting.pk],
            lines=sorted(
                (UseLine(names[one], one == drill.player_id, after.use(drill, one)) for one in persons),
                key=lambda line: (not line.is_player, line.name),
            ),
        )
        for drill in drills
    ]


@dataclass(frozen=True, slots=True)
class _After:
    """The days after some drills, by meeting, with what was sold and lost on them."""

    next_day: Mapping[UUID, date]
    seen: Mapping[tuple[UUID, date], DayTechnique]
    lost: Mapping[tuple[UUID, date], Counter[str]]
    today: date

    def use(self, drill: Drill, person_id: UUID) -> Use:
        """Return whether a person used a drilled subject."""
        day = self.next_day[drill.meeting_id]
        seen = self.seen.get((person_id, day), DayTechnique())
        counts = DayAfter(
            visits=seen.visits,
            explained=seen.explained,
            demonstrated=seen.demonstrated,
            trial_closed=seen.trial_closed,
            objected=seen.objected,
            closed_again=seen.closed_again,
            booked=seen.booked,
            lost=self.lost.get((person_id, day), Counter())[drill.subject],
        )
        return use_of(Subject(drill.subject), Flow(drill.flow), counts, is_over=day < self.today)


def _days_after(scope: Scope, drills: Sequence[tuple[Drill, UUID]], *, now: datetime) -> _After:
    meetings = {drill.meeting_id: drill.meeting for drill, _person in drills}
    units = {one.unit_id: one.unit.zone for one in meetings.values()}
    policies = {unit_id: meeting_policy(scope, unit_id, zone=zone, now=now) for unit_id, zone in units.items()}
    next_day = {one.pk: policies[one.unit_id].next_day(one.business_day) for one in meetings.values()}
    persons: Collection[UUID] = {person_id for _drill, person_id in drills}
    days = sorted(set(next_day.values()))
    if not days:
        return _After({}, {}, {}, business_day(now, scope.zone))
    since, until = (
        at_local(days[0], "00:00", scope.zone),
        at_local(days[-1] + timedelta(days=1), "00:00", scope.zone),
    )
    return _After(
        next_day=next_day,
        seen=techniques_by_day(scope, persons, days),
        lost=lost_by_day(scope, persons, since=since, until=until, zone=scope.zone),
        today=business_day(now, scope.zone),
    )
