"""What the check of a record asks: earlier records of the same company, the policy, what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.foundation import policies
from tiejun.marketing.models import InboundRecord, Source
from tiejun.marketing.rules.inbound import Readiness, why_not_accept
from tiejun.marketing.rules.intent import IntentPolicy, weights_from

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.marketing.rules.inbound import Refusal

NO_CHECK = frozenset({Source.Play.REGISTRATION, Source.Play.REFERRAL})


def intent_policy(scope: Scope, now: datetime) -> IntentPolicy:
    """Return the weights and thresholds in force."""
    book = policies.book(now)
    return IntentPolicy(
        weights=weights_from(book.mapping("marketing.intent_weights", scope.unit_chain)),
        medium_from=book.integer("marketing.accept_score", scope.unit_chain),
        high_from=book.integer("marketing.high_score", scope.unit_chain),
    )


def why_not_accepted(scope: Scope, row: InboundRecord, now: datetime) -> Refusal | None:
    """Return what keeps a record from becoming a lead, or None; greys the button, and refuses under the lock."""
    facts = Readiness(
        status=row.status,
        has_name=bool(row.normalised_name),
        has_channel=bool(row.phone_last4 or bytes(row.email_cipher)),
        has_region=bool(row.city_code),
        has_consent=row.consent_id is not None or bool(row.consent_basis),
        needs_intent=row.source.play not in NO_CHECK,
        score=row.score,
    )
    return why_not_accept(facts, policies.book(now).integer("marketing.accept_score", scope.unit_chain))


def twin_of(scope: Scope, row: InboundRecord, *, since: datetime) -> InboundRecord | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return an earlier record of the same company that is open, or came in `since`: by code, domain, phone, then name and city."""
    earlier = InboundRecord.objects.filter(received_at__lte=row.received_at).exclude(pk=row.pk)
    alive = earlier.filter(Q(status__in=["DEDUPLICATED", "CHECKED"]) | Q(status="ACCEPTED", received_at__gte=since))
    keys = (
        Q(credit_code=row.credit_code) if row.credit_code else None,
        Q(domain=row.domain) if row.domain else None,
        Q(phone_index=bytes(row.phone_index)) if bytes(row.phone_index) else None,
        Q(normalised_name=row.normalised_name, city_code=row.city_code),
    )
    for key in filter(None, keys):
        found = alive.filter(key).order_by("-received_at", "-pk").first()
        if found is not None:
            return found
    return None
