"""A group whose leads run out, and what the clock would do for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.factories.leads import make_lead, make_tenure
from tests.factories.org import NOW, make_company_tree, make_person
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation.clock import Occasion
from tiejun.foundation.models import PolicyVersion
from tiejun.leads import jobs
from tiejun.leads.models import LeadReminder, LeadTenure

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 18)  # a Wednesday
DUE = datetime(2026, 3, 18, 18, tzinfo=ZONE)
NIGHT = datetime(2026, 3, 19, 2, 30, tzinfo=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class World:
    """A group of two reps, a rep of another group, and what the clock would do for the group."""

    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.unit = self.tree.group
        self.rep = make_person(unit=self.unit)
        self.colleague = make_person(unit=self.unit)
        self.stranger = make_person(unit=self.tree.other_group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.unit)

    def hold(self, person=None, *, due=DUE, started=NOW, lead=None, **values) -> LeadTenure:
        return make_tenure(lead or make_lead(), person or self.rep, self.unit, started_at=started, due_at=due, **values)

    def occasion(self, now: datetime, day: date = DAY, due_at: datetime | None = None) -> Occasion:
        chain = (self.unit.pk, self.tree.region.pk, self.tree.company.pk)
        return Occasion(Scope.system("leads.test", unit_chain=chain), self.unit.pk, day, due_at or now, now)

    def remind(self, *moments: str) -> None:
        for moment in moments:
            jobs.remind_in_the_morning(self.occasion(at(moment)))

    def tell_all(self) -> None:
        """Let the clock remind twice a day from the first day to the last."""
        for day in (11, 12, 13, 16, 17, 18):
            self.remind(f"2026-03-{day} 09:05", f"2026-03-{day} 13:05")

    def reclaim(self, now: datetime = NIGHT, **values) -> dict:
        return jobs.reclaim(self.occasion(now, **values))


def set_policy(key: str, value, since: datetime = NOW - timedelta(days=400)) -> None:
    PolicyVersion.objects.create(key=key, value=value, status="APPROVED", valid_from=since, made_at=NOW, reason="test")


def steps() -> list[tuple[str, str]]:
    rows = LeadReminder.objects.filter(sent_at__isnull=False).order_by("sent_at", "remind_at")
    return [(row.step, row.sent_at.astimezone(ZONE).strftime("%d %H:%M")) for row in rows]
