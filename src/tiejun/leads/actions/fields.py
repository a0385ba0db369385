"""Custom fields of a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.fields.actions import note_values
from tiejun.fields.queries import values_after
from tiejun.fields.rules import Subject
from tiejun.foundation import audit
from tiejun.foundation.refusals import Stale
from tiejun.leads import queries
from tiejun.leads.actions._tenure import locked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.models import Lead


@action(Ability.EDIT_CUSTOMER)
def write_fields(scope: Scope, *, lead_id: UUID, version: int, values: Mapping[str, object], now: datetime) -> Lead:
    """Write values of custom fields of a lead, by key; an empty one takes the value out, what is not given stays.

    It is no follow-up: nothing is prolonged by it. Raises `NotFound`, `Stale` when `version` is not the current one, and
    `Invalid` by key.
    """
    queries.lead_in_reach(scope, lead_id, Ability.EDIT_CUSTOMER)
    lead = locked(lead_id)
    if lead.version != version:
        raise Stale(lead)
    before, after = lead.custom, values_after(scope, Subject.LEAD, lead.custom, values)
    lead.custom, lead.version = after, lead.version + 1
    lead.save(update_fields=["custom", "version"])
    note_values(scope, subject=Subject.LEAD, record_id=lead.pk, before=before, after=after, now=now)
    audit.record(scope, "leads.fields_written", lead, fields=sorted(values))
    return lead
