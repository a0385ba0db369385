from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.factories.forecast import TOMORROW
from tests.factories.meetings import BEGINS
from tests.factories.org import make_leave, make_person, make_unit, scope_for
from tests.factories.visits import DAY, local
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.events import held_back
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.meetings.actions import drills, meetings, outcomes, shares
from tiejun.meetings.models import ActionItem, AgendaItem, Attendance, Decision, Drill, DrillScore, Meeting, ShareNote
from tiejun.meetings.queries.rooms import meetings_page, overrun_meetings, room
from tiejun.meetings.rules import ActionState, Kind, MeetingState, Missing, Presence, Share
from tiejun.meetings.rules.agenda import Point
from tiejun.meetings.rules.drilling import Subject

pytestmark = pytest.mark.django_db


def keys(meeting):
    return list(AgendaItem.objects.filter(meeting=meeting).order_by("position").values_list("code", "words"))


def test_groups_hold_who_is_at_work(crew):
    make_leave(crew.field.colleague, unit=crew.field.unit, starts_on=DAY)

    meeting = crew.prepare()
    crew.prepare()

    places = Attendance.objects.filter(meeting=meeting)
    assert places.filter(group=1).count() == 4
    assert places.get(group=0).person == crew.field.colleague
    assert places.get(group=0).presence == Presence.EXCUSED


def test_an_evening_from_its_agenda_to_its_end(crew):
    meeting = crew.open()
    for number in range(5):
        crew.share(meeting, number)
    drill = crew.play(meeting)
    crew.score(drill, 2, 3, 4)
    drills.reveal_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)
    crew.decide(meeting)
    for item in AgendaItem.objects.filter(meeting=meeting):
        meetings.settle_item(crew.leader(), meeting_id=meeting.pk, item_id=item.pk, is_done=True)

    closed = crew.close(meeting)

    assert (closed.state, closed.missing, closed.closed_by) == (MeetingState.CLOSED, [], crew.field.supervisor)
    assert crew.lock() == {"locked": 1, "left_open": 0, "not_held": 0}


def test_a_meeting_is_opened_once_and_not_hours_before(crew):
    with pytest.raises(Refused, match="TOO_EARLY"):
        crew.open(at=local("09:00"))
    crew.open()
    with pytest.raises(Refused, match="ALREADY_OPEN"):
        crew.open()
    with pytest.raises(PermissionRefused):
        meetings.open_meeting(crew.scope(0), unit_id=crew.field.unit.pk, kind=Kind.EVENING, now=BEGINS)
    assert Meeting.objects.get().version == 2


def test_what_is_missing_needs_a_reason_and_is_kept(crew):
    meeting = crew.open()

    with pytest.raises(Refused, match="REASON_NEEDED"):
        crew.close(meeting)
    with pytest.raises(Stale):
        meetings.close_meeting(crew.leader(), meeting_id=meeting.pk, version=1, reason="x", now=BEGINS)
    assert Meeting.objects.get().state == MeetingState.OPEN
    closed = crew.close(meeting, reason="half of us at a fair")

    assert closed.missing == ["SHARES", "DRILL", "OUTCOME", "AGENDA"]
    assert closed.reason == "half of us at a fair"


