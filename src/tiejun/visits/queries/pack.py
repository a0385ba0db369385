"""What a phone keeps of the day for moments without a signal: the plan, its customers, their buildings, and what
is published to be said; nothing else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.content.queries import published_scripts
from tiejun.customers import queries as customers_queries
from tiejun.foundation.times import business_day
from tiejun.org.queries.buildings import buildings_of, reported_by
from tiejun.org.queries.units import districts_of_asker
from tiejun.visits.models import Door, Visit
from tiejun.visits.queries.plans import plan_of
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.queries.visits import location_terms
from tiejun.visits.rules.canvassing import following_door, newest_knocks
from tiejun.visits.rules.vocabulary import RECORDED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.models import Contact
    from tiejun.visits.queries.plans import StopRow

LONGEST_NOTE = 280
MOST_CONTACTS = 6
MOST_DOORS = 400
REPORTED_DAYS = 7


def day_pack(scope: Scope, *, now: datetime) -> dict[str, Any]:
    """Return today's plan for the asker's own phone, ready for JSON; `wipe_at` is the day's hard lock.

    Phones are masked, coordinates left out. A handful of statements whatever the number of stops.
    """
    scope.require(Ability.RECORD_VISIT)
    policy = field_policy(scope, now)
    day = business_day(now, policy.zone)
    plan = plan_of(scope, scope.own_id, day, now=now)
    stops = [*plan.stops, *plan.backups]
    companies = [stop.company_id for stop in stops]
    notes = _last_notes(scope, companies)
    contacts = customers_queries.contacts_of_companies(scope, companies)
    return {
        "day": day.isoformat(),
        "made_at": now.isoformat(),
        "wipe_at": policy.bounds(day).hard_at.isoformat(),
        "may_locate": policy.is_workday(day) and location_terms(scope, now=now).covers_end,
        "opens_at": policy.moment(day, "worktime.hours_start").isoformat(),
        "closes_at": policy.moment(day, "worktime.hours_end").isoformat(),
        "canvass_note": plan.canvass_note,
        "stops": [_stop(stop, notes.get(stop.company_id), contacts.get(stop.company_id, ())) for stop in stops],
        "buildings": _buildings(
            scope, {stop.building_id for stop in stops if stop.building_id} | _found_lately(scope, now)
        ),
        "scripts": _scripts(scope, now),
        "districts": [{"code": row.code, "name": row.name} for row in districts_of_asker(scope)],
    }


def _scripts(scope: Scope, now: datetime) -> list[dict[str, Any]]:
    """What is published to be said, in the asker's language."""
    if not scope.can(Ability.VIEW_SCRIPTS):
        return []
    rows = published_scripts(scope, now)
    return [
        {
            "id": str(row.script_id),
            "occasion": row.occasion,
            "title": row.title,
            "body": row.body,
            "seconds": row.seconds,
        }
        for row in rows
    ]


def _found_lately(scope: Scope, now: datetime) -> set[UUID]:
    """Buildings that the asker reported in the last days: one goes on climbing there."""
    return {row.pk for row in reported_by(scope, since=now - timedelta(days=REPORTED_DAYS))}


def _stop(stop: StopRow, last: Visit | None, contacts: Sequence[Contact]) -> dict[str, Any]:
    return {
        "company": str(stop.company_id),
        "item": str(stop.item_id),
        "number": stop.number,
        "name": stop.name,
        "address": stop.address,
        "building": str(stop.building_id or ""),
        "planned_at": stop.planned_at.isoformat() if stop.planned_at else "",
        "objective": stop.objective,
        "state": stop.visit_state,
        "contact": stop.contact_name,
        "phone": f"•••• {stop.phone_last4}" if stop.phone_last4 else "",
        "last_note": last.note[:LONGEST_NOTE] if last else "",
        "last_at": last.started_at.isoformat() if last else "",
        "contacts": [
            {"id": str(row.pk), "name": row.name, "title": row.title, "role": _role(row), "senior": row.is_senior}
            for row in contacts[:MOST_CONTACTS]
        ],
    }


def _role(contact: Contact) -> str:
    return next((role for role in ("KP", "INFLUENCER", "GATEKEEPER", "USER") if role in contact.roles), "")


def _last_notes(scope: Scope, companies: Collection[UUID]) -> dict[UUID, Visit]:
    rows = Visit.objects.filter(person=scope.own_id, company__in=companies, state__in=RECORDED)
    newest = rows.order_by("company", "-started_at").distinct("company")
    return {row.company_id: row for row in newest.only("company", "note", "started_at")}


def _buildings(scope: Scope, building_ids: Collection[UUID]) -> list[dict[str, Any]]:
    rows = Door.objects.filter(person=scope.own_id, building__in=building_ids).order_by("-knocked_at", "-pk")
    knocks: dict[UUID, list[Door]] = {}
    for row in rows[:MOST_DOORS]:
        knocks.setdefault(row.building_id, []).append(row)
    found = buildings_of(scope, building_ids)
    return [
        {
            "id": str(pk),
            "name": building.name,
            "address": building.address,
            "entrance": building.entrance_note,
            "next_floor": knocks[pk][0].floor if pk in knocks else 1,
            "next_door": following_door(knocks[pk][0].door) if pk in knocks else "",
            "doors": [
                {"floor": door.floor, "door": door.door, "result": door.result, "name": door.company_name}
                for door in newest_knocks(knocks.get(pk, []))
            ],
        }
        for pk, building in found.items()
    ]
