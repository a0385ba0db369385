"""The scores of leads: what they are worth to a decision, and how they are shown with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.customers.rules import district_name
from tiejun.foundation import policies
from tiejun.leads import texts
from tiejun.leads.models import Lead, LeadScore
from tiejun.leads.rules.allotting import Prior
from tiejun.leads.rules.scoring import Feature
from tiejun.marketing.queries.sources import source_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def chances_of(scope: Scope, lead_ids: Collection[UUID], *, now: datetime) -> dict[UUID, float]:  # noqa: ARG001 -- asked for leads that a query of the asker gave
    """Return the chance of signing of each lead: the score's, without one the prior's by intent and source."""
    scored = LeadScore.objects.filter(lead__in=lead_ids, p_sign__isnull=False)
    known: dict[UUID, Any] = dict(scored.values_list("lead_id", "p_sign"))
    prior = Prior.by_policy(policies.book(now))
    rows = Lead.objects.filter(pk__in=lead_ids).values_list("pk", "intent", "source__code")
    return {
        lead_id: known[lead_id] if lead_id in known else prior.p_sign(intent, source)
        for lead_id, intent, source in rows
    }


@dataclass(frozen=True, slots=True)
class ScoreReason:
    """What moves a chance, in the reader's language, and by which factor it changes the odds."""

    words: str
    times: float

    @property
    def is_up(self) -> bool:
        return self.times >= 1.0


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A score as a page shows it: chances in percent, None where no model may be used."""

    sign_percent: float | None
    effective_percent: float | None
    reasons: tuple[ScoreReason, ...]
    scored_at: datetime


def shown_score(scope: Scope, lead_id: UUID) -> ShownScore | None:
    """Return the score of a lead that the asker may see, with its reasons; None where there is none."""
    row = LeadScore.objects.filter(lead=lead_id).first()
    if row is None:
        return None
    names = source_names(scope)
    reasons = tuple(ScoreReason(_words(reason, names), reason["facts"]["times"]) for reason in row.reasons)
    return ShownScore(_percent(row.p_sign), _percent(row.p_effective), reasons, row.scored_at)


def sign_percents(scope: Scope, lead_ids: Collection[UUID]) -> dict[UUID, float]:  # noqa: ARG001 -- asked for leads that a query of the asker gave
    """Return the chance of signing of those leads that have a score, in percent."""
    rows = LeadScore.objects.filter(lead__in=lead_ids, p_sign__isnull=False)
    return {lead_id: _percent(chance) or 0.0 for lead_id, chance in rows.values_list("lead_id", "p_sign")}


def are_scored(scope: Scope) -> bool:  # noqa: ARG001 -- that there are scores is no secret
    """Tell whether leads have a chance of signing at all."""
    return LeadScore.objects.filter(p_sign__isnull=False).exists()


def _percent(chance: float | None) -> float | None:
    """Return a chance in percent, small ones with one decimal."""
    if chance is None:
        return None
    return round(100 * chance, 1) if chance < 0.1 else float(round(100 * chance))


def feature_words(scope: Scope) -> dict[str, str]:  # noqa: ARG001 -- what leads are scored by is no secret
    """Return the names of what leads are scored by, in the reader's language."""
    return {str(feature): str(words) for feature, words in texts.FEATURES.items()}


def _words(reason: Mapping[str, Any], sources: Mapping[str, str]) -> str:
    feature, value = reason["code"], reason["facts"]["value"]
    said = value
    if feature == Feature.SOURCE:
        said = sources.get(value, value)
    elif feature == Feature.INTENT:
        said = str(texts.INTENTS.get(value, value))
    elif feature == Feature.DISTRICT:
        said = district_name(value)
    elif feature == Feature.CAPITAL and value:
        said = f"CNY {int(value):,}"
    return str(texts.FEATURE_IS) % {"feature": texts.FEATURES[feature], "value": said or texts.NOT_KNOWN}
