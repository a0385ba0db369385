"""What an address names, and how a page answers a step of a meeting."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect

from tiejun.customers.rules import district_name
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.meetings import texts
from tiejun.meetings.queries import rooms as queries
from tiejun.meetings.rules import DrillState, Presence, Share
from tiejun.meetings.rules.agenda import Topic
from tiejun.meetings.rules.closing import needs_reason
from tiejun.meetings.rules.drilling import DRILLABLE, HIGHEST, LOWEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.meetings.queries.briefing import Briefing
    from tiejun.meetings.queries.drilled import UseOfDrill
    from tiejun.meetings.queries.drills import DrillLine
    from tiejun.meetings.queries.rooms import Place, Room

PREFIX, METRES = "meetings.", 1000


def asked_id(data: Mapping[str, str], name: str) -> UUID | None:
    """Return the id that is asked for, None for none; an unreadable one is not found."""
    text = data.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def room_context(request: TiejunRequest, meeting_id: UUID) -> dict[str, Any]:
    """Return everything that the room's page and its parts show."""
    room = queries.room(request.scope, meeting_id, now=request.now)
    meeting = room.meeting
    return {
        "room": room,
        "meeting": meeting,
        "kind": texts.KINDS[meeting.kind],
        "state": texts.STATES[meeting.state],
        "state_tone": texts.STATE_TONES[meeting.state],
        "items": [(item, _said(item), _icon(item.code)) for item in room.items],
        "groups": [[_told(place) for place in group] for group in room.groups],
        "steps": _steps(room),
        "gaps": [str(texts.MISSING[gap]) for gap in room.gaps],
        "missing": [str(texts.MISSING[code]) for code in meeting.missing],
        "seen": f"{_token(_live_state(room))}.{_token(_drill_state(room))}",
        "today": room.today,
        "due_on": room.due_on,
        "may_lead": room.may_lead,
        "wants_reason": needs_reason(room.gaps),
        **_choices(room),
    }


def briefing_words(found: Briefing) -> dict[str, Any]:
    """Return what the page of a briefing shows besides the room."""
    lines = [
        (line, [district_name(code) for code in line.districts], f"{line.travel_metres / METRES:.0f}")
        for line in found.lines
    ]
    return {"briefing": found, "lines": lines}


def use_words(found: Iterable[UseOfDrill]) -> list[dict[str, Any]]:
    """Return whether drilled points were used, with the words of subjects and states."""
    return [
        {
            "drill": one,
            "subject": texts.SUBJECTS[one.subject],
            "is_objection": one.subject in DRILLABLE,
            "lines": [(line, texts.USES[line.use.state], texts.USE_TONES[line.use.state]) for line in one.lines],
        }
        for one in found
    ]


def _choices(room: Room) -> dict[str, Any]:
    """What the forms of the room are filled with."""
    return {
        "presences": [(one.value, str(texts.PRESENCES[one])) for one in Presence if one is not Presence.EXCUSED],
        "fields": _fields(room),
        "people": [(str(place.person_id), place.name) for place in room.people],
        "present": [(str(place.person_id), place.name) for place in room.people if place.is_there],
        "drills": [drill_words(line) for line in room.drills],
        "subjects": [(one.value, str(words)) for one, words in texts.SUBJECTS.items()],
        "scale": range(LOWEST, HIGHEST + 1),
        "next_voice": next((str(place.person_id) for place in room.people if place.is_there and not place.shares), ""),
        **_proposed(room),
    }


def _proposed(room: Room) -> dict[str, str]:
    """The drill and the players that the form begins with: the most telling subject, and whose turn it is."""
    waiting = next((line for line in room.drills if line.drill.state == DrillState.PROPOSED), None)
    there = [str(place.person_id) for place in room.people if place.is_there]
    return {
        "proposed": waiting.subject.value if waiting else "",
        "player": there[0] if there else "",
        "customer": there[1] if len(there) > 1 else "",
    }


def _said(item: Any) -> str:
    return item.words or texts.said(item.code, item.facts)


def _icon(code: str) -> str:
    topic = code.removeprefix(PREFIX).upper()
    return texts.TOPIC_ICONS[Topic(topic)] if topic in Topic.__members__ else "message-square"


def _told(place: Place) -> tuple[Place, str, list[tuple[str, str]]]:
    words = [(str(texts.SHARES[kind]), place.shares[kind]) for kind in Share if kind in place.shares]
    return place, str(texts.PRESENCES[place.presence]), words


def _fields(room: Room) -> list[tuple[str, str, str, str]]:
    """The boxes of one's own shares: as told, else as drafted from the own day."""
    told = room.mine.shares if room.mine else {}
    return [
        (
            kind.value.lower(),
            str(texts.SHARES[kind]),
            str(texts.SHARE_HINTS[kind]),
            told.get(kind) or (texts.drafted(kind, room.drafts[kind]) if kind in room.drafts else ""),
        )
        for kind in Share
    ]


def _steps(room: Room) -> list[dict[str, str]]:
    steps = []
    for number, words in enumerate(texts.PARTS):
        state = "" if not room.is_open else "done" if number < room.part else "now" if number == room.part else ""
        steps.append({"label": f"{words}", "state": state})
    return steps


def drill_words(line: DrillLine) -> dict[str, Any]:
    """Return a drill with the words a page shows."""
    names = [str(words) for words in texts.STEPS[line.flow]] if line.flow else []
    return {
        "line": line,
        "subject": texts.SUBJECTS[line.subject],
        "steps": [
            (f"step{number}", words, line.mine[number - 1] if line.mine else None)
            for number, words in enumerate(names, 1)
        ],
        "rounds": [(one, list(zip(names, one.steps, strict=False))) for one in line.rounds],
    }


def _drill_state(room: Room) -> list[Any]:
    return [(line.drill.pk, line.drill.state, line.drill.round, line.drill.revealed) for line in room.drills]


def _live_state(room: Room) -> list[Any]:
    return [
        room.part,
        room.meeting.version,
        [(place.person_id, place.presence, sorted(place.shares.items())) for place in room.people],
        [(item.pk, item.state, item.words, item.facts) for item in room.items],
        [line.scored for line in room.drills],
        [row.pk for row in room.decisions],
        [(row.pk, row.state) for row in [*room.actions, *room.open_actions]],
    ]


def _token(seen: list[Any]) -> str:
    return sha256(repr(seen).encode()).hexdigest()[:16]


def answer(request: TiejunRequest, meeting_id: UUID, part: str, words: str = "", *, beside: str = "") -> HttpResponse:
    """Answer a step: with its part of the page, another one `beside` it and the renewed state bar; without a script by the page."""
    if not request.htmx:
        if words:
            messages.success(request, words)
        return redirect("meetings:room", meeting_id=meeting_id)
    context = room_context(request, meeting_id) | {"part": f"meetings/_{part}.html", "is_answer": True}
    context["beside"] = f"meetings/_{beside}.html" if beside else ""
    toast = {"toast": {"tone": "success", "text": words}} if words else None
    return render(request, "meetings/answer.html", context, trigger=toast)
