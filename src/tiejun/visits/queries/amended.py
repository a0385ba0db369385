"""Visits as amended: what was recorded, with the corrections of after the lock laid over it."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import TYPE_CHECKING

from tiejun.engines.effectiveness import ContactRole
from tiejun.visits.models import Amendment, VisitContact, VisitEvidence
from tiejun.visits.queries.window import nearest_effective_day
from tiejun.visits.rules.amending import amended_value, facts_of
from tiejun.visits.rules.judging import judge, stored_reasons
from tiejun.visits.rules.vocabulary import EvidenceKind, Presence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.models import Visit


def as_amended(scope: Scope, visits: Iterable[Visit]) -> list[Visit]:
    """Return copies of visits (never to be saved) with their amendments laid over them and judged again."""
    rows = list(visits)
    changes: dict[UUID, dict[str, str]] = defaultdict(dict)
    for row in Amendment.objects.filter(visit__in=[visit.pk for visit in rows]).order_by("amended_at", "pk"):
        changes[row.visit_id][row.field] = row.new_value
    return [_overlaid(scope, visit, changes[visit.pk]) if visit.pk in changes else visit for visit in rows]


def _overlaid(scope: Scope, visit: Visit, changes: dict[str, str]) -> Visit:
    shown = copy.copy(visit)
    for field, text in changes.items():
        setattr(shown, field, amended_value(field, text))
    last = nearest_effective_day(
        scope, visit.company_id, day=visit.business_day, window_days=visit.window_days, but=visit.pk
    )
    verdict = judge(
        facts_of(shown),
        met=[(ContactRole(row.role), row.is_senior) for row in VisitContact.objects.filter(visit=visit.pk)],
        presence=Presence(visit.presence),
        kinds={
            EvidenceKind(kind) for kind in VisitEvidence.objects.filter(visit=visit.pk).values_list("kind", flat=True)
        },
        visited_on=visit.business_day,
        last_effective_on=last,
        window_days=visit.window_days,
    )
    shown.effective_visit, shown.effective_customer = verdict.effective_visit, verdict.effective_customer
    shown.new_effective_customer, shown.reasons = verdict.new_effective_customer, stored_reasons(verdict)
    return shown
