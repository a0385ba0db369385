"""Row locks of this module. The order is always: seats by person, then leads by id; companies come last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from tiejun.foundation.statements import asked
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.rules.reclaiming import DueHolding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from tiejun.leads.models import ReclaimRun

# ORDER BY is intentional, not redundant: one order of locks everywhere means no deadlock.
_LOCK_SEATS = "SELECT FROM leads_poolseat WHERE person_id = ANY(%s) ORDER BY person_id FOR UPDATE"
# What is due is what `holdings_due` says.
_DUE = """
    SELECT t.id, t.lead_id, t.person_id, t.unit_id, t.kind, t.due_at, t.no_deal_due_at, l.company_id, l.pool_id, l.district_code,
           l.frozen_reason, c.industry, c.latitude, c.longitude
    FROM leads_leadtenure t JOIN leads_lead l ON l.id = t.lead_id JOIN customers_company c ON c.id = l.company_id
    WHERE t.id = ANY(%(tenures)s) AND t.ended_at IS NULL AND t.kind IN ('PRIVATE', 'ALLOTTED')
      AND (t.due_at <= %(at)s OR t.no_deal_due_at <= %(at)s)
      AND NOT EXISTS (SELECT FROM leads_reclaimitem i WHERE i.run_id = %(run)s AND i.tenure_id = t.id)
    ORDER BY t.lead_id
"""
_AND_LOCKED = "FOR UPDATE OF t, l SKIP LOCKED"


def lock_seats(person_ids: Iterable[UUID | None]) -> None:
    """Lock the seats of persons, making those that do not exist yet: their devices queue here, other people do not."""
    wanted = sorted({person_id for person_id in person_ids if person_id is not None})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_poolseat (person_id) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING",
            [wanted],
        )
    asked(_LOCK_SEATS, [wanted])


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


def lock_due(tenure_ids: Collection[UUID], run: ReclaimRun) -> list[DueHolding]:
    """Lock those of these holdings, with their leads, that are open, due for a run and not in it yet, by lead.

    What another transaction holds at this moment is passed over, so that nobody waits for anybody.
    """
    return _due(f"{_DUE} {_AND_LOCKED}", tenure_ids, run)


def still_due(tenure_ids: Collection[UUID], run: ReclaimRun) -> list[DueHolding]:
    """Return the same without a lock: with those that somebody works on."""
    return _due(_DUE, tenure_ids, run)


def _due(statement: str, tenure_ids: Collection[UUID], run: ReclaimRun) -> list[DueHolding]:
    rows = asked(statement, {"tenures": list(tenure_ids), "at": run.due_at, "run": run.pk})
    return [DueHolding._make(row) for row in rows]