def test_minutes_can_be_completed_until_the_lock_and_never_after(crew):
    meeting = crew.open()
    crew.close(meeting, reason="late")
    crew.decide(meeting)
    crew.share(meeting, 0, local("17:50"))
    crew.lock()

    for step in (
        lambda: crew.decide(meeting),
        lambda: crew.share(meeting, 1),
        lambda: meetings.mark_presence(
            crew.leader(), meeting_id=meeting.pk, person_id=crew.people[0].pk, presence=Presence.REMOTE
        ),
    ):
        with pytest.raises(Refused, match="MINUTES_LOCKED"):
            step()
    for broken in (
        lambda: Decision.objects.update(words="other"),
        lambda: ShareNote.objects.all().delete(),
        lambda: Meeting.objects.update(reason="none"),
        lambda: Meeting.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()
    assert "OUTCOME" not in Meeting.objects.get().missing


def test_a_meeting_left_open_over_night_is_closed_by_the_clock_which_says_what_is_missing(crew):
    meeting = crew.open()
    crew.share(meeting, 0)

    with held_back() as told:
        counts = crew.lock()

    meeting.refresh_from_db()
    assert counts == {"locked": 1, "left_open": 1, "not_held": 0}
    assert (meeting.state, meeting.closed_by, meeting.missing) == (
        MeetingState.LOCKED, None, ["DRILL", "OUTCOME", "AGENDA"],
    )  # fmt: skip
    assert [(event.meeting_id, event.missing) for event in told] == [(meeting.pk, ("DRILL", "OUTCOME", "AGENDA"))]


def test_a_meeting_that_was_never_held_says_so(crew):
    meeting = crew.prepare()

    with held_back() as told:
        crew.lock()

    meeting.refresh_from_db()
    assert (meeting.state, meeting.missing, meeting.opened_at) == (MeetingState.LOCKED, [Missing.NOT_HELD], None)
    assert told[0].missing == ("NOT_HELD",)


def test_the_hour_closes_itself(crew):
    meeting = crew.open()

    assert overrun_meetings(crew.clock, now=local("17:59")) == []
    assert overrun_meetings(crew.clock, now=local("18:00")) == [meeting.pk]
    with held_back() as told:
        meetings.close_overrun(crew.clock, meeting_id=meeting.pk, now=local("18:00"))
        meetings.close_overrun(crew.clock, meeting_id=meeting.pk, now=local("18:05"))

    meeting.refresh_from_db()
    assert (meeting.state, meeting.closed_at, len(told)) == (MeetingState.CLOSED, local("18:00"), 1)
    crew.decide(meeting)  # what was agreed on in the last minute can still be written down


def test_what_is_left_is_carried_and_the_machine_looks_anew(crew):
    meeting = crew.open()
    unit_id = crew.field.unit.pk
    for key, words in (("one", "the new price list"), ("two", "cars")):
        meetings.add_to_agenda(
            crew.leader(), unit_id=unit_id, kind=Kind.EVENING, day=DAY, point=Point(key, words=words), now=BEGINS
        )
    done = AgendaItem.objects.get(key="two")
    meetings.settle_item(crew.leader(), meeting_id=meeting.pk, item_id=done.pk, is_done=True)
    crew.close(meeting, reason="late")
    crew.lock()

    following = crew.prepare(day=TOMORROW)

    assert keys(following) == [("meetings.below_floor", ""), ("", "the new price list")]
    assert AgendaItem.objects.get(meeting=meeting, key="one").state == "CARRIED"


def test_everybody_writes_their_own_shares_and_the_leader_anybodys(crew):
    meeting = crew.prepare()
    crew.share(meeting, 0, local("16:50"))
    mine = {Share.GAIN: "a second time", Share.LOSS: ""}
    scope = crew.scope(0)
    shares.write_shares(scope, meeting_id=meeting.pk, person_id=crew.people[0].pk, shares=mine, now=BEGINS)

    assert dict(ShareNote.objects.values_list("kind", "words")) == {
        "GAIN": "a second time", "CHALLENGE": "two A without backup",
    }  # fmt: skip
    with pytest.raises(NotFound):
        shares.write_shares(scope, meeting_id=meeting.pk, person_id=crew.people[1].pk, shares=mine, now=BEGINS)
    shares.write_shares(crew.leader(), meeting_id=meeting.pk, person_id=crew.people[1].pk, shares=mine, now=BEGINS)
    with pytest.raises(Invalid):
        shares.write_shares(
            scope, meeting_id=meeting.pk, person_id=crew.people[0].pk, shares={Share.GAIN: "x" * 501}, now=BEGINS
        )
    with pytest.raises(Refused, match="NOT_IN_MEETING"):
        shares.write_shares(
            crew.leader(), meeting_id=meeting.pk, person_id=crew.field.supervisor.pk, shares=mine, now=BEGINS
        )
    assert ShareNote.objects.count() == 3


def test_scores_are_blind_until_the_round_is_revealed(crew):
    meeting = crew.open()
    drill = crew.play(meeting)
    crew.score(drill, 2, 5)

    with pytest.raises(Refused, match="TOO_FEW_SCORES"):
        drills.reveal_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)
    mine, players = (room(crew.scope(number), meeting.pk, now=BEGINS).drills[0] for number in (1, 0))
    assert (mine.scored, mine.rounds, mine.mine) == (2, (), (2, 2, 2, 2))
    assert (players.scored, players.rounds, players.mine) == (2, (), ())
    crew.score(drill, 3, 5, 4)
    drills.reveal_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)
    shown = room(crew.scope(0), meeting.pk, now=BEGINS).drills[0]
    assert [(one.scorers, one.whole) for one in shown.rounds] == [(3, 4.0)]


