"""What meetings decide, without a database; their refusals and their vocabulary."""

from __future__ import annotations

from enum import StrEnum

from tiejun.foundation import refusals


class Refusal(refusals.Refusal):
    """Why a meeting says no."""

    TOO_EARLY = "TOO_EARLY"
    NO_MEETING_TODAY = "NO_MEETING_TODAY"
    ALREADY_OPEN = "ALREADY_OPEN"
    NOT_OPEN = "NOT_OPEN"
    MINUTES_LOCKED = "MINUTES_LOCKED"
    REASON_NEEDED = "REASON_NEEDED"
    NOT_IN_MEETING = "NOT_IN_MEETING"
    ON_LEAVE = "ON_LEAVE"
    DRILL_RUNNING = "DRILL_RUNNING"
    NO_DRILL_RUNNING = "NO_DRILL_RUNNING"
    DRILL_OVER = "DRILL_OVER"
    SAME_PLAYERS = "SAME_PLAYERS"
    SCORE_OF_ONESELF = "SCORE_OF_ONESELF"
    TOO_FEW_SCORES = "TOO_FEW_SCORES"
    OWNER_NOT_IN_GROUP = "OWNER_NOT_IN_GROUP"
    DUE_IN_THE_PAST = "DUE_IN_THE_PAST"
    ACTION_ENDED = "ACTION_ENDED"
    NOT_YOUR_ACTION = "NOT_YOUR_ACTION"
    NOT_AMONG_THE_BEST = "NOT_AMONG_THE_BEST"
    SHARED_ALREADY = "SHARED_ALREADY"


class Kind(StrEnum):
    """What a unit meets for."""

    BRIEFING = "BRIEFING"
    EVENING = "EVENING"


class MeetingState(StrEnum):
    """Where a meeting stands. CLOSED minutes can still be completed; at the hard lock they are LOCKED."""

    SCHEDULED = "SCHEDULED"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    LOCKED = "LOCKED"


class Origin(StrEnum):
    """Who put an item on the agenda: the machine from the day's facts, another module, a person."""

    MACHINE = "MACHINE"
    MODULE = "MODULE"
    PERSON = "PERSON"


class ItemState(StrEnum):
    """What became of an item; CARRIED ones stand on the next agenda."""

    OPEN = "OPEN"
    DONE = "DONE"
    CARRIED = "CARRIED"


class Presence(StrEnum):
    """How somebody took part; who is on leave is EXCUSED without being asked."""

    PRESENT = "PRESENT"
    REMOTE = "REMOTE"
    EXCUSED = "EXCUSED"
    ABSENT = "ABSENT"


class Share(StrEnum):
    """What each person tells: what was won, what was lost, what is hard."""

    GAIN = "GAIN"
    LOSS = "LOSS"
    CHALLENGE = "CHALLENGE"


class DrillState(StrEnum):
    """A drill is proposed, played and scored blind, then revealed; or passed over."""

    PROPOSED = "PROPOSED"
    PLAYING = "PLAYING"
    REVEALED = "REVEALED"
    SKIPPED = "SKIPPED"


class ActionState(StrEnum):
    """An action is carried from meeting to meeting until it is done, or dropped with a reason."""

    OPEN = "OPEN"
    DONE = "DONE"
    DROPPED = "DROPPED"


class Missing(StrEnum):
    """What a meeting that ends has not brought."""

    NOT_HELD = "NOT_HELD"
    SHARES = "SHARES"
    DRILL = "DRILL"
    OUTCOME = "OUTCOME"
    AGENDA = "AGENDA"


WRITABLE = (MeetingState.OPEN, MeetingState.CLOSED)
IN_THE_ROOM = (Presence.PRESENT, Presence.REMOTE)
