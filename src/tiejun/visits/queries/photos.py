"""Photos of visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.visits.models import Visit, VisitEvidence
from tiejun.visits.rules.vocabulary import EvidenceKind

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope


def photo_in_reach(scope: Scope, evidence_id: UUID) -> VisitEvidence:
    """Return a photo that has arrived, of a visit within reach; raises `NotFound`."""
    visits = Visit.objects.within(scope, Ability.VIEW_VISITS)
    rows = VisitEvidence.objects.filter(pk=evidence_id, kind=EvidenceKind.PHOTO, file__isnull=False)
    row = rows.filter(visit__in=visits).select_related("file").first()
    if row is None:
        raise NotFound
    return row
