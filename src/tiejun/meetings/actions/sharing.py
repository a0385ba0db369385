"""The monthly sharing and the drafts that its notes become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast.queries.people import group_in_reach
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.meetings.models import ContentDraft, MonthlySharing
from tiejun.meetings.queries.sharing import month_before, verified_best
from tiejun.meetings.rules import Refusal
from tiejun.meetings.rules.talks import DraftState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.rules.talks import DraftKind

LONGEST, LONGEST_TITLE = 8000, 120


@action(Ability.HOLD_SHARING)
def hold_sharing(
    scope: Scope, *, unit_id: UUID, speaker_id: UUID, notes: str, problems: str, now: datetime
) -> MonthlySharing:
    """Keep what one of the verified best of the last month shared with the unit, and what was talked about openly.

    Raises `NotFound`, `Refused` (NOT_AMONG_THE_BEST, SHARED_ALREADY), `Invalid`.
    """
    unit = group_in_reach(scope, Ability.HOLD_SHARING, unit_id)
    month = month_before(scope, now)
    if not notes.strip():
        raise Invalid(notes=_("Write down what was shared."))
    best = {one.person_id: one for one in verified_best(scope, unit, month, now=now)}
    if speaker_id not in best:
        raise Refused(Refusal.NOT_AMONG_THE_BEST)
    try:
        with transaction.atomic():
            row = MonthlySharing.objects.create(
                unit_id=unit.pk,
                month=month,
                speaker_id=speaker_id,
                facts={"collected_minor": best[speaker_id].collected_minor, "deals": best[speaker_id].deals},
                notes=notes.strip()[:LONGEST],
                problems=problems.strip()[:LONGEST],
                held_by_id=scope.own_id,
                held_at=now,
            )
    except IntegrityError:
        raise Refused(Refusal.SHARED_ALREADY) from None
    audit.record(scope, "meetings.sharing_held", row, unit_id=unit.pk, month=month, speaker_id=speaker_id)
    return row


@action(Ability.HOLD_SHARING)
def draft_content(
    scope: Scope, *, sharing_id: UUID, kind: DraftKind, title: str, text: str, now: datetime
) -> ContentDraft:
    """Make a part of a sharing a draft of shared content, in the name of who shared it. Raises `NotFound`, `Invalid`."""
    rows = MonthlySharing.objects.within(scope, Ability.HOLD_SHARING)
    sharing = rows.filter(pk=sharing_id).first()
    if sharing is None or not scope.covers(Ability.HOLD_SHARING, owner_id=None, unit_id=sharing.unit_id):
        raise NotFound
    if not title.strip() or not text.strip():
        raise Invalid(title=_("A draft has a title and a text."))
    row = ContentDraft.objects.create(
        sharing=sharing,
        unit_id=sharing.unit_id,
        kind=kind,
        title=title.strip()[:LONGEST_TITLE],
        text=text.strip()[:LONGEST],
        author_id=sharing.speaker_id,
        made_by_id=scope.own_id,
        made_at=now,
    )
    audit.record(scope, "meetings.content_drafted", row, kind=kind.value)
    return row


@action(Ability.HOLD_SHARING)
def withdraw_draft(scope: Scope, *, draft_id: UUID) -> ContentDraft:
    """Take a draft back. Raises `NotFound`; a second time changes nothing."""
    rows = ContentDraft.objects.within(scope, Ability.HOLD_SHARING).select_for_update(of=("self",))
    row = rows.filter(pk=draft_id).first()
    if row is None:
        raise NotFound
    row.state = DraftState.WITHDRAWN
    row.save(update_fields=["state"])
    audit.record(scope, "meetings.draft_withdrawn", row)
    return row
