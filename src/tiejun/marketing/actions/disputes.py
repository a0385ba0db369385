"""Disputes about "invalid", and the random check of such marks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import at_local
from tiejun.marketing.events import DisputeDecided
from tiejun.marketing.models import Handover, InvalidCheck, InvalidDraw, LeadDispute
from tiejun.marketing.rules.handover import Refusal, drawn, frame_digest, why_not_decide, why_not_dispute

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.DISPUTE_INVALID)
def open_dispute(scope: Scope, *, handover_id: UUID, reason: str, now: datetime) -> LeadDispute:
    """Object to an "invalid" mark; raises `NotFound` and `Refused` (NOT_INVALID, DISPUTED_ALREADY, REASON_MISSING)."""
    handover = _locked(handover_id)
    is_disputed = LeadDispute.objects.filter(handover=handover).exists()
    refusal = why_not_dispute(handover.stage, reason, is_disputed=is_disputed)
    if refusal:
        raise Refused(refusal)
    row = LeadDispute.objects.create(
        handover=handover, marketing_reason=reason.strip()[:500], opened_by_id=scope.person_id, opened_at=now
    )
    audit.record(scope, "marketing.dispute_opened", row, handover=handover.pk, disposition=handover.disposition)
    return row


@action(Ability.DECIDE_DISPUTE)
def decide_dispute(scope: Scope, *, dispute_id: UUID, is_upheld: bool, note: str, now: datetime) -> LeadDispute:
    """Decide a dispute: upheld = the lead was good and counts as valid again, overturned = the mark stands.

    Raises `NotFound` and `Refused` (DISPUTE_DECIDED, OWN_MARK, REASON_MISSING).
    """
    known = LeadDispute.objects.filter(pk=dispute_id).first()
    if known is None:
        raise NotFound
    handover = _locked(known.handover_id)
    row = LeadDispute.objects.select_for_update(of=("self",)).get(pk=dispute_id)
    is_own_mark = scope.person_id is not None and handover.disposed_by_id == scope.person_id
    refusal = why_not_decide(row.status, note, is_own_mark=is_own_mark)
    if refusal:
        raise Refused(refusal)
    row.status = LeadDispute.Status.UPHELD if is_upheld else LeadDispute.Status.OVERTURNED
    row.decided_by_id, row.decided_at, row.decision_note = scope.person_id, now, note.strip()[:500]
    row.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    if is_upheld:
        handover.stage = Handover.Stage.CONTACTED if handover.contacted_at else Handover.Stage.HANDED
        handover.stage_at, handover.is_valid_by_dispute = now, True
        handover.save(update_fields=["stage", "stage_at", "is_valid_by_dispute"])
    audit.record(scope, "marketing.dispute_decided", row, is_upheld=is_upheld, marked_by=handover.disposed_by_id)
    announce(DisputeDecided(row.pk, handover.lead_id, handover.disposed_by_id, row.opened_by_id, is_upheld, now))
    return row


@action(Ability.CHECK_INVALID)
def draw_sample(scope: Scope, *, first_on: date, last_on: date, seed: str, now: datetime) -> InvalidDraw:
    """Draw a share of the invalid marks of a span of days (both ends included) at random, repeatable from `seed`.

    The share is the policy `marketing.invalid_sample_percent`. Raises `Refused` NOTHING_TO_DRAW and `Invalid`.
    """
    if last_on < first_on or not seed.strip():
        raise Invalid(first_on=_("Choose days and a seed."))
    since, until = at_local(first_on, "00:00", scope.zone), at_local(last_on + timedelta(days=1), "00:00", scope.zone)
    marks = Handover.objects.filter(stage=Handover.Stage.INVALID, disposed_at__gte=since, disposed_at__lt=until)
    ids = list(marks.order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise Refused(Refusal.NOTHING_TO_DRAW)
    percent = policies.book(now).integer("marketing.invalid_sample_percent", scope.unit_chain)
    row = InvalidDraw.objects.create(
        first_on=first_on,
        last_on=last_on,
        seed=seed.strip()[:64],
        percent=percent,
        frame_count=len(ids),
        frame_digest=frame_digest(ids),
        drawn_by_id=scope.person_id,
        drawn_at=now,
    )
    chosen = drawn(ids, seed=row.seed, percent=percent)
    InvalidCheck.objects.bulk_create([InvalidCheck(draw=row, handover_id=pk) for pk in chosen])
    audit.record(scope, "marketing.sample_drawn", row, frame=len(ids), drawn=len(chosen), digest=row.frame_digest)
    return row


@action(Ability.CHECK_INVALID)
def check_mark(scope: Scope, *, check_id: UUID, verdict: str, note: str, now: datetime) -> InvalidCheck:
    """Settle one drawn mark: CONFIRMED or WRONG, with a note; raises `NotFound`, `Refused` CHECKED_ALREADY, `Invalid`."""
    if verdict not in InvalidCheck.Verdict.values:
        raise Invalid(verdict=_("Confirm the mark, or say that it is wrong."))
    row = InvalidCheck.objects.select_for_update(of=("self",)).filter(pk=check_id).first()
    if row is None:
        raise NotFound
    if row.verdict:
        raise Refused(Refusal.CHECKED_ALREADY)
    row.verdict, row.note, row.checked_by_id, row.checked_at = verdict, note.strip()[:500], scope.person_id, now
    row.save(update_fields=["verdict", "note", "checked_by", "checked_at"])
    audit.record(scope, "marketing.mark_checked", row, verdict=verdict)
    return row


def _locked(handover_id: UUID) -> Handover:
    row = Handover.objects.select_for_update(of=("self",)).filter(pk=handover_id).first()
    if row is None:
        raise NotFound
    return row
