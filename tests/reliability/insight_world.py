"""An anomaly of a place's unit that somebody there owns; and one that is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tiejun.insight.models import Anomaly
from tiejun.insight.rules.links import Link

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.org.models import Person, Unit


def unusual(person: Person, unit: Unit, now: datetime, *, ended: bool = False) -> dict[str, Any]:
    """Make an anomaly of a link of its own (there is one open of a link), owned by the person; `ended`: it is closed."""
    day = timezone.localdate(now) - timedelta(days=1)
    link = list(Link)[Anomaly.objects.filter(unit=unit).count()]
    answer = {"state": "CLOSED", "done": "x", "outcome": "x", "closed_by": person, "closed_at": now} if ended else {}
    row = Anomaly.objects.create(
        unit=unit, link=link, day=day, last_day=day, side="LOW", run_days=1, value=0, usual=9, low=3, high=15,
        raised_at=now, owner=person, reason="x", action="x", due_on=day, **({"state": "ACTED"} | answer),
    )  # fmt: skip
    return {"anomaly_id": row.pk}