def test_nobody_scores_themselves_or_after_the_round(crew):
    meeting = crew.open()
    drill = crew.play(meeting)

    with pytest.raises(Refused, match="SCORE_OF_ONESELF"):
        drills.score_drill(crew.scope(0), meeting_id=meeting.pk, drill_id=drill.pk, points=[5] * 4, now=BEGINS)
    with pytest.raises(Invalid):
        drills.score_drill(crew.scope(1), meeting_id=meeting.pk, drill_id=drill.pk, points=[5] * 3, now=BEGINS)
    crew.score(drill, 2, 3, 4)
    drills.reveal_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)
    with pytest.raises(Refused, match="NO_DRILL_RUNNING"):
        crew.score(drill, 5)
    for broken in (
        lambda: DrillScore.objects.update(points=[1] * 4),
        lambda: DrillScore.objects.create(
            drill=drill, round=1, scorer=crew.field.supervisor, points=[5] * 4, scored_at=BEGINS
        ),
        lambda: DrillScore.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_a_drill_is_played_twice_and_the_second_round_shows_the_gain(crew):
    meeting = crew.open()
    drill = crew.play(meeting)
    crew.score(drill, 2, 3, 3)
    drills.reveal_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)
    drills.repeat_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)
    crew.score(drill, 4, 4, 5)
    drills.reveal_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)

    line = room(crew.leader(), meeting.pk, now=BEGINS).drills[0]

    assert (line.gain, line.may_repeat) == (1.0, False)
    with pytest.raises(Refused, match="DRILL_OVER"):
        drills.repeat_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)
    with pytest.raises(Refused, match="DRILL_OVER"):
        crew.play(meeting)


def test_refused_drills_leave_nothing(crew):
    meeting = crew.open()
    both = {"meeting_id": meeting.pk, "subject": Subject.PRICE, "now": BEGINS}
    first, second = crew.people[0].pk, crew.people[1].pk

    with pytest.raises(Refused, match="SAME_PLAYERS"):
        drills.start_drill(crew.leader(), player_id=first, customer_id=first, **both)
    with pytest.raises(Refused, match="NOT_IN_MEETING"):
        drills.start_drill(crew.leader(), player_id=first, customer_id=crew.field.supervisor.pk, **both)
    assert Drill.objects.filter(state="PLAYING").count() == 0
    crew.play(meeting)
    with pytest.raises(Refused, match="DRILL_RUNNING"):
        drills.start_drill(crew.leader(), player_id=first, customer_id=second, **both | {"subject": Subject.DEMO})
    proposed = Drill.objects.get(state="PROPOSED")
    drills.skip_drill(crew.leader(), meeting_id=meeting.pk, drill_id=proposed.pk, reason="played on Monday")
    with pytest.raises(Refused, match="DRILL_OVER"):
        drills.skip_drill(crew.leader(), meeting_id=meeting.pk, drill_id=proposed.pk, reason="again")


