"""Visits to companies that a colleague holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.leads.events import HoldingsShortened
from tiejun.leads.models import ForeignVisit, LeadTenure
from tiejun.leads.rules.canvassing import WEEK, Knock, neglected, shortened_due
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.RECORD_FOLLOW_UP)
def note_foreign_visit(scope: Scope, *, company_id: UUID, happened_at: datetime, now: datetime) -> int:
    """Note that the asker was at the door of a company that a colleague holds; too many in a week shorten his holdings there.

    The visitor gets nothing of the lead. Returns how many holdings were shortened (domain 11.17).
    """
    tenure = LeadTenure.objects.filter(lead__company=company_id, ended_at=None).exclude(person=scope.person_id).first()
    shortened: list[LeadTenure] = []
    if tenure is not None and scope.person_id is not None and tenure.started_at <= happened_at:
        ForeignVisit.objects.create(
            tenure=tenure, holder_id=tenure.person_id, visitor_id=scope.person_id, happened_at=happened_at
        )
        shortened = _shorten(scope, tenure, now)
    audit.record(
        scope,
        "leads.foreign_visit_noted",
        tenure,
        company=company_id,
        shortened=audit.ids(*(row.pk for row in shortened)),
    )
    return len(shortened)


def _shorten(scope: Scope, tenure: LeadTenure, now: datetime) -> list[LeadTenure]:
    book, chain = policies.book(now), org.unit_chain(scope, tenure.unit_id)
    rows = ForeignVisit.objects.filter(
        holder=tenure.person_id, happened_at__gt=now - WEEK, shortened=False, tenure__ended_at=None
    )
    knocks = [
        Knock(*row) for row in rows.values_list("tenure", "happened_at", "tenure__last_qualifying_at").order_by("pk")
    ]
    wanted = neglected(knocks, now, allowed=book.integer("lead.foreign_visits_allowed", chain))
    if not wanted:
        return []
    days = book.integer("lead.foreign_visits_leave_days", chain)
    shorter = due_after(now, days, hours_of(book, chain, scope.zone), calendar_of(book, chain))
    held = LeadTenure.objects.select_for_update(of=("self",)).filter(pk__in=wanted, ended_at=None).order_by("lead")
    shortened = []
    for row in held.exclude(kind=LeadTenure.Kind.PROTECTED):
        due = shortened_due(row.due_at, shorter)
        if due != row.due_at:
            row.due_at = due
            row.save(update_fields=["due_at"])
            shortened.append(row)
    rows.filter(tenure__in=wanted).update(shortened=True)
    if shortened:
        announce(HoldingsShortened(tenure.person_id, [row.lead_id for row in shortened], now))
    return shortened
