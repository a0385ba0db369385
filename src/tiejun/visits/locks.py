"""Row locks of this module. The order is always: the person's day, then the company, then rows by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from tiejun.foundation.refusals import NotFound
from tiejun.visits.models import DayPlan, Visit

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

# The two keys of pg_advisory_xact_lock: what is locked, and which one of them.
_PERSON, _COMPANY = 7_101, 7_102


def lock_person(person_id: UUID) -> None:
    """Make this person's other phone wait until the transaction ends: visits start and counts freeze one after another."""
    _lock(_PERSON, person_id)


def lock_company(company_id: UUID) -> None:
    """Let one visit at a time decide whether a company is a new effective customer."""
    _lock(_COMPANY, company_id)


def lock_visit(visit_id: UUID, person_id: UUID) -> Visit:
    """Lock one of a person's own visits; raises `NotFound`."""
    visit = Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id, person=person_id).first()
    if visit is None:
        raise NotFound
    return visit


def lock_plan(person_id: UUID, day: date) -> DayPlan | None:
    """Lock a person's plan of a day, if there is one."""
    return DayPlan.objects.select_for_update(of=("self",)).filter(person=person_id, business_day=day).first()


def _lock(kind: int, row_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [kind, str(row_id)])
