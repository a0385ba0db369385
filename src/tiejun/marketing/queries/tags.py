from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from tiejun.access.abilities import Ability
from tiejun.foundation.statements import asked_rows
from tiejun.marketing.models import InboundRecord, Tag, TagMark, TagRule
from tiejun.marketing.rules.tags import Condition, meets, read_conditions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope

PREVIEWED = 500
SHOWN = 10


@dataclass(frozen=True, slots=True)
class TagChip:
    """A tag as it is shown."""

    id: UUID
    name: str
    name_en: str
    tone: str

    @property
    def label(self) -> str:
        """Return the tag in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule with its tag and its conditions."""

    id: UUID
    tag: TagChip
    conditions: tuple[Condition, ...]
    is_on: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would do: how many of the newest records it meets, and the first of them."""

    met: int
    of: int
    names: list[str]


def tags(scope: Scope) -> list[TagChip]:
    """Return the tags that are given, by name."""
    scope.require(Ability.VIEW_LEADS)
    return [_chip(row) for row in asked_rows(Tag, "WHERE retired_at IS NULL ORDER BY name", {})]


def tags_of_leads(scope: Scope, lead_ids: Iterable[UUID]) -> dict[UUID, list[TagChip]]:  # noqa: ARG001 -- cut to the asker's leads by the caller
    """Return the tags of leads, in one query."""
    found: dict[UUID, list[TagChip]] = defaultdict(list)
    for mark in TagMark.objects.filter(lead_id__in=list(lead_ids)).select_related("tag").order_by("tag__name"):
        if mark.lead_id is not None:
            found[mark.lead_id].append(_chip(mark.tag))
    return found


def tags_of_records(scope: Scope, inbound_ids: Iterable[UUID]) -> dict[UUID, list[TagChip]]:  # noqa: ARG001 -- cut to the asker's records by the caller
    """Return the tags of inbound records, in one query."""
    found: dict[UUID, list[TagChip]] = defaultdict(list)
    for mark in TagMark.objects.filter(inbound__in=list(inbound_ids)).select_related("tag").order_by("tag__name"):
        if mark.inbound_id is not None:
            found[mark.inbound_id].append(_chip(mark.tag))
    return found


def leads_of_tag(scope: Scope, tag_id: UUID) -> QuerySet[TagMark, Any]:  # noqa: ARG001 -- cut to the asker's leads by the caller
    """Return the ids of the leads that carry a tag, as a subquery for the lists of `leads`."""
    return TagMark.objects.filter(tag=tag_id, lead_id__isnull=False).values("lead_id")


def tag_rules(scope: Scope) -> list[RuleLine]:
    """Return the rules, the newest first."""
    scope.require(Ability.MANAGE_TAGS)
    return [
        RuleLine(row.pk, _chip(row.tag), read_conditions(row.conditions), row.is_on)
        for row in TagRule.objects.select_related("tag").order_by("-created_at", "-pk")[:200]
    ]


def preview_rule(scope: Scope, conditions: Sequence[Condition]) -> Preview:
    """Return what a rule would do to the newest records."""
    scope.require(Ability.MANAGE_TAGS)
    newest = InboundRecord.objects.select_related("source", "campaign").order_by("-received_at", "-pk")[:PREVIEWED]
    names = [row.company_name for row in newest if meets(facts_of_record(scope, row), conditions)]
    return Preview(met=len(names), of=len(newest), names=names[:SHOWN])


def facts_of_record(scope: Scope, row: InboundRecord) -> dict[str, Any]:  # noqa: ARG001 -- of a record that is at hand
    """Return a record as the conditions of a rule see it; its source and campaign must be loaded."""
    return {
        "source": row.source.code,
        "means": row.campaign.means if row.campaign else "",
        "intent": row.intent,
        "channel": row.channel,
        "company_name": row.company_name,
        "industry": row.industry,
        "need": row.need,
        "contact_title": row.contact_title,
        "district": row.district_code,
        "score": row.score,
    }


def _chip(row: Tag) -> TagChip:
    return TagChip(row.pk, row.name, row.name_en, row.tone)
