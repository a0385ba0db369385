"""Row locks of this module. The order is always: seats by person, then leads by id; companies come last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, OuterRef

from tiejun.leads.models import Lead, LeadTenure, PoolSeat, ReclaimItem
from tiejun.leads.models.tenures import holdings_due

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from tiejun.leads.models import ReclaimRun

DUE_COLUMNS = (
    "person", "unit", "kind", "due_at", "no_deal_due_at", "lead__company", "lead__pool", "lead__district_code", "lead__frozen_reason",
    "lead__company__industry", "lead__company__latitude", "lead__company__longitude",
)  # fmt: skip


def lock_seats(person_ids: Iterable[UUID | None]) -> None:
    """Lock the seats of persons, making those that do not exist yet: their devices queue here, other people do not."""
    wanted = sorted({person_id for person_id in person_ids if person_id is not None})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_poolseat (person_id) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING",
            [wanted],
        )
    # order_by("pk") is intentional, not redundant: one order of locks everywhere means no deadlock.
    list(PoolSeat.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))


def lock_lead(lead_id: UUID) -> Lead | None:
    """Lock one lead and return it as it is now, with its company and pool."""
    return next(iter(lock_leads([lead_id])), None)


def lock_leads(lead_ids: Iterable[UUID]) -> list[Lead]:
    """Lock several leads by id and return those that exist, with company and pool."""
    wanted = set(lead_ids)
    rows = Lead.objects.select_for_update(of=("self",)).select_related("company", "pool")
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    # A merge that gave a lead another company while this waited for it leaves the row without its joined one: asked again it is there.
    return found if len(found) == len(wanted) else list(rows.filter(pk__in=wanted).order_by("pk"))


def lock_leads_of_holder(person_id: UUID) -> list[Lead]:
    """Lock all leads that a person holds, by id."""
    return list(Lead.objects.select_for_update(of=("self",)).filter(owner=person_id).order_by("pk"))


def lock_open_tenure(lead_id: UUID) -> LeadTenure | None:
    """Lock the open holding of a lead, if there is one."""
    return LeadTenure.objects.select_for_update(of=("self",)).filter(lead=lead_id, ended_at=None).first()


def lock_due(tenure_ids: Collection[UUID], *, at: datetime, but_in: ReclaimRun) -> list[LeadTenure]:
    """Lock those of these holdings, with their leads, that are open and due at a moment and not in a run yet, by lead.

    What another transaction holds at this moment is passed over, so that nobody waits for anybody.
    """
    dealt_with = ReclaimItem.objects.filter(run=but_in, tenure=OuterRef("pk"))
    rows = LeadTenure.objects.select_for_update(of=("self", "lead"), skip_locked=True).select_related("lead__company")
    due = rows.filter(holdings_due(at), ~Exists(dealt_with), pk__in=list(tenure_ids))
    return list(due.only(*DUE_COLUMNS).order_by("lead"))
