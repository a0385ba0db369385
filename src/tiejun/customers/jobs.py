"""What the business clock runs for customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.customers import actions, queries
from tiejun.customers.actions import (
    contacts_link,  # noqa: F401 -- registers what follows a merge of companies
    duplicates,
)
from tiejun.customers.queries.duplicates import changed_companies
from tiejun.foundation.clock import at_clock
from tiejun.foundation.jobs import every
from tiejun.foundation.times import local_date
from tiejun.inbox import actions as inbox
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from tiejun.customers.models import Company
    from tiejun.foundation.clock import Occasion


@every("50 19 * * *")
def find_duplicates() -> None:
    """Look by night for companies that may be one, among those that changed since the last search began."""
    seek_duplicates(now=timezone.now())


def seek_duplicates(*, now: datetime, batch: int = 5_000) -> int:
    """Search in short transactions: first the keys of all that changed, then their candidates; returns the proposals.

    A search that was interrupted goes on; a repeat finds the same.
    """
    scope = Scope.system("customers.find_duplicates")
    run = duplicates.open_run(scope, now=now)
    for part in _changed(scope, run.since_at, batch):
        duplicates.write_keys(scope, company_ids=part)
    found = sum(
        duplicates.propose_among(scope, run_id=run.pk, company_ids=part, now=now)
        for part in _changed(scope, run.since_at, batch)
    )
    duplicates.close_run(scope, run_id=run.pk, now=now)
    return found


def _changed(scope: Scope, since: datetime | None, batch: int) -> Iterator[list[UUID]]:
    part = changed_companies(scope, since=since, after=None, limit=batch)
    while part:
        yield part
        part = changed_companies(scope, since=since, after=part[-1], limit=batch)


@at_clock("customers.class_a_expiry", time_key="clock.expiry", position=400, follows="visits.hard_lock")
def expire_class_a(occasion: Occasion) -> dict[str, Any]:
    """Move what was to be signed by this business day and was not to class B; tell the holders, and the leader after the last renewal."""
    scope, now = occasion.scope, occasion.now
    expired = queries.expired_class_a(scope, unit_id=occasion.unit_id, day=occasion.business_day)
    if not expired:
        return {"expired": 0}
    next_step_at = queries.end_of_next_working_day(scope, now)
    companies = actions.expire_class_a(scope, company_ids=expired, next_step_at=next_step_at, now=now)
    for company in companies:
        _tell(occasion, company, "customers.class_a_expired", company.owner_id)
    leader = org.leader_of(scope, occasion.unit_id, on=local_date(now, scope.zone))
    for company in companies:
        if queries.renewals_are_used_up(scope, company, now):
            _tell(occasion, company, "customers.class_a_renewals", leader)
    return {"expired": len(companies)}


def _tell(occasion: Occasion, company: Company, code: str, person_id: Any) -> None:
    if person_id is not None:
        inbox.notify(
            occasion.scope,
            person_id=person_id,
            code=code,
            facts={"company": company.name},
            url=f"/customers/{company.pk}/",
            dedupe_key=f"{code}:{company.pk}:{occasion.business_day}",
            now=occasion.now,
        )
