"""Row locks of this module. The order is always: the person's day, then the company, then rows by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.refusals import NotFound
from tiejun.foundation.turns import take_turn
from tiejun.visits.models import DayPlan, Visit

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID


def lock_person(person_id: UUID) -> None:
    """Make this person's other phone wait until the transaction ends: visits start and counts freeze one after another."""
    take_turn(f"visits.person:{person_id}")


def lock_company(company_id: UUID) -> None:
    """Let one visit at a time decide whether a company is a new effective customer."""
    take_turn(f"visits.company:{company_id}")


def lock_visit(visit_id: UUID, person_id: UUID) -> Visit:
    """Lock one of a person's own visits; raises `NotFound`."""
    visit = Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id, person=person_id).first()
    if visit is None:
        raise NotFound
    return visit


def lock_plan(person_id: UUID, day: date) -> DayPlan | None:
    """Lock a person's plan of a day, if there is one."""
    return DayPlan.objects.select_for_update(of=("self",)).filter(person=person_id, business_day=day).first()
