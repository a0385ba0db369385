"""What is done for customers and what they say: the six steps with their evidence, use, praise and wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.queries.family import family_of
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.pipeline.queries.lives import signed_orders
from tiejun.success.actions.lives import SYSTEM, _refresh
from tiejun.success.locks import lock_life
from tiejun.success.models import CustomerVoice, EnablementStep
from tiejun.success.rules import Refusal, Step, Voice, VoiceFacts

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.CARE_FOR_CUSTOMER)
def note_step(
    scope: Scope, *, company_id: UUID, order_id: UUID, step: Step, done_on: date, evidence: str, now: datetime
) -> EnablementStep:
    """Note that one of the six steps was done for an order (its first revision): on which day, and what shows it.

    Raises `NotFound`, `Refused` (NO_CUSTOMER, STEP_DONE) and `Invalid` (a day before signing or ahead, no evidence).
    """
    life = lock_life(scope, company_id, Ability.CARE_FOR_CUSTOMER)
    orders = signed_orders(SYSTEM, family_of(scope, life.company_id))
    order = next((one for one in orders if one.order_id == order_id), None)
    if order is None:
        raise NotFound
    if not evidence.strip():
        raise Invalid(evidence=_("Say what shows that it was done."))
    if not order.signed_on <= done_on <= local_date(now, scope.zone):
        raise Invalid(done_on=_("The day lies between the signature and today."))
    try:
        with transaction.atomic():
            row = EnablementStep.objects.create(
                order_id=order_id, company_id=life.company_id, step=step.value, done_on=done_on,
                done_by_id=scope.own_id, evidence=evidence.strip()[:300], recorded_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        if "one_step_of_a_kind" not in str(error):
            raise
        raise Refused(Refusal.STEP_DONE) from error
    _refresh([life.company_id], now)
    audit.record(scope, "success.step_noted", row, order_id=order_id, step=step.value, done_on=done_on)
    return row


@action(Ability.CARE_FOR_CUSTOMER)
def note_voice(scope: Scope, *, company_id: UUID, facts: VoiceFacts, now: datetime) -> CustomerVoice:
    """Note what a customer said or how much they use it. Raises `NotFound`, `Refused` (NO_CUSTOMER), `Invalid`."""
    life = lock_life(scope, company_id, Ability.CARE_FOR_CUSTOMER)
    is_usage = facts.kind is Voice.USAGE
    if is_usage and facts.usage is None:
        raise Invalid(usage=_("Say how much they use it."))
    if not is_usage and not facts.words.strip():
        raise Invalid(words=_("Write down what the customer said."))
    row = CustomerVoice.objects.create(
        company_id=life.company_id, kind=facts.kind.value, usage=facts.usage.value if is_usage and facts.usage is not None else None,
        words=facts.words.strip()[:1000], contact_name=facts.contact_name.strip()[:80], noted_by_id=scope.person_id,
        noted_at=now,
    )  # fmt: skip
    _refresh([life.company_id], now)
    audit.record(scope, "success.voice_noted", row, company_id=life.company_id, kind=facts.kind.value)
    return row
