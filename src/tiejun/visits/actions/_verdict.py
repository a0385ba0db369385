"""Judging a visit from its rows, when it is recorded and whenever its proof grows: called by the actions of this module alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.engines.effectiveness import ContactRole
from tiejun.foundation.events import announce
from tiejun.visits.actions import _aftermath
from tiejun.visits.events import VisitRecorded
from tiejun.visits.locks import lock_company
from tiejun.visits.models import VisitContact, VisitEvidence
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.queries.window import nearest_effective_day
from tiejun.visits.rules.amending import facts_of
from tiejun.visits.rules.judging import judge, stored_reasons
from tiejun.visits.rules.vocabulary import EvidenceKind, MetContact, Presence, VisitState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.visits.models import Visit
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.vocabulary import VisitFactsInput

JUDGED = (
    "effective_visit", "effective_customer", "new_effective_customer", "evidence_level", "reasons", "window_days", "policy_version_id",
)  # fmt: skip


def judge_visit(
    scope: Scope,
    visit: Visit,
    facts: VisitFactsInput,
    met: Sequence[MetContact],
    kinds: Collection[EvidenceKind],
    *,
    policy: FieldPolicy,
) -> None:
    """Write the verdict into an unsaved visit (`JUDGED`), with the version of the policy that it was judged by."""
    window = policy.window_days
    last = nearest_effective_day(scope, visit.company_id, day=visit.business_day, window_days=window, but=visit.pk)
    verdict = judge(
        facts,
        met=[(person.role, person.is_senior) for person in met],
        presence=Presence(visit.presence),
        kinds=kinds,
        visited_on=visit.business_day,
        last_effective_on=last,
        window_days=window,
    )
    visit.effective_visit = verdict.effective_visit
    visit.effective_customer = verdict.effective_customer
    visit.new_effective_customer = verdict.new_effective_customer
    visit.evidence_level = int(verdict.evidence_level)
    visit.reasons, visit.window_days = stored_reasons(verdict), window
    visit.policy_version_id = policy.window_version


def proven_kinds(visit: Visit) -> frozenset[EvidenceKind]:
    """Return what proves a visit; a photo that is still on the phone does not yet."""
    rows = VisitEvidence.objects.filter(visit=visit).exclude(kind=EvidenceKind.PHOTO, file=None)
    return frozenset(EvidenceKind(kind) for kind in rows.values_list("kind", flat=True))


def judge_again(scope: Scope, visit: Visit, *, now: datetime) -> bool:
    """Judge a recorded visit after its proof has grown and tell who listens; false where its day is frozen or it is not recorded yet."""
    if visit.state not in (VisitState.COMPLETED, VisitState.SUBMITTED):
        return False
    lock_company(visit.company_id)
    met = [
        MetContact(ContactRole(row.role), is_senior=row.is_senior, contact_id=row.contact_id)
        for row in VisitContact.objects.filter(visit=visit).order_by("pk")
    ]
    was = (visit.effective_visit, visit.new_effective_customer)
    judge_visit(scope, visit, facts_of(visit), met, proven_kinds(visit), policy=field_policy(scope, now))
    visit.version += 1
    visit.save(update_fields=[*JUDGED, "version"])
    if was != (visit.effective_visit, visit.new_effective_customer):
        _aftermath.tell_customer(scope, visit, met, now=now)
        announce(event_of(visit, met))
    return True


def event_of(visit: Visit, met: Sequence[MetContact]) -> VisitRecorded:
    """Return the fact to announce about a judged visit."""
    assert visit.ended_at is not None
    return VisitRecorded(
        visit_id=visit.pk,
        company_id=visit.company_id,
        person_id=visit.person_id,
        effective_visit=visit.effective_visit,
        new_effective_customer=visit.new_effective_customer,
        kp_met=any(person.role is ContactRole.KP for person in met),
        service_explained=visit.service_explained,
        demo_steps=visit.demo_steps_done,
        trial_close=visit.trial_close,
        advancement=visit.advancement,
        order_presented=visit.order_presented,
        happened_at=visit.ended_at,
    )
