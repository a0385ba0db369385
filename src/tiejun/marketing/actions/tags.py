"""Tags and the rules that give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.marketing.actions._marking import mark_records
from tiejun.marketing.models import InboundRecord, Tag, TagMark, TagRule
from tiejun.marketing.rules.tags import Condition, why_not_conditions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

APPLIED_AT_ONCE = 5_000


@action(Ability.MANAGE_TAGS)
def set_tag(scope: Scope, *, name: str, name_en: str = "", tone: str = "neutral") -> Tag:
    """Add a tag, or change the one of this name and bring it back if it was retired; raises `Invalid`."""
    cleaned = " ".join(name.split())[:30]
    if not cleaned or tone not in Tag.Tone.values:
        raise Invalid(name=_("A tag needs a name and a colour."))
    row, _made = Tag.objects.update_or_create(
        name=cleaned, defaults={"name_en": " ".join(name_en.split())[:30], "tone": tone, "retired_at": None}
    )
    audit.record(scope, "marketing.tag_set", row, name=cleaned)
    return row


@action(Ability.MANAGE_TAGS)
def retire_tag(scope: Scope, *, tag_id: UUID, now: datetime) -> Tag:
    """Retire a tag: it is given no more, and stays where it is. Raises `NotFound`."""
    row = Tag.objects.select_for_update().filter(pk=tag_id).first()
    if row is None:
        raise NotFound
    row.retired_at = row.retired_at or now
    row.save(update_fields=["retired_at"])
    audit.record(scope, "marketing.tag_retired", row)
    return row


@action(Ability.MANAGE_TAGS)
def add_tag_rule(scope: Scope, *, tag_id: UUID, conditions: Sequence[Condition], now: datetime) -> TagRule:
    """Add a rule and give its tag to the newest records that meet it; raises `NotFound` and `Refused` (`rules.tags`)."""
    tag = Tag.objects.filter(pk=tag_id, retired_at=None).first()
    if tag is None:
        raise NotFound
    refusal = why_not_conditions(conditions)
    if refusal:
        raise Refused(refusal)
    row = TagRule.objects.create(tag=tag, conditions=[one.as_json() for one in conditions], created_at=now)
    newest = InboundRecord.objects.select_related("source", "campaign").order_by("-received_at", "-pk")
    marked = mark_records(scope, list(newest[:APPLIED_AT_ONCE]), now, [row])
    audit.record(scope, "marketing.tag_rule_added", row, tag=tag.pk, marked=marked)
    return row


@action(Ability.MANAGE_TAGS)
def switch_tag_rule(scope: Scope, *, rule_id: UUID, is_on: bool) -> TagRule:
    """Switch a rule on or off; the tags that it gave stay. Raises `NotFound`."""
    row = TagRule.objects.select_for_update().filter(pk=rule_id).first()
    if row is None:
        raise NotFound
    row.is_on, row.version = is_on, row.version + 1
    row.save(update_fields=["is_on", "version"])
    audit.record(scope, "marketing.tag_rule_switched", row, is_on=is_on)
    return row


@action(Ability.RECORD_FOLLOW_UP)
def put_tag(scope: Scope, *, lead_id: UUID, tag_id: UUID, now: datetime) -> bool:
    """Put one tag on a lead beside whatever it carries; called by `leads` alone. Tells whether it was not there. Raises `NotFound`."""
    if not Tag.objects.filter(pk=tag_id, retired_at=None).exists():
        raise NotFound
    _row, is_new = TagMark.objects.get_or_create(tag_id=tag_id, lead_id=lead_id, defaults={"marked_at": now})
    audit.record(scope, "marketing.tag_put", lead=lead_id, tag=tag_id, is_new=is_new)
    return is_new


@action(Ability.RECORD_FOLLOW_UP)
def take_tag(scope: Scope, *, lead_id: UUID, tag_id: UUID) -> bool:
    """Take one tag from a lead and leave the others; called by `leads` alone. Tells whether it was there."""
    gone, _rows = TagMark.objects.filter(tag=tag_id, lead_id=lead_id).delete()
    audit.record(scope, "marketing.tag_taken", lead=lead_id, tag=tag_id, was_there=bool(gone))
    return bool(gone)


@action(Ability.RECORD_FOLLOW_UP)
def mark_lead(scope: Scope, *, lead_id: UUID, tag_ids: Sequence[UUID], now: datetime) -> int:
    """Set which tags a lead carries; called by `leads` alone, which has looked whether the asker may. Returns how many."""
    wanted = set(Tag.objects.filter(pk__in=list(tag_ids), retired_at=None).values_list("pk", flat=True))
    known = TagMark.objects.filter(lead_id=lead_id, tag__retired_at=None)
    known.exclude(tag__in=wanted).delete()
    marks = [TagMark(tag_id=tag_id, lead_id=lead_id, marked_at=now) for tag_id in sorted(wanted)]
    TagMark.objects.bulk_create(marks, ignore_conflicts=True)
    audit.record(scope, "marketing.lead_tagged", lead=lead_id, tags=sorted(str(tag_id) for tag_id in wanted))
    return len(wanted)
