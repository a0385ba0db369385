"""Which days something is asked for, as filters of columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.foundation.times import at_local

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `since` (None: the first of all) to `until` (exclusive), and the single days `also`."""

    since: date | None
    until: date
    also: tuple[date, ...] = ()

    @property
    def earliest(self) -> date | None:
        """The first of them; None where there is no first."""
        return None if self.since is None else min(self.since, *self.also) if self.also else self.since

    def of(self, column: str) -> Q:
        """Return the filter of a column of dates."""
        wanted = Q(**{f"{column}__lt": self.until})
        if self.since is not None:
            wanted &= Q(**{f"{column}__gte": self.since})
        return wanted | Q(**{f"{column}__in": self.also}) if self.also else wanted

    def of_moments(self, column: str, zone: str) -> Q:
        """Return the filter of a column of moments, for local days of a zone."""
        wanted = Q(**{f"{column}__lt": at_local(self.until, "00:00", zone)})
        if self.since is not None:
            wanted &= Q(**{f"{column}__gte": at_local(self.since, "00:00", zone)})
        for day in self.also:
            first, after = (at_local(one, "00:00", zone) for one in (day, day + timedelta(days=1)))
            wanted |= Q(**{f"{column}__gte": first, f"{column}__lt": after})
        return wanted
