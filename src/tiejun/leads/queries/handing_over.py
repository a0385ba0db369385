"""What one person holds, and to whom of some colleagues it fits best: by territory, nearness, won industry and room."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.foundation.refusals import words_of
from tiejun.foundation.times import local_date
from tiejun.leads import texts
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.queries import next_holder
from tiejun.leads.rules import Refusal, is_customer
from tiejun.org.queries.territories import areas_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.rules.next_holder import Choice, Colleague

HANDED_OVER = (LeadTenure.Kind.PROTECTED, LeadTenure.Kind.PRIVATE)
STATUSES = (Lead.Status.CONVERTED, Lead.Status.PRIVATE)


def held_by_person(scope: Scope, person_id: UUID) -> list[Lead]:
    """Return the customers and the private leads that a person holds, customers first, with their companies."""
    scope.require(Ability.TRANSFER_LEAD)
    rows = Lead.objects.filter(owner=person_id, status__in=STATUSES).select_related("company")
    return list(rows.defer("company__search_grams").order_by("status", "pk"))


def reason_words(scope: Scope, reasons: Iterable[Sequence[Any]]) -> list[str]:  # noqa: ARG001 -- words are no secret
    """Return why a colleague was proposed, in the reader's language."""
    return texts.why_next(reasons)


def refusal_words(scope: Scope, code: str) -> str:  # noqa: ARG001 -- words are no secret
    """Return why a lead stays with its holder, in the reader's language; empty for no code."""
    return words_of(Refusal(code), held="", cap="") if code else ""


def fitting(scope: Scope, leads: Sequence[Lead], among: Collection[Colleague], now: datetime) -> dict[UUID, Choice]:
    """Choose a colleague for each lead; what one is given counts for the next. Leads that fit nobody are left out.

    Whose territory holds the company goes before the others. Customers go first, they take no room, but are spread as if
    they did. `held` of the colleagues grows with what they are given.
    """
    customers = [lead for lead in leads if is_customer(lead.status)]
    held = {row.person_id: row.held for row in among}
    for row in among:
        row.cap += len(customers)
    chosen = _by_territory(scope, customers, among, now)
    for row in among:
        row.cap -= len(customers)
        row.held = held[row.person_id]
    return chosen | _by_territory(scope, [lead for lead in leads if not is_customer(lead.status)], among, now)


def _by_territory(
    scope: Scope, leads: Sequence[Lead], among: Collection[Colleague], now: datetime
) -> dict[UUID, Choice]:
    areas = areas_of(scope, [row.person_id for row in among], local_date(now, scope.zone))
    groups: dict[frozenset[UUID], list[Lead]] = defaultdict(list)
    for lead in leads:
        place = (lead.district_code, lead.company.building_id, lead.company.segment_id)
        groups[frozenset(key for key, area in areas.items() if area.patches and area.holds(*place))].append(lead)
    weights = next_holder.weights_of(scope, policies.book(now))
    chosen: dict[UUID, Choice] = {}
    for workers, some in sorted(groups.items(), key=lambda pair: -len(pair[0])):
        inside = [row for row in among if row.person_id in workers]
        if inside:
            places = [next_holder.place_of(scope, lead) for lead in some]
            chosen |= next_holder.choices(scope, places, inside, now, weights)
        rest = [next_holder.place_of(scope, lead) for lead in some if lead.pk not in chosen]
        if rest:
            chosen |= next_holder.choices(scope, rest, among, now, weights)
    return chosen
