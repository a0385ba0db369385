"""Scripts as they are read, written and kept by a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from tiejun.access.abilities import Ability
from tiejun.content import rules
from tiejun.content.models import Script, ScriptVersion
from tiejun.content.rules import Occasion, Pace, Words
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.content.rules import Advice

ORDER = list(Occasion)


@dataclass(frozen=True, slots=True)
class ReadScript:
    """A published script in the reader's language; `seconds`: how long it takes to say."""

    script_id: UUID
    occasion: str
    title: str
    body: str
    number: int
    seconds: int
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A script for who writes: `shown` is what stands in its newest version; `is_live`: people read one of its versions."""

    script: Script
    title: str
    number: int
    is_live: bool
    has_draft: bool
    writer: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version with the people who wrote and published it."""

    row: ScriptVersion
    writer: str
    publisher: str


@dataclass(frozen=True, slots=True)
class ScriptPage:
    """A script with all its versions, the newest first; `advice` is about the newest."""

    script: Script
    title: str
    live: ScriptVersion | None
    draft: ScriptVersion | None
    versions: list[VersionLine]
    advice: list[Advice]
    seconds: int
    may_publish: bool
    why_not_publish: rules.Refusal | None


def published_scripts(scope: Scope, now: datetime, *, occasion: str = "") -> list[ReadScript]:
    """Return what people read today, by occasion in the order of the talk: one query."""
    scope.require(Ability.VIEW_SCRIPTS)
    rows = ScriptVersion.objects.filter(published_at__isnull=False, script__retired_at=None)
    if occasion:
        rows = rows.filter(script__occasion=occasion)
    newest = rows.select_related("script").order_by("script", "-number").distinct("script")
    pace, english = pace_of(scope, now), _is_english()
    found = []
    for row in newest:
        title, body = _words_of(row).in_language(english=english)
        seconds = rules.seconds_to_say(body, pace)
        found.append(ReadScript(row.script_id, row.script.occasion, title, body, row.number, seconds, row.published_at))
    return sorted(found, key=lambda one: (ORDER.index(Occasion(one.occasion)), one.title))


def desk(scope: Scope) -> tuple[list[DeskLine], list[DeskLine]]:
    """Return all scripts for who writes them: those in use (drafts first), and the retired ones; three queries."""
    scope.require(Ability.WRITE_SCRIPTS)
    newest = ScriptVersion.objects.select_related("script").order_by("script", "-number").distinct("script")
    rows = list(newest)
    live = set(ScriptVersion.objects.filter(published_at__isnull=False).values_list("script", flat=True))
    names = org.names_of(scope, [row.written_by_id for row in rows])
    lines = [
        DeskLine(
            script=row.script,
            title=_words_of(row).in_language(english=_is_english())[0],
            number=row.number,
            is_live=row.script_id in live,
            has_draft=row.published_at is None,
            writer=names.get(row.written_by_id, "") if row.written_by_id else "",
            written_at=row.written_at,
        )
        for row in rows
    ]
    lines.sort(key=lambda line: (not line.has_draft, ORDER.index(Occasion(line.script.occasion)), line.title))
    return [line for line in lines if line.script.retired_at is None], [
        line for line in lines if line.script.retired_at
    ]


def script_page(scope: Scope, script_id: UUID, now: datetime) -> ScriptPage:
    """Return a script with its versions for who writes; raises `NotFound`."""
    scope.require(Ability.WRITE_SCRIPTS)
    script = Script.objects.filter(pk=script_id).first()
    if script is None:
        raise NotFound
    rows = list(ScriptVersion.objects.filter(script=script).order_by("-number"))
    names = org.names_of(scope, [pk for row in rows for pk in (row.written_by_id, row.published_by_id)])
    draft = next((row for row in rows if row.published_at is None), None)
    words, pace = _words_of(rows[0]), pace_of(scope, now)
    refusal = rules.why_not_publish(
        has_draft=draft is not None,
        is_retired=script.retired_at is not None,
        writer_id=draft.written_by_id if draft else None,
        asker_id=scope.person_id,
    )
    return ScriptPage(
        script=script,
        title=words.in_language(english=_is_english())[0],
        live=next((row for row in rows if row.published_at is not None), None),
        draft=draft,
        versions=[
            VersionLine(
                row,
                names.get(row.written_by_id, "") if row.written_by_id else "",
                names.get(row.published_by_id, "") if row.published_by_id else "",
            )
            for row in rows
        ],
        advice=rules.advice(script.occasion, words, pace),
        seconds=max(rules.seconds_to_say(words.body, pace), rules.seconds_to_say(words.body_en, pace)),
        may_publish=scope.can(Ability.PUBLISH_SCRIPTS),
        why_not_publish=refusal,
    )


def _words_of(row: ScriptVersion) -> Words:
    return Words(row.title, row.body, row.title_en, row.body_en)


def pace_of(scope: Scope, now: datetime) -> Pace:
    """Return how fast people speak, by policy."""
    book, chain = policies.book(now), scope.unit_chain
    return Pace(
        characters=book.integer("content.characters_per_minute", chain),
        words=book.integer("content.words_per_minute", chain),
        pitch_seconds=book.integer("content.pitch_seconds", chain),
    )


def _is_english() -> bool:
    return (get_language() or "").startswith("en")
