"""An evening meeting for tests: a group of five with its supervisor, prepared, opened, worked through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.factories.org import make_person, scope_for
from tests.factories.visits import DAY, Field, local, make_field
from tiejun.access.scope import Scope
from tiejun.meetings.actions import drills, meetings, outcomes, shares
from tiejun.meetings.models import Drill, Meeting
from tiejun.meetings.rules import Kind, Share
from tiejun.meetings.rules.drilling import Subject
from tiejun.org.queries import unit_chain

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.org.models import Person

BEGINS = local("17:00")
EVERYTHING = {Share.GAIN: "asked for the order", Share.LOSS: "price", Share.CHALLENGE: "two A without backup"}


@dataclass
class Crew:
    """A group: `field` with its two first people, and three more."""

    field: Field
    others: list[Person]

    @property
    def people(self) -> list[Person]:
        return [self.field.person, self.field.colleague, *self.others]

    @property
    def clock(self) -> Scope:
        return Scope.system("meetings.test", unit_chain=unit_chain(Scope.system("test"), self.field.unit.pk))

    def leader(self, at: datetime = BEGINS) -> Scope:
        return scope_for(self.field.supervisor, at)

    def scope(self, number: int, at: datetime = BEGINS) -> Scope:
        return scope_for(self.people[number], at)

    def prepare(self, kind: Kind = Kind.EVENING, *, day: date = DAY, at: datetime | None = None) -> Meeting:
        now = at or local("16:40", day)
        return meetings.prepare_meeting(self.clock, unit_id=self.field.unit.pk, kind=kind, day=day, now=now)

    def open(self, kind: Kind = Kind.EVENING, *, at: datetime = BEGINS) -> Meeting:
        return meetings.open_meeting(self.leader(at), unit_id=self.field.unit.pk, kind=kind, now=at)

    def share(self, meeting: Meeting, number: int, at: datetime = BEGINS) -> None:
        shares.write_shares(
            self.scope(number, at), meeting_id=meeting.pk, person_id=self.people[number].pk, shares=EVERYTHING, now=at
        )

    def play(self, meeting: Meeting, subject: Subject = Subject.PRICE) -> Drill:
        return drills.start_drill(
            self.leader(),
            meeting_id=meeting.pk,
            subject=subject,
            player_id=self.people[0].pk,
            customer_id=self.people[1].pk,
            now=BEGINS,
        )

    def score(self, drill: Drill, *points: int) -> None:
        """Let everybody but the player score each step with one figure, in turn."""
        for number, point in enumerate(points, 1):
            drills.score_drill(
                self.scope(number), meeting_id=drill.meeting_id, drill_id=drill.pk, points=[point] * 4, now=BEGINS
            )

    def decide(self, meeting: Meeting) -> None:
        outcomes.decide(self.leader(), meeting_id=meeting.pk, words="we show the sums first", now=BEGINS)

    def close(self, meeting: Meeting, *, at: datetime | None = None, reason: str = "") -> Meeting:
        now = at or local("17:35")
        meeting.refresh_from_db()
        return meetings.close_meeting(
            self.leader(now), meeting_id=meeting.pk, version=meeting.version, reason=reason, now=now
        )

    def lock(self, *, day: date = DAY) -> dict[str, int]:
        return meetings.lock_day(self.clock, unit_id=self.field.unit.pk, day=day, now=local("26:00", day))


def make_crew() -> Crew:
    """Make a group of five representatives and a supervisor."""
    field = make_field()
    return Crew(field, [make_person(name=f"Rep {letter}", unit=field.unit) for letter in "ABC"])
