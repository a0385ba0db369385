"""Row locks of skills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.refusals import Stale
from tiejun.talent.models import SkillMap

if TYPE_CHECKING:
    from uuid import UUID


def lock_map(person_id: UUID, *, version: int | None = None) -> SkillMap:
    """Lock a person's skill map, made when it is the first rating; raises `Stale` for another version."""
    SkillMap.objects.bulk_create([SkillMap(person_id=person_id)], ignore_conflicts=True)
    row = SkillMap.objects.select_for_update(of=("self",)).get(person=person_id)
    if version is not None and row.version != version:
        raise Stale(row)
    return row
