from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation.times import at_local, local_date
from tiejun.leads import texts
from tiejun.leads.models import RuleOverride
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """One lead that was given against a rule: by whom, from whom, to whom, and why."""

    row: RuleOverride
    company: str
    by: str
    giver: str
    receiver: str

    @property
    def rule(self) -> str:
        """Return the rule's name in the reader's language."""
        return str(texts.OVERRIDDEN[self.row.rule])


@dataclass(frozen=True, slots=True)
class OverrideWeek:
    """The overrides of one calendar week (Monday to Sunday), the latest first."""

    first: date
    last: date
    lines: list[OverrideLine]
    before: date
    after: date | None


def overrides_of_week(scope: Scope, day: date | None, now: datetime) -> OverrideWeek:
    """Return the rules overridden in the week of a day (this week's by default) within reach of VIEW_OVERRIDES."""
    scope.require(Ability.VIEW_OVERRIDES)
    day = day or local_date(now, scope.zone)
    monday = day - timedelta(days=day.weekday())
    since, until = (at_local(first, "00:00", scope.zone) for first in (monday, monday + timedelta(days=7)))
    rows = RuleOverride.objects.within(scope, Ability.VIEW_OVERRIDES).filter(at__gte=since, at__lt=until)
    found = list(rows.select_related("lead__company").defer("lead__company__search_grams").order_by("-at", "-pk"))
    names = org.names_of(scope, [pk for row in found for pk in (row.by_person_id, row.giver_id, row.receiver_id)])
    return OverrideWeek(
        monday,
        monday + timedelta(days=6),
        [
            OverrideLine(
                row,
                row.lead.company.name,
                _name(names, row.by_person_id),
                _name(names, row.giver_id),
                _name(names, row.receiver_id),
            )
            for row in found
        ],
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7) if until <= now else None,
    )


def _name(names: dict[UUID, str], person_id: UUID | None) -> str:
    return names.get(person_id, "") if person_id else ""
