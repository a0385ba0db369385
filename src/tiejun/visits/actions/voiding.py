"""What only quality assurance does at the very end of a case: a visit that did not take place counts no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.visits.actions._aftermath import book
from tiejun.visits.locks import lock_person, lock_visit
from tiejun.visits.models import Visit
from tiejun.visits.queries.amended import as_amended
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.counting import counted, counts_of
from tiejun.visits.rules.vocabulary import Cause, Refusal, VisitState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.VOID_VISIT)
def void_visit(scope: Scope, *, visit_id: UUID, reason: str, now: datetime) -> Visit:
    """Void a locked visit by the final decision of a case: its record stays, its counts move by adjustments of today.

    Raises `NotFound` and `Refused` DAY_IS_NOT_LOCKED; a void visit stays void.
    """
    known = Visit.objects.filter(pk=visit_id).only("person_id").first()
    if known is None:
        raise NotFound
    lock_person(known.person_id)
    visit = lock_visit(visit_id, known.person_id)
    if visit.state != VisitState.LOCKED:
        raise Refused(Refusal.DAY_IS_NOT_LOCKED)
    half = field_policy(scope, now).half_day_at
    day = Visit.objects.filter(person=visit.person_id, business_day=visit.business_day, state=VisitState.LOCKED)
    shown = as_amended(scope, [visit, *day.exclude(pk=visit.pk)])
    moved = book(
        visit, counts_of(counted(shown, half)), counts_of(counted(shown[1:], half)), cause=Cause.QA_VOID, now=now
    )
    visit.state = VisitState.VOID
    visit.save(update_fields=["state"])
    deltas = {str(name): delta for name, delta in moved.items()}
    audit.record(scope, "visits.voided", visit, reason=reason, adjustments=deltas)
    return visit
