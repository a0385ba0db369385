"""Where leads come from and go to by night: pools, reclaim and allotment runs by place; marketing's objects, which lie at no place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tests.factories.leads import make_pool
from tests.factories.marketing import (
    make_campaign,
    make_cost,
    make_dispute,
    make_form,
    make_handover,
    make_inbound,
    make_tag,
)
from tiejun.leads.models import (
    AllotmentRun,
    AllotmentShare,
    BulkAction,
    Lead,
    LeadTenure,
    PoolMember,
    ReclaimItem,
    ReclaimRun,
)
from tiejun.marketing.models import CaptureForm, InvalidCheck, InvalidDraw, Tag, TagRule
from tiejun.succession.models import Succession, SuccessionItem

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.org.models import Person, Unit

Ids = dict[str, Any]


def pool_and_night(person: Person, unit: Unit, lead: Lead, now: datetime, *, ended: bool = False) -> Ids:
    """A pool of the unit with the person as a member, and a night that took something from the person."""
    pool = make_pool(unit=unit)
    member = PoolMember.objects.create(pool=pool, person=person, added_at=now)
    if ended:
        pool.closed_at = now
        pool.save(update_fields=["closed_at"])
    days = ReclaimRun.objects.count()
    run = ReclaimRun.objects.create(
        unit=unit,
        business_day=timezone.localdate(now) - timedelta(days=days),
        due_at=now,
        started_at=now,
        finished_at=now,
    )
    ReclaimItem.objects.create(
        run=run, tenure=LeadTenure.objects.filter(lead=lead).latest("started_at"), lead=lead, person=person, unit=unit,
        outcome="POOLED", cause="NO_FOLLOW_UP", happened_at=now,
    )  # fmt: skip
    return {"pool_id": pool.pk, "member_id": member.pk, "reclaim_run_id": run.pk}


def handed_over(person: Person, unit: Unit, lead: Lead, now: datetime, *, ended: bool = False) -> Ids:
    """A hand-over of what the person holds, and leads that the person tagged in one go; `ended`: lapsed, and taken back."""
    succession = Succession.objects.create(
        person=person, unit=unit, state="LAPSED" if ended else "OPEN", opened_at=now, finished_at=now if ended else None
    )
    SuccessionItem.objects.create(succession=succession, company=lead.company, lead=lead, is_customer=False)
    bulk = BulkAction.objects.create(
        person=person, unit=unit, kind="TAG", asked=1, done=1, steps=[], made_at=now,
        undo_until=now + timedelta(minutes=9), undone_at=now if ended else None,
    )  # fmt: skip
    return {"succession_id": succession.pk, "bulk_id": bulk.pk}


def night_of_all(person: Person, unit: Unit, now: datetime) -> Ids:
    """A nightly allotment: everybody sees their own part of it."""
    run = AllotmentRun.objects.create(
        kind="NIGHT", state="DONE", day=timezone.localdate(now), unit_id=unit.pk, started_at=now, finished_at=now
    )
    AllotmentShare.objects.create(run=run, person=person, unit=unit)
    return {"allotment_run_id": run.pk}


def marketing(now: datetime, *, ended: bool = False) -> Ids:
    """One of each of marketing's objects; `ended`: closed, decided, rejected, checked, taken back, retired."""
    campaign = make_campaign(status="CLOSED" if ended else "RUNNING", now=now)
    cost, form, tag = make_cost(campaign, now=now), make_form(now=now), make_tag()
    handover = make_handover(stage="INVALID", now=now)
    dispute = make_dispute(handover, now=now)
    day = timezone.localdate(now)
    draw = InvalidDraw.objects.create(
        first_on=day, last_on=day, seed="x", percent=20, frame_count=1, frame_digest="x", drawn_at=now
    )
    check = InvalidCheck.objects.create(draw=draw, handover=handover)
    rule = TagRule.objects.create(tag=tag, conditions=[], is_on=not ended, created_at=now)
    if ended:
        type(dispute).objects.filter(pk=dispute.pk).update(status="OVERTURNED", decided_at=now)
        InvalidCheck.objects.filter(pk=check.pk).update(verdict="CONFIRMED", checked_at=now)
        Tag.objects.filter(pk=tag.pk).update(retired_at=now)
        CaptureForm.objects.filter(pk=form.pk).update(is_open=False)
    return {
        "campaign_id": campaign.pk,
        "cost_id": cost.pk,
        "source_id": campaign.source_id,
        "form_id": form.pk,
        "tag_id": tag.pk,
        "rule_id": rule.pk,
        "inbound_id": make_inbound(status="REJECTED" if ended else "DEDUPLICATED", now=now).pk,
        "handover_id": handover.pk,
        "dispute_id": dispute.pk,
        "marketing_check_id": check.pk,
    }
