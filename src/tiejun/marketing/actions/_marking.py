"""Putting tags by rule: the steps that receiving, checking and handing over share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiejun.marketing.models import TagMark, TagRule
from tiejun.marketing.queries.tags import facts_of_record
from tiejun.marketing.rules.tags import meets, read_conditions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.marketing.models import InboundRecord


def rules_in_force() -> list[TagRule]:
    """Return the rules that are on and whose tag is not retired."""
    return list(TagRule.objects.filter(is_on=True, tag__retired_at=None).order_by("created_at", "pk"))


def mark_record(scope: Scope, row: InboundRecord, now: datetime) -> int:
    """Put on a record the tags of the rules that it meets; returns how many rules it met."""
    return mark_records(scope, [row], now, rules_in_force())


def mark_records(scope: Scope, rows: Sequence[InboundRecord], now: datetime, rules: Sequence[TagRule]) -> int:
    """Put tags on records, and on the leads that were made of them; a tag that is there stays as it is."""
    marks = []
    for row in rows:
        facts = facts_of_record(scope, row)
        for rule in _met(facts, rules):
            marks.append(TagMark(tag_id=rule.tag_id, inbound=row, rule=rule, marked_at=now))
            if row.lead_id is not None:
                marks.append(TagMark(tag_id=rule.tag_id, lead_id=row.lead_id, rule=rule, marked_at=now))
    TagMark.objects.bulk_create(marks, ignore_conflicts=True)
    return len(marks)


def mark_leads(facts_of_lead: Mapping[UUID, Mapping[str, Any]], now: datetime) -> int:
    """Put tags on leads that came without a record, by what is known of them."""
    rules = rules_in_force()
    marks = [
        TagMark(tag_id=rule.tag_id, lead_id=lead_id, rule=rule, marked_at=now)
        for lead_id, facts in facts_of_lead.items()
        for rule in _met(facts, rules)
    ]
    TagMark.objects.bulk_create(marks, ignore_conflicts=True)
    return len(marks)


def _met(facts: Mapping[str, Any], rules: Sequence[TagRule]) -> list[TagRule]:
    return [rule for rule in rules if meets(facts, read_conditions(rule.conditions))]
