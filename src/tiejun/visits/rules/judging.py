"""From recorded facts to the verdict, and its reasons as stable codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.engines import effectiveness
from tiejun.engines.effectiveness import ContactRole, EvidenceFacts, Question, ReasonCode, VisitFacts
from tiejun.visits.rules.vocabulary import EvidenceKind, Presence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from tiejun.visits.rules.vocabulary import VisitFactsInput


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One condition of one question, as stored: `+EFFECTIVE_VISIT.SENIOR_MET`, `-EFFECTIVE_VISIT.NOT_ADVANCED`."""

    question: Question
    code: ReasonCode
    holds: bool


def evidence_facts(presence: Presence, kinds: Collection[EvidenceKind]) -> EvidenceFacts:
    """Translate presence and pieces of evidence for the engine.

    A position at a company whose own coordinates nobody knows is a trace all the same: it cannot be out of range.
    """
    return EvidenceFacts(
        position_in_range=presence in (Presence.IN_RANGE, Presence.SITE_UNKNOWN),
        photo=EvidenceKind.PHOTO in kinds,
        card=EvidenceKind.CARD in kinds,
        artefact=EvidenceKind.ARTEFACT in kinds,
        customer_confirmed=EvidenceKind.CUSTOMER_CONFIRMATION in kinds,
        accompanied=EvidenceKind.ACCOMPANIED in kinds,
    )


def judge(
    facts: VisitFactsInput,
    *,
    met: Iterable[tuple[ContactRole, bool]],
    presence: Presence,
    kinds: Collection[EvidenceKind],
    visited_on: date,
    last_effective_on: date | None,
    window_days: int,
) -> effectiveness.Verdict:
    """Judge one visit: `met` are role and seniority of each person met; dates are business days."""
    people = list(met)
    deciders = {ContactRole.KP, ContactRole.INFLUENCER}
    return effectiveness.verdict(
        VisitFacts(
            visited_on=visited_on,
            roles_met=frozenset(role for role, _ in people),
            senior_met=any(is_senior and role in deciders for role, is_senior in people),
            service_explained=facts.service_explained,
            demo_steps_done=facts.demo_steps_done,
            trial_close=facts.trial_close,
            refusal=facts.refusal,
            advancement=facts.advancement,
            evidence=evidence_facts(presence, kinds),
        ),
        last_effective_on=last_effective_on,
        window_days=window_days,
    )


def stored_reasons(verdict: effectiveness.Verdict) -> list[str]:
    """Write a verdict's reasons as codes."""
    return [f"{'+' if reason.holds else '-'}{reason.question}.{reason.code}" for reason in verdict.reasons]


def read_reasons(codes: Iterable[str]) -> list[ReasonLine]:
    """Read what `stored_reasons` wrote."""
    lines = []
    for code in codes:
        question, _, name = code[1:].partition(".")
        lines.append(ReasonLine(Question(question), ReasonCode(name), code.startswith("+")))
    return lines
