"""Writing scripts in versions, publishing and retiring them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.content import rules
from tiejun.content.models import Script, ScriptVersion
from tiejun.content.rules import Occasion, Refusal, Words
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.WRITE_SCRIPTS)
def start_script(scope: Scope, *, occasion: str, words: Words, now: datetime) -> Script:
    """Start a script with its first draft; nobody reads it before it is published. Raises `Invalid`."""
    if occasion not in list(Occasion):
        raise Invalid(occasion=_("Choose when it is said."))
    cleaned = _cleaned(words)
    script = Script.objects.create(occasion=occasion, created_at=now)
    _write(scope, script, None, cleaned, why="", now=now)
    audit.record(scope, "content.script_started", script, occasion=occasion, title=cleaned.title or cleaned.title_en)
    return script


@action(Ability.WRITE_SCRIPTS)
def write_draft(
    scope: Scope, *, script_id: UUID, version: int, words: Words, why: str = "", now: datetime
) -> ScriptVersion:
    """Write the draft of a script's next version: people go on reading the published one. `why`: what is new in it.

    Raises `NotFound`, `Stale` when `version` is not the script's current one, `Invalid`, and `Refused` (SCRIPT_IS_RETIRED).
    """
    script = _locked(script_id)
    if script.version != version:
        raise Stale(script)
    if script.retired_at is not None:
        raise Refused(Refusal.SCRIPT_IS_RETIRED)
    draft = ScriptVersion.objects.filter(script=script, published_at=None).first()
    row = _write(scope, script, draft, _cleaned(words), why=" ".join(why.split())[:200], now=now)
    _count_up(script)
    audit.record(scope, "content.draft_written", script, number=row.number)
    return row


@action(Ability.PUBLISH_SCRIPTS)
def publish_script(scope: Scope, *, script_id: UUID, version: int, now: datetime) -> ScriptVersion:
    """Publish the draft as it was read: from now on it is what people read and phones keep.

    Raises `NotFound`, `Stale` when somebody wrote meanwhile, and `Refused` (see `rules.why_not_publish`).
    """
    script = _locked(script_id)
    if script.version != version:
        raise Stale(script)
    draft = ScriptVersion.objects.select_for_update().filter(script=script, published_at=None).first()
    refusal = rules.why_not_publish(
        has_draft=draft is not None,
        is_retired=script.retired_at is not None,
        writer_id=draft.written_by_id if draft else None,
        asker_id=scope.person_id,
    )
    if refusal or draft is None:
        raise Refused(refusal or Refusal.NOTHING_TO_PUBLISH)
    draft.published_at, draft.published_by_id = now, scope.person_id
    draft.save(update_fields=["published_at", "published_by"])
    _count_up(script)
    audit.record(scope, "content.script_published", script, number=draft.number)
    return draft


@action(Ability.PUBLISH_SCRIPTS)
def retire_script(scope: Scope, *, script_id: UUID, now: datetime) -> Script:
    """Let a script be read no more; its versions stay. Raises `NotFound`."""
    script = _locked(script_id)
    script.retired_at = script.retired_at or now
    script.save(update_fields=["retired_at"])
    _count_up(script)
    audit.record(scope, "content.script_retired", script)
    return script


@action(Ability.PUBLISH_SCRIPTS)
def restore_script(scope: Scope, *, script_id: UUID) -> Script:
    """Take a retired script back into use; raises `NotFound`."""
    script = _locked(script_id)
    script.retired_at = None
    script.save(update_fields=["retired_at"])
    _count_up(script)
    audit.record(scope, "content.script_restored", script)
    return script


def _locked(script_id: UUID) -> Script:
    script = Script.objects.select_for_update().filter(pk=script_id).first()
    if script is None:
        raise NotFound
    return script


def _count_up(script: Script) -> None:
    script.version += 1
    script.save(update_fields=["version"])


def _write(
    scope: Scope, script: Script, draft: ScriptVersion | None, words: Words, *, why: str, now: datetime
) -> ScriptVersion:
    values = {
        "title": words.title,
        "title_en": words.title_en,
        "body": words.body,
        "body_en": words.body_en,
        "why": why,
    }
    by = {"written_by_id": scope.person_id, "written_at": now}
    if draft is None:
        newest = (
            ScriptVersion.objects.filter(script=script).order_by("-number").values_list("number", flat=True).first()
        )
        return ScriptVersion.objects.create(script=script, number=(newest or 0) + 1, **values, **by)
    ScriptVersion.objects.filter(pk=draft.pk).update(**values, **by)
    draft.refresh_from_db()
    return draft


def _cleaned(words: Words) -> Words:
    titles = [" ".join(text.replace("\x00", "").split()) for text in (words.title, words.title_en)]
    bodies = [text.replace("\x00", "").replace("\r\n", "\n").strip() for text in (words.body, words.body_en)]
    errors = {}
    if not any(titles) or max(map(len, titles)) > rules.LONGEST_TITLE:
        errors["title"] = _("A script needs a title of at most 60 characters.")
    if not any(bodies) or max(map(len, bodies)) > rules.LONGEST_BODY:
        errors["body"] = _("A script says something, in at most 3,000 characters.")
    if errors:
        raise Invalid(**errors)
    return Words(titles[0], bodies[0], titles[1], bodies[1])
