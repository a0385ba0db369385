"""Drills as somebody in the room may see them: the own figures always, everybody's only once a round is revealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.meetings.models import Drill, DrillScore
from tiejun.meetings.rules import DrillState
from tiejun.meetings.rules.drilling import ROUNDS, Flow, Round, Subject, round_of
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.models import Meeting


@dataclass(frozen=True, slots=True)
class DrillLine:
    """A drill; `scored` counts the peers who scored the running round, `rounds` are the revealed ones, `mine` the own figures."""

    drill: Drill
    subject: Subject
    flow: Flow | None
    player: str
    customer: str
    scored: int
    rounds: tuple[Round, ...]
    mine: tuple[int, ...]

    @property
    def is_playing(self) -> bool:
        return self.drill.state == DrillState.PLAYING

    @property
    def may_repeat(self) -> bool:
        """A second round shows what the first one taught."""
        return self.drill.state == DrillState.REVEALED and self.drill.round < ROUNDS

    @property
    def gain(self) -> float | None:
        """By how much the second round was better than the first."""
        return round(self.rounds[1].whole - self.rounds[0].whole, 1) if len(self.rounds) == ROUNDS else None


def drills_of(scope: Scope, meeting: Meeting) -> list[DrillLine]:
    """Return the drills of a meeting that was read in the scope, those that are played first."""
    drills = list(Drill.objects.filter(meeting=meeting).order_by("position", "pk"))
    scores = list(DrillScore.objects.filter(drill__in=drills))
    names = org.names_of(scope, _persons(drills))
    lines = []
    for drill in drills:
        own = [one for one in scores if one.drill_id == drill.pk]
        rounds = [
            round_of([one.points for one in own if one.round == number]) for number in range(1, drill.revealed + 1)
        ]
        running = [one for one in own if one.round == drill.round]
        mine = next((tuple(one.points) for one in running if one.scorer_id == scope.person_id), ())
        lines.append(
            DrillLine(
                drill=drill,
                subject=Subject(drill.subject),
                flow=Flow(drill.flow) if drill.flow else None,
                player=names.get(drill.player_id, "") if drill.player_id else "",
                customer=names.get(drill.customer_id, "") if drill.customer_id else "",
                scored=len(running),
                rounds=tuple(one for one in rounds if one is not None),
                mine=mine,
            )
        )
    order = (DrillState.PLAYING, DrillState.REVEALED, DrillState.PROPOSED, DrillState.SKIPPED)
    return sorted(lines, key=lambda line: (order.index(DrillState(line.drill.state)), line.drill.position))


def _persons(drills: Iterable[Drill]) -> set[UUID | None]:
    return {person_id for drill in drills for person_id in (drill.player_id, drill.customer_id)}
