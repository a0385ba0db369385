"""Surveys on satisfaction: what stands behind an address, and whether a customer may be asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.pipeline.queries.lives import is_reviewed_with_customer_since
from tiejun.success.models import SatisfactionSurvey

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """A survey as its address shows it; `is_over`: nothing can be answered any more."""

    survey: SatisfactionSurvey
    is_answered: bool
    is_over: bool


def survey_of_code(scope: Scope, code: str, *, now: datetime) -> SurveyPage:
    """Return the survey behind a code; raises `NotFound` for one that was never given out."""
    scope.require(Ability.RUN_LIVES)
    rows = SatisfactionSurvey.objects.filter(code=code).select_related("company").defer("company__search_grams")
    row = rows.first() if code else None
    if row is None:
        raise NotFound
    is_answered = row.answered_at is not None
    return SurveyPage(row, is_answered, is_answered or row.open_until <= now)


def days_between_asking(scope: Scope, *, now: datetime) -> int:
    """Return how many days a customer is left in peace after being asked something (domain 10)."""
    return policies.book(now).integer("qa.customer_contact_gap_days", scope.unit_chain)


def was_asked_lately(scope: Scope, company_ids: Collection[UUID], *, now: datetime) -> bool:
    """Tell whether a customer was asked how satisfied, or what decided a deal, within the policy's days."""
    since = now - timedelta(days=days_between_asking(scope, now=now))
    asked = SatisfactionSurvey.objects.filter(company__in=company_ids, asked_at__gt=since)
    return asked.exists() or is_reviewed_with_customer_since(scope, company_ids, since)
