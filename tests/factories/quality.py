"""A night of quality assurance for tests: one rep's locked day, inspectors, and people for panels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.factories.org import NOW, make_person, scope_for
from tests.factories.visits import DAY, HERE, Field, local, make_field, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation.models import PolicyVersion
from tiejun.org.models import Unit
from tiejun.quality.actions.sampling import commit_seed, draw_day
from tiejun.quality.models import QaTask
from tiejun.visits.actions.day_locks import hard_lock_day, soft_lock_day
from tiejun.visits.rules.vocabulary import Capture, PhonePosition

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.org.models import Person
    from tiejun.quality.models import SamplingDraw
    from tiejun.visits.models import Visit

SYSTEM = Scope.system("test")
NIGHT = local("26:20")
SEED = bytes(range(32))


@dataclass
class Bench:
    """A rep's visits of a day, and those who check and judge them."""

    rep: Field
    visits: list[Visit]
    inspectors: list[Person]
    panel: list[Person]
    second_panel: list[Person]

    def qa(self, at: datetime) -> Scope:
        return scope_for(self.inspectors[0], at)


def make_bench(*, visits: int = 4, random_rate: float = 0.99) -> Bench:
    """Make a bench; nearly every visit is drawn, by a probability just below one."""
    rep = make_field()
    company = Unit.objects.get(kind=Unit.Kind.COMPANY)
    for key, value in {"qa.random_rate": random_rate, "qa.risk_rate": 0.0, "qa.second_look_rate": 0.0}.items():
        PolicyVersion.objects.create(
            key=key, value=value, status="APPROVED", valid_from=NOW - timedelta(days=400), reason="test", made_at=NOW
        )
    companies = [None, *(rep.held_company(f"Customer {n}") for n in range(visits - 1))]
    made = [
        make_visit(rep, at=at, company=company, capture=Capture(recorded_at=at, position=_near(n)))
        for n, (at, company) in enumerate(zip(_hours(visits), companies, strict=True))
    ]
    inspectors = [make_person(role=Role.QA_INSPECTOR, unit=company) for _ in range(2)]
    judges = [make_person(role=role, unit=company) for role in (Role.HR, Role.FINANCE, Role.SALES_OPS) * 2]
    return Bench(rep, made, inspectors, judges[:3], judges[3:])


def _hours(visits: int) -> list[datetime]:
    return [local("09:30"), *(local(f"{10 + n}:00") for n in range(visits - 1))]


def _near(number: int) -> PhonePosition:
    """A phone in a hand is never twice at the very same place; one that is would be looked at for certain."""
    return replace(HERE, latitude=HERE.latitude + number * 0.0001)


def night(bench: Bench, day: date = DAY) -> SamplingDraw:
    """Promise the seed of a day, lock it, and draw."""
    commit_seed(SYSTEM, business_day=day, seed=SEED, now=local("08:00", day))
    soft, hard = local("18:30", day), local("26:00", day)
    soft_lock_day(SYSTEM, unit_id=bench.rep.unit.pk, business_day=day, soft_at=soft, now=soft)
    hard_lock_day(SYSTEM, unit_id=bench.rep.unit.pk, business_day=day, soft_at=soft, hard_at=hard, now=hard)
    return draw_day(SYSTEM, business_day=day, now=local("26:20", day))


def drawn_tasks(bench: Bench) -> list[QaTask]:
    """Return the tasks of the rep's visits, in the order of the visits."""
    return list(
        QaTask.objects.filter(person=bench.rep.person).order_by("visit_id").select_related("inspector", "company")
    )
