"""What marketing knows of a company and its leads follows a merge; the rows are named to `leads`, which keeps them for undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.marketing.models import Handover, Referral, TagMark
from tiejun.marketing.queries.merging import HANDOVER, REFERRAL, TAG

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.MERGE_CUSTOMERS)
def follow_merge(scope: Scope, *, survivor_id: UUID, absorbed_id: UUID) -> list[tuple[str, str]]:
    """Let hand-overs and referrals of the absorbed company speak of the survivor; returns (kind, id) of each."""
    handovers = Handover.objects.filter(company_id=absorbed_id)
    referrals = Referral.objects.filter(referrer_company_id=absorbed_id)
    moved = [(HANDOVER, str(pk)) for pk in handovers.order_by("pk").values_list("pk", flat=True)]
    moved += [(REFERRAL, str(pk)) for pk in referrals.order_by("pk").values_list("pk", flat=True)]
    handovers.update(company_id=survivor_id)
    referrals.update(referrer_company_id=survivor_id)
    audit.record(scope, "marketing.merge_followed", survivor=survivor_id, absorbed=absorbed_id, rows=len(moved))
    return moved


@action(Ability.MERGE_CUSTOMERS)
def follow_tags(
    scope: Scope, *, from_lead_ids: Sequence[UUID], to_lead_id: UUID, now: datetime
) -> list[tuple[str, str]]:
    """Put on the lead that stays the tags of those that ended in it; returns (kind, id) of each new mark."""
    there = set(TagMark.objects.filter(lead_id=to_lead_id).values_list("tag", flat=True))
    rows = TagMark.objects.filter(lead_id__in=list(from_lead_ids)).exclude(tag__in=there).order_by("tag", "pk")
    marks = {row.tag_id: TagMark(tag_id=row.tag_id, lead_id=to_lead_id, marked_at=now) for row in rows}
    TagMark.objects.bulk_create(marks.values())
    audit.record(scope, "marketing.tags_followed", lead=to_lead_id, tags=len(marks))
    return [(TAG, str(mark.pk)) for mark in marks.values()]


@action(Ability.MERGE_CUSTOMERS)
def follow_back(scope: Scope, *, kind: str, row_ids: Sequence[UUID], survivor_id: UUID, absorbed_id: UUID) -> set[UUID]:
    """Put rows of one kind back after a merge was undone; returns those that were not changed since."""
    match kind:
        case "marketing.handover":
            handovers = Handover.objects.select_for_update().filter(pk__in=row_ids, company_id=survivor_id)
            back = set(handovers.values_list("pk", flat=True))
            Handover.objects.filter(pk__in=back).update(company_id=absorbed_id)
        case "marketing.referral":
            referrals = Referral.objects.select_for_update().filter(pk__in=row_ids, referrer_company_id=survivor_id)
            back = set(referrals.values_list("pk", flat=True))
            Referral.objects.filter(pk__in=back).update(referrer_company_id=absorbed_id)
        case _:
            marks = TagMark.objects.filter(pk__in=row_ids)
            back = set(marks.values_list("pk", flat=True))
            marks.delete()
    audit.record(scope, "marketing.merge_followed_back", kind=kind, rows=len(row_ids), back=len(back))
    return back
