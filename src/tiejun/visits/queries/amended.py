"""Visits as amended: what was recorded, with the corrections of after the lock laid over it."""

from __future__ import annotations

import copy
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from tiejun.engines.effectiveness import Advancement, ContactRole, TrialClose
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.visits.models import Amendment, VisitContact, VisitEvidence
from tiejun.visits.queries.window import nearest_effective_day
from tiejun.visits.rules.judging import judge, stored_reasons
from tiejun.visits.rules.vocabulary import EvidenceKind, Presence, VisitFactsInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.models import Visit

FLAGS = ("service_explained", "order_presented")
CHOICES: dict[str, type[TrialClose | CustomerRefusal | Advancement]] = {
    "trial_close": TrialClose,
    "refusal": CustomerRefusal,
    "advancement": Advancement,
}
TEXTS = ("note", "next_step")
AMENDABLE = (*FLAGS, "demo_steps_done", *CHOICES, *TEXTS, "next_step_at")
MOST_DEMO_STEPS = 20


def field_texts(visit: Visit) -> dict[str, str]:
    """Return the amendable fields of a visit as texts: yes or no, codes, numbers, ISO times."""
    texts = {name: "yes" if getattr(visit, name) else "no" for name in FLAGS}
    texts |= {name: str(getattr(visit, name)) for name in ("demo_steps_done", *CHOICES, *TEXTS)}
    return texts | {"next_step_at": visit.next_step_at.isoformat() if visit.next_step_at else ""}


def parsed_text(field: str, text: str) -> str | None:
    """Return a field's value in its one spelling; None when it does not fit."""
    text = text.strip()
    if field in FLAGS:
        return text if text in ("yes", "no") else None
    if field in CHOICES:
        return text if text in CHOICES[field].__members__ else None
    if field == "demo_steps_done":
        return str(int(text)) if text.isdecimal() and int(text) <= MOST_DEMO_STEPS else None
    if field == "next_step_at" and text:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment.isoformat() if moment.tzinfo else None
    return text


def as_amended(scope: Scope, visits: Iterable[Visit]) -> list[Visit]:
    """Return copies of visits (never to be saved) with their amendments laid over them and judged again."""
    rows = list(visits)
    changes: dict[UUID, dict[str, str]] = defaultdict(dict)
    for row in Amendment.objects.filter(visit__in=[visit.pk for visit in rows]).order_by("amended_at", "pk"):
        changes[row.visit_id][row.field] = row.new_value
    return [_overlaid(scope, visit, changes[visit.pk]) if visit.pk in changes else visit for visit in rows]


def _overlaid(scope: Scope, visit: Visit, changes: dict[str, str]) -> Visit:
    shown = copy.copy(visit)
    for field, text in changes.items():
        setattr(shown, field, _value(field, text))
    last = nearest_effective_day(
        scope, visit.company_id, day=visit.business_day, window_days=visit.window_days, but=visit.pk
    )
    verdict = judge(
        facts_of(shown),
        met=[(ContactRole(row.role), row.is_senior) for row in VisitContact.objects.filter(visit=visit.pk)],
        presence=Presence(visit.presence),
        kinds={
            EvidenceKind(kind) for kind in VisitEvidence.objects.filter(visit=visit.pk).values_list("kind", flat=True)
        },
        visited_on=visit.business_day,
        last_effective_on=last,
        window_days=visit.window_days,
    )
    shown.effective_visit, shown.effective_customer = verdict.effective_visit, verdict.effective_customer
    shown.new_effective_customer, shown.reasons = verdict.new_effective_customer, stored_reasons(verdict)
    return shown


def facts_of(visit: Visit) -> VisitFactsInput:
    """Return a visit's facts without the persons met."""
    return VisitFactsInput(
        service_explained=visit.service_explained,
        demo_steps_done=visit.demo_steps_done,
        trial_close=TrialClose(visit.trial_close),
        order_presented=visit.order_presented,
        refusal=CustomerRefusal(visit.refusal),
        advancement=Advancement(visit.advancement),
        note=visit.note,
        next_step=visit.next_step,
        next_step_at=visit.next_step_at,
    )


def _value(field: str, text: str) -> object:
    if field in FLAGS:
        return text == "yes"
    if field == "demo_steps_done":
        return int(text)
    if field == "next_step_at":
        return datetime.fromisoformat(text) if text else None
    return text
