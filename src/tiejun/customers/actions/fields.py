"""Custom fields of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.locks import lock_company
from tiejun.customers.models import Company
from tiejun.fields.actions import note_values
from tiejun.fields.queries import values_after
from tiejun.fields.rules import Subject
from tiejun.foundation import audit
from tiejun.foundation.refusals import Stale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.EDIT_CUSTOMER)
def write_fields(
    scope: Scope, *, company_id: UUID, version: int, values: Mapping[str, object], now: datetime
) -> Company:
    """Write values of custom fields of a company, by key; an empty one takes the value out, what is not given stays.

    Raises `NotFound`, `Stale` when `version` is not the current one, and `Invalid` by key.
    """
    company = lock_company(scope, company_id, Ability.EDIT_CUSTOMER)
    if company.version != version:
        raise Stale(company)
    before, after = company.custom, values_after(scope, Subject.CUSTOMER, company.custom, values)
    company.custom, company.version, company.changed_at = after, company.version + 1, now
    company.save(update_fields=["custom", "version", "changed_at"])
    note_values(scope, subject=Subject.CUSTOMER, record_id=company.pk, before=before, after=after, now=now)
    audit.record(scope, "customers.fields_written", company, fields=sorted(values))
    return company
