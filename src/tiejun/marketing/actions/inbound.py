"""Inbound records on their way: received, looked up, checked, accepted or rejected."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.engines.names.phone import normalise_phone
from tiejun.foundation import audit, policies, refusals
from tiejun.foundation.crypto import seal
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.marketing.actions._marking import mark_record
from tiejun.marketing.events import InboundAccepted, InboundReceived
from tiejun.marketing.locks import lock_inbound
from tiejun.marketing.models import Campaign, ConsentText, InboundRecord, IntentAssessment, Source, Touch
from tiejun.marketing.queries import checking
from tiejun.marketing.rules import intent
from tiejun.marketing.rules.inbound import (
    InboundFacts,
    Refusal,
    Rejection,
    identity_of,
    public_mail,
    why_not_call,
    why_not_check,
    why_not_reject,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.marketing.rules.inbound import KnownCompany

Status = InboundRecord.Status
PAYLOAD_LONGEST = 20_000


@action(Ability.RECEIVE_INBOUND)
def receive_inbound(
    scope: Scope,
    *,
    facts: InboundFacts,
    source_code: str,
    door: str,
    now: datetime,
    campaign_id: UUID | None = None,
    form_id: UUID | None = None,
    door_key: str = "",
) -> InboundRecord:
    """Take in somebody who asked for us; the duplicate check follows at once in the background.

    `door`: FORM, API, FILE or DESK; a `door_key` that came before gives the record of then. Raises `Refused`
    (SOURCE_UNKNOWN, CAMPAIGN_CLOSED, NAME_MISSING) and `Invalid`.
    """
    known = InboundRecord.objects.filter(door_key=door_key).first() if door_key else None
    if known is not None:
        audit.record(scope, "marketing.inbound_repeated", known)
        return known
    source = Source.objects.filter(code=source_code).first()
    campaign = Campaign.objects.filter(pk=campaign_id).first() if campaign_id else None
    if source is None or (campaign_id and campaign is None):
        raise Refused(Refusal.SOURCE_UNKNOWN)
    if campaign is not None and campaign.status == Campaign.Status.CLOSED:
        raise Refused(Refusal.CAMPAIGN_CLOSED)
    row = InboundRecord.objects.create(
        source=source,
        campaign=campaign,
        form_id=form_id,
        door=door,
        door_key=door_key,
        received_at=now,
        **_columns(facts, door),
    )
    if answers := intent.clean_answers(facts.answers):
        _assess(scope, row, answers, by=None, now=now)
        row.save(update_fields=["score", "intent"])
    audit.record(scope, "marketing.inbound_received", row, source=source.code, door=door)
    announce(InboundReceived(row.pk, now))
    return row


@action(Ability.RUN_MARKETING)
def note_duplicate_check(scope: Scope, *, inbound_id: UUID, known: KnownCompany | None, now: datetime) -> InboundRecord:
    """Settle the duplicate check: `known` is what the modules above know of the company (domain 11.27).

    A repeat of a record that is still open, or came within the policy's days, is rejected as its duplicate; if that one
    became a lead, it counts as a touch. A record that was answered already is checked with it, and accepted where the policy
    says so.
    """
    row = lock_inbound(inbound_id)
    if row.status != Status.RECEIVED:
        audit.record(scope, "marketing.lookup_repeated", row)
        return row
    book = policies.book(now)
    twin = checking.twin_of(scope, row, since=now - timedelta(days=book.integer("marketing.duplicate_days")))
    if twin is not None:
        row.duplicate_of = twin
        _decide(row, Status.REJECTED, Rejection.DUPLICATE, "", by=None, now=now)
        if twin.lead_id is not None:
            _touch(row, twin.lead_id)
        audit.record(scope, "marketing.inbound_duplicate", row, twin=twin.pk)
        return row
    if known is not None:
        row.known_company_id, row.known_by = known.company_id, known.known_by
        row.known_lead_id, row.is_lead_held = known.lead_id, known.is_held
    row.status = Status.CHECKED if row.score is not None else Status.DEDUPLICATED
    row.version += 1
    row.save(update_fields=["known_company_id", "known_by", "known_lead_id", "is_lead_held", "status", "version"])
    mark_record(scope, row, now)
    if book.text("marketing.auto_accept") == "on" and checking.why_not_accepted(scope, row, now) is None:
        _accept(row, by=None, now=now)
    audit.record(scope, "marketing.inbound_looked_up", row, known=row.known_company_id, by=row.known_by)
    return row


@action(Ability.CHECK_INBOUND)
def assess_inbound(
    scope: Scope, *, inbound_id: UUID, version: int, answers: Mapping[str, str], now: datetime
) -> InboundRecord:
    """Answer the intent questions for a record; raises `NotFound`, `Stale`, `Refused` (NOT_LOOKED_UP, DECIDED_ALREADY), `Invalid`."""
    row = _open_record(inbound_id, version)
    refusal = why_not_check(row.status)
    if refusal:
        raise Refused(refusal)
    kept = intent.clean_answers(answers)
    if not kept:
        raise Invalid(answers=_("Answer at least one question."))
    _assess(scope, row, kept, by=scope.person_id, now=now)
    row.status, row.version = Status.CHECKED, version + 1
    row.save(update_fields=["score", "intent", "status", "version"])
    mark_record(scope, row, now)
    audit.record(scope, "marketing.inbound_assessed", row, score=row.score, intent=row.intent)
    return row


@action(Ability.CHECK_INBOUND)
def complete_inbound(scope: Scope, *, inbound_id: UUID, version: int, facts: InboundFacts) -> InboundRecord:
    """Fill in what a record lacks, as heard on the phone; raises `NotFound`, `Stale`, `Refused`, `Invalid`.

    Of `facts` the company, its place, code and contact are written; an empty `phone` or `email` keeps the one that is known.
    """
    row = _open_record(inbound_id, version)
    if why_not_reject(row.status):
        raise Refused(Refusal.DECIDED_ALREADY)
    identity = identity_of(facts, frozenset())
    if not identity.name:
        raise Refused(Refusal.NAME_MISSING)
    if facts.credit_code.strip() and not identity.credit_code:
        raise Invalid(credit_code=_("The credit code is not valid."))
    values = {
        "company_name": facts.company_name.strip()[:200],
        "normalised_name": identity.name,
        "credit_code": identity.credit_code,
        "city_code": facts.city_code,
        "district_code": facts.district_code,
        "contact_name": facts.contact_name.strip()[:80],
        **_channels(facts),
        "version": version + 1,
    }
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    audit.record(scope, "marketing.inbound_completed", row, fields=sorted(values))
    return row


@action(Ability.CHECK_INBOUND)
def accept_inbound(scope: Scope, *, inbound_id: UUID, version: int, now: datetime) -> InboundRecord:
    """Hand a record over to sales: `leads` makes a lead of it, or a touch of the open lead of its company.

    Raises `NotFound`, `Stale`, and `Refused` with what is missing (`rules.inbound.why_not_accept`).
    """
    row = _open_record(inbound_id, version)
    refusal = checking.why_not_accepted(scope, row, now)
    if refusal:
        least = policies.book(now).integer("marketing.accept_score")
        raise Refused(refusal, score=row.score or 0, least=least)
    _accept(row, by=scope.person_id, now=now)
    audit.record(scope, "marketing.inbound_accepted", row, score=row.score)
    return row


@action(Ability.CHECK_INBOUND)
def reject_inbound(
    scope: Scope, *, inbound_id: UUID, version: int, reason: str, note: str, now: datetime
) -> InboundRecord:
    """Reject a record; `reason` is one of `rules.inbound.Rejection`. Raises `NotFound`, `Stale`, `Refused`, `Invalid`."""
    if reason not in list(Rejection):
        raise Invalid(reason=_("Choose a reason."))
    row = _open_record(inbound_id, version)
    refusal = why_not_reject(row.status)
    if refusal:
        raise Refused(refusal)
    _decide(row, Status.REJECTED, reason, note, by=scope.person_id, now=now)
    audit.record(scope, "marketing.inbound_rejected", row, reason=reason)
    return row


# -- steps under the lock ----------------------------------------------------------------------------------------------
def _open_record(inbound_id: UUID, version: int) -> InboundRecord:
    row = lock_inbound(inbound_id)
    if row.version != version:
        raise Stale(row)
    return row


def _columns(facts: InboundFacts, door: str) -> dict[str, object]:
    # A file names such numbers in its own report; who came by any other door can still mend it.
    if door != "FILE" and (refusal := why_not_call(facts.phone)):
        raise Invalid(phone=refusals.words_of(refusal))
    identity = identity_of(facts, public_mail())
    if not identity.name:
        raise Refused(Refusal.NAME_MISSING)
    if facts.channel not in InboundRecord.Channel.values or facts.window not in InboundRecord.Window.values:
        raise Invalid(channel=_("Choose how and when to be reached."))
    if facts.consent_id is not None and not ConsentText.objects.filter(pk=facts.consent_id).exists():
        raise Invalid(consent=_("This text of consent does not exist."))
    phone = seal(identity.phone)
    raw = json.dumps(facts.payload, cls=DjangoJSONEncoder, ensure_ascii=False)[:PAYLOAD_LONGEST]
    return {
        "payload_cipher": seal(raw).cipher if facts.payload else b"",
        "company_name": facts.company_name.strip()[:200],
        "normalised_name": identity.name,
        "credit_code": identity.credit_code,
        "domain": identity.domain,
        "contact_name": facts.contact_name.strip()[:80],
        "contact_title": facts.contact_title.strip()[:80],
        "phone_cipher": phone.cipher,
        "phone_index": phone.index,
        "phone_last4": phone.last4,
        "email_cipher": seal(facts.email.strip()[:200]).cipher,
        "city_code": facts.city_code,
        "district_code": facts.district_code,
        "address": facts.address.strip()[:400],
        "industry": facts.industry.strip()[:80],
        "need": facts.need.strip()[:2000],
        "channel": facts.channel,
        "window": facts.window,
        "consent_id": facts.consent_id,
        "consent_basis": facts.consent_basis.strip()[:200],
    }


def _channels(facts: InboundFacts) -> dict[str, object]:
    """Return the columns of the channels that were given; a number that nobody could call is `Invalid`."""
    columns: dict[str, object] = {}
    if refusal := why_not_call(facts.phone):
        raise Invalid(phone=refusals.words_of(refusal))
    if facts.phone.strip():
        sealed = seal(normalise_phone(facts.phone))
        columns |= {"phone_cipher": sealed.cipher, "phone_index": sealed.index, "phone_last4": sealed.last4}
    if facts.email.strip():
        columns["email_cipher"] = seal(facts.email.strip()[:200]).cipher
    return columns


def _assess(scope: Scope, row: InboundRecord, answers: Mapping[str, str], *, by: UUID | None, now: datetime) -> None:
    policy = checking.intent_policy(scope, now)
    row.score = intent.score_of(answers, policy)
    row.intent = intent.level_of(row.score, policy)
    IntentAssessment.objects.create(
        inbound=row,
        answers=dict(answers),
        score=row.score,
        level=row.intent,
        policy_facts={"weights": dict(policy.weights), "medium": policy.medium_from, "high": policy.high_from},
        assessed_by_id=by,
        assessed_at=now,
    )


def _accept(row: InboundRecord, *, by: UUID | None, now: datetime) -> None:
    _decide(row, Status.ACCEPTED, "", "", by=by, now=now)
    announce(InboundAccepted(row.pk, now))


def _decide(row: InboundRecord, status: Status, rejection: str, note: str, *, by: UUID | None, now: datetime) -> None:
    row.status, row.rejection, row.decision_note = status, rejection, note.strip()[:300]
    row.decided_by_id, row.decided_at, row.version = by, now, row.version + 1
    row.save(
        update_fields=[
            "status",
            "rejection",
            "decision_note",
            "decided_by",
            "decided_at",
            "duplicate_of",
            "version",
        ]
    )


def _touch(row: InboundRecord, lead_id: UUID) -> None:
    Touch.objects.create(
        lead_id=lead_id,
        inbound=row,
        source_id=row.source_id,
        campaign_id=row.campaign_id,
        is_first=False,
        happened_at=row.received_at,
    )
