"""Field days for tests: one rep at work, recorded visits, plans."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_source
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.engines.effectiveness import Advancement, ContactRole
from tiejun.foundation.models import PolicyVersion
from tiejun.visits.actions.field import give_location_consent
from tiejun.visits.actions.recording import record_visit
from tiejun.visits.rules.vocabulary import Capture, MetContact, PhonePosition, VisitFactsInput, VisitInput

if TYPE_CHECKING:
    from tiejun.access.scope import Scope
    from tiejun.customers.models import Company
    from tiejun.org.models import Person, Unit
    from tiejun.visits.models import Visit

DAY = date(2026, 3, 11)
HERE = PhonePosition(latitude=30.2741, longitude=120.1551, accuracy_metres=20)
KP = MetContact(role=ContactRole.KP, is_senior=True, name="Chen Boss")
ADVANCED = VisitFactsInput(met=(KP,), service_explained=True, advancement=Advancement.NEXT_STEP_AGREED)


def local(clock: str, day: date = DAY) -> datetime:
    """Return a moment of Shanghai's clock (`21:50`) in UTC; hours from 24 mean the next day."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours - 8, minutes=minutes)


@dataclass
class Field:
    """A group with its supervisor and one representative, and a company in the representative's hands."""

    unit: Unit
    person: Person
    supervisor: Person
    company: Company
    colleague: Person
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        self.scope = scope_for(self.person)

    def scope_at(self, at: datetime) -> Scope:
        return scope_for(self.person, at)

    def held_company(self, name: str = "", **values: Any) -> Company:
        """Make another company that the representative holds."""
        return make_held_lead(
            self.person, self.unit, company=make_company(name, **values), now=NOW - timedelta(days=1)
        ).company


def make_field(*, profile: str = "", located: bool = True) -> Field:
    """Make a field; `profile`: the policy profile of the company; `located`: its company has coordinates."""
    tree = make_company_tree()
    if profile:
        PolicyVersion.objects.create(
            key="company.profile",
            value=profile,
            status="APPROVED",
            valid_from=NOW - timedelta(days=400),
            reason="test",
            made_at=NOW,
        )
    make_source()
    person = make_person(name="Lin Xiao", unit=tree.group)
    values = {"latitude": HERE.latitude, "longitude": HERE.longitude} if located else {}
    lead = make_held_lead(
        person, tree.group, company=make_company("Suheng Medical", **values), now=NOW - timedelta(days=1)
    )
    supervisor = make_person(name="Zhou Wei", role=Role.SUPERVISOR, unit=tree.group)
    return Field(tree.group, person, supervisor, lead.company, make_person(name="Gao Ming", unit=tree.group))


def make_visit(
    rep: Field,
    *,
    at: datetime = NOW,
    company: Company | None = None,
    facts: VisitFactsInput = ADVANCED,
    capture: Capture | None = None,
    **values: Any,
) -> Visit:
    """Record a visit through the action; with a position in range once the consent is given."""
    scope = rep.scope_at(at)
    give_location_consent(scope, now=at)
    company = company or rep.company
    record = VisitInput(
        client_key=uuid4(),
        company_id=company.pk,
        facts=facts,
        capture=capture or Capture(recorded_at=at, position=HERE),
        **values,
    )
    return record_visit(scope, facts=record, now=at)