def agreed(crew, meeting, *, due_on=TOMORROW, owner=None):
    return outcomes.agree_action(
        crew.leader(),
        meeting_id=meeting.pk,
        owner_id=(owner or crew.people[0]).pk,
        due_on=due_on,
        words="three references",
        now=BEGINS,
    )


def test_an_action_is_carried_from_meeting_to_meeting_until_it_is_done(crew):
    meeting = crew.open()
    row = agreed(crew, meeting)
    crew.close(meeting, reason="late")
    crew.lock()

    following = crew.prepare(day=TOMORROW)
    assert ("meetings.action_due", "") in keys(following)
    assert room(crew.scope(1), following.pk, now=local("16:45", TOMORROW)).open_actions == [row]
    now = local("16:50", TOMORROW)
    with pytest.raises(Refused, match="NOT_YOUR_ACTION"):
        outcomes.end_action(crew.scope(1), action_id=row.pk, version=1, state=ActionState.DONE, now=now)
    outcomes.end_action(crew.scope(0), action_id=row.pk, version=1, state=ActionState.DONE, now=now)

    crew.prepare(day=TOMORROW)
    assert ("meetings.action_due", "") not in keys(following)
    with pytest.raises(Refused, match="ACTION_ENDED"):
        outcomes.end_action(crew.leader(), action_id=row.pk, version=2, state=ActionState.DONE, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        ActionItem.objects.update(state="OPEN", ended_at=None, ended_by=None)


def test_only_who_leads_drops_an_action_and_says_why(crew):
    row = agreed(crew, crew.open())
    step = {"action_id": row.pk, "version": 1, "state": ActionState.DROPPED, "now": BEGINS}

    with pytest.raises(Refused, match="NOT_YOUR_ACTION"):
        outcomes.end_action(crew.scope(0), reason="too hard", **step)
    with pytest.raises(Invalid):
        outcomes.end_action(crew.leader(), **step)
    with pytest.raises(Stale):
        outcomes.end_action(crew.leader(), reason="solved", **step | {"version": 7})
    assert ActionItem.objects.get().state == "OPEN"
    assert outcomes.end_action(crew.leader(), reason="solved", **step).state == "DROPPED"


def test_an_action_has_an_owner_of_the_room_and_a_day_ahead(crew):
    meeting = crew.open()

    with pytest.raises(Refused, match="DUE_IN_THE_PAST"):
        agreed(crew, meeting, due_on=DAY - timedelta(days=1))
    with pytest.raises(Refused, match="OWNER_NOT_IN_GROUP"):
        agreed(crew, meeting, owner=make_stranger(crew))
    assert ActionItem.objects.count() == 0
    assert agreed(crew, meeting, owner=crew.field.supervisor).owner == crew.field.supervisor


def test_the_room_costs_the_same_for_many(crew, django_assert_num_queries):
    meeting = crew.open()
    crew.share(meeting, 0)
    agreed(crew, meeting)
    scope = crew.leader()
    with django_assert_num_queries(19):
        room(scope, meeting.pk, now=BEGINS)
    for number in range(1, 5):
        crew.share(meeting, number)
        agreed(crew, meeting, owner=crew.people[number])
    with django_assert_num_queries(19):
        room(scope, meeting.pk, now=BEGINS)


def test_another_groups_meetings_do_not_exist(crew):
    meeting = crew.open()
    stranger = scope_for(make_stranger(crew), BEGINS)

    with pytest.raises(NotFound):
        room(stranger, meeting.pk, now=BEGINS)
    with pytest.raises(NotFound):
        shares.write_shares(
            stranger, meeting_id=meeting.pk, person_id=stranger.own_id, shares={Share.GAIN: "x"}, now=BEGINS
        )
    assert meetings_page(stranger, now=BEGINS).evening is None


def make_stranger(crew):
    return make_person(name="Stranger", unit=make_unit("West 1", parent=crew.field.unit.parent))
