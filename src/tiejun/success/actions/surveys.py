"""Surveys on satisfaction: an address for the customer, the answer taken in once, a low score seen to like a complaint."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import queries as customers
from tiejun.customers.queries.family import family_of
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.org import queries as org
from tiejun.success.actions.complaints import _open
from tiejun.success.actions.lives import _refresh
from tiejun.success.events import SatisfactionGiven
from tiejun.success.locks import lock_life, lock_survey
from tiejun.success.models import SatisfactionSurvey
from tiejun.success.queries.complaints import complaint_due_on
from tiejun.success.queries.policy import life_policy
from tiejun.success.queries.surveys import days_between_asking, was_asked_lately
from tiejun.success.rules import (
    BEST_SCORE,
    WORST_SCORE,
    ComplaintFacts,
    ComplaintSource,
    ComplaintSubject,
    Refusal,
    SurveyFacts,
    is_complaint,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

CODE_BYTES = 24


@action(Ability.CARE_FOR_CUSTOMER)
def ask_satisfaction(scope: Scope, *, company_id: UUID, now: datetime) -> SatisfactionSurvey:
    """Make the address at which a customer says how satisfied they are; while one is open, asking again gives the same.

    Raises `NotFound`, `Refused` (NO_CUSTOMER, ASKED_LATELY).
    """
    life = lock_life(scope, company_id, Ability.CARE_FOR_CUSTOMER)
    family = family_of(scope, life.company_id)
    row = SatisfactionSurvey.objects.filter(company__in=family, answered_at=None, open_until__gt=now).first()
    if row is None:
        if was_asked_lately(scope, family, now=now):
            raise Refused(Refusal.ASKED_LATELY, days=days_between_asking(scope, now=now))
        row = SatisfactionSurvey.objects.create(
            company_id=life.company_id, code=secrets.token_urlsafe(CODE_BYTES), asked_by_id=scope.person_id, asked_at=now,
            open_until=now + timedelta(days=life_policy(scope, now).number("survey_days")),
        )  # fmt: skip
    audit.record(scope, "success.asked", row, company_id=life.company_id)
    return row


@action(Ability.RUN_LIVES)
def take_satisfaction(scope: Scope, *, code: str, facts: SurveyFacts, now: datetime) -> SatisfactionSurvey:
    """Take in what a customer says at the address made for it; a low score with words becomes a complaint.

    Raises `NotFound`, `Refused` (SURVEY_OVER) and `Invalid`.
    """
    row = lock_survey(code)
    if row.answered_at is not None or row.open_until <= now:
        raise Refused(Refusal.SURVEY_OVER)
    if not WORST_SCORE <= facts.score <= BEST_SCORE:
        raise Invalid(score=_("Choose a number from 0 to 10."))
    row.score, row.words, row.answered_at = facts.score, facts.words.strip()[:2000], now
    row.contact_name = facts.contact_name.strip()[:80]
    row.save(update_fields=["score", "words", "contact_name", "answered_at"])
    complaint_id = _see_to(scope, row, now)
    _refresh([row.company_id], now)
    audit.record(
        scope, "success.satisfaction_given", row, company_id=row.company_id, score=facts.score, complaint=complaint_id
    )
    announce(SatisfactionGiven(row.pk, row.company_id, row.asked_by_id, facts.score, now))
    return row


def _see_to(scope: Scope, row: SatisfactionSurvey, now: datetime) -> UUID | None:
    """Open a complaint for who holds the customer when the score is low and words say why."""
    held = customers.holder_of(scope, row.company_id)
    if held is None or not row.words or row.score is None:
        return None
    owner_id, unit_id = held
    if not is_complaint(
        row.score, unhappy_at=life_policy(scope, now, org.unit_chain(scope, unit_id)).number("unhappy_at")
    ):
        return None
    due_on = complaint_due_on(scope, unit_id, now=now)
    facts = ComplaintFacts(ComplaintSubject.OTHER, row.words, owner_id, due_on, row.contact_name)
    return _open(scope, row.company_id, facts, ComplaintSource.SURVEY, now).pk
