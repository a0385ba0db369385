import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.meetings import make_crew
from tests.factories.visits import local
from tiejun.foundation.events import held_back
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.meetings.actions import drills, meetings
from tiejun.meetings.models import AgendaItem, Attendance, Decision, Drill, DrillScore, Meeting, ShareNote
from tiejun.meetings.rules.drilling import Subject

pytestmark = pytest.mark.django_db
ORDER = ("SCHEDULED", "OPEN", "CLOSED", "LOCKED")


class EveningMachine(RuleBasedStateMachine):
    """An evening in any order: it only moves on, what is locked stands, and no figure is seen before its round is revealed."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.crew = make_crew()
        self.reached, self.frozen, self.seen = 0, None, {}

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def attempt(self, step):
        try:
            with transaction.atomic(), held_back():
                step()
        except (Refused, Stale, NotFound, Invalid):
            return

    def meeting(self):
        return Meeting.objects.first()

    @rule()
    def prepare(self):
        self.attempt(self.crew.prepare)

    @rule()
    def open_it(self):
        self.attempt(self.crew.open)

    @rule(number=st.integers(0, 4))
    def share(self, number):
        if meeting := self.meeting():
            self.attempt(lambda: self.crew.share(meeting, number))

    @rule(subject=st.sampled_from([Subject.PRICE, Subject.PITCH]))
    def play(self, subject):
        if meeting := self.meeting():
            self.attempt(lambda: self.crew.play(meeting, subject))

    @rule(points=st.lists(st.integers(1, 5), min_size=1, max_size=4))
    def score(self, points):
        if drill := Drill.objects.filter(state="PLAYING").first() or Drill.objects.first():
            self.attempt(lambda: self.crew.score(drill, *points))

    @rule(step=st.sampled_from([drills.reveal_drill, drills.repeat_drill]))
    def move_the_drill(self, step):
        for drill in Drill.objects.all():
            self.attempt(lambda drill=drill: step(self.crew.leader(), meeting_id=drill.meeting_id, drill_id=drill.pk))

    @rule()
    def decide(self):
        if meeting := self.meeting():
            self.attempt(lambda: self.crew.decide(meeting))

    @rule(reason=st.sampled_from(["", "late"]))
    def close(self, reason):
        if meeting := self.meeting():
            self.attempt(lambda: self.crew.close(meeting, reason=reason))

    @rule()
    def run_over(self):
        if meeting := self.meeting():
            now = local("18:00")
            self.attempt(lambda: meetings.close_overrun(self.crew.clock, meeting_id=meeting.pk, now=now))

    @rule()
    def lock(self):
        self.attempt(self.crew.lock)

    @invariant()
    def it_only_moves_on(self):
        if meeting := self.meeting():
            place = ORDER.index(meeting.state)
            assert place >= self.reached
            self.reached = place
            assert (meeting.closed_at is not None) == (place >= 2)
            if (
                meeting.state == "CLOSED"
                and meeting.closed_by_id
                and {"SHARES", "DRILL", "OUTCOME"} & set(meeting.missing)
            ):
                assert meeting.reason

    @invariant()
    def what_is_locked_stands(self):
        meeting = self.meeting()
        if meeting is None or meeting.state != "LOCKED":
            return
        now = [
            list(model.objects.order_by("pk").values())
            for model in (AgendaItem, Attendance, ShareNote, Drill, Decision, Meeting)
        ]
        assert self.frozen in (None, now)
        self.frozen = now

    @invariant()
    def scores_are_others_and_stand_once_revealed(self):
        for score in DrillScore.objects.select_related("drill"):
            assert score.scorer_id != score.drill.player_id
            if score.round <= score.drill.revealed:
                assert self.seen.setdefault(score.pk, score.points) == score.points

    @invariant()
    def no_agenda_is_left_open(self):
        meeting = self.meeting()
        if meeting and meeting.closed_at:
            assert not AgendaItem.objects.filter(meeting=meeting, state="OPEN").exists()


def test_an_evening_in_any_order():
    run_state_machine_as_test(
        EveningMachine,
        settings=settings(
            max_examples=6, stateful_step_count=16, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
