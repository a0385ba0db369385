"""The fields of a visit that may be amended after the lock, as texts and back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tiejun.engines.effectiveness import Advancement, TrialClose
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.visits.rules.vocabulary import VisitFactsInput

if TYPE_CHECKING:
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


def amended_value(field: str, text: str) -> object:
    """Return a field's value from the text of an amendment; see `parsed_text`."""
    if field in FLAGS:
        return text == "yes"
    if field == "demo_steps_done":
        return int(text)
    if field == "next_step_at":
        return datetime.fromisoformat(text) if text else None
    return text
