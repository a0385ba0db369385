"""What comes of a demo visit: drawn from the rep's skill and how far the company is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tiejun.cli.demo.names import words
from tiejun.engines.effectiveness import Advancement, ContactRole, Refusal, TrialClose

if TYPE_CHECKING:
    from random import Random

    from tiejun.cli.demo.company import Rep
    from tiejun.cli.demo.supply import Card


@dataclass(frozen=True, slots=True)
class Outcome:
    """The facts of one visit."""

    role: ContactRole | None
    is_senior: bool
    explained: bool
    demo_steps: int
    trial_close: TrialClose
    refusal: Refusal
    advancement: Advancement
    note: str
    next_step: str

    @property
    def is_effective(self) -> bool:
        """Met who decides, explained, no clear refusal."""
        return (
            self.role in (ContactRole.KP, ContactRole.INFLUENCER)
            and self.explained
            and self.refusal is not Refusal.CLEAR
        )


SIGNED_IRON = 0.8  # of the deals that were expected for the day
SURPRISES = 0.25  # of the usual chance, where an evening before has told who is to sign


def outcome_of(card: Card, rep: Rep, random: Random, *, is_iron: bool = False, is_foretold: bool = False) -> Outcome:
    """Draw what happens when this rep visits this company; about three visits in ten are effective.

    `is_iron`: the company was expected to sign today; `is_foretold`: on this day such companies are known.
    """
    if is_iron and random.random() < SIGNED_IRON:
        return _ordered(_plain(ContactRole.KP, "", senior=True), random)
    skill = 0.95 if rep.invents else rep.skill
    notes = words()["notes"]
    if random.random() >= 0.56 + 0.38 * skill:
        return _plain(ContactRole.GATEKEEPER, random.choice(notes["gatekeeper"]))
    known = card.company.role in ("KP", "INFLUENCER")
    role = ContactRole(card.company.role) if known else random.choice([ContactRole.KP, ContactRole.USER])
    senior = role is ContactRole.KP or (role is ContactRole.INFLUENCER and random.random() < 0.85)
    met = _plain(role, "", senior=senior, explained=random.random() < 0.6 + 0.35 * skill)
    if random.random() < 0.13 - 0.06 * skill and card.opportunity_id is None:
        return replace(met, trial_close=TrialClose.NO, refusal=Refusal.CLEAR, note=random.choice(notes["refused"]))
    if random.random() >= 0.52 + 0.44 * skill:
        refusal = random.choice([Refusal.NONE, Refusal.SOFT])
        return replace(met, refusal=refusal, note=random.choice(notes["none"]))
    # A trial is soon decided, and who liked it soon decides on more.
    ease = (2.5 if card.is_trying or card.has_tried else 1) * (SURPRISES if is_foretold else 1)
    if (
        card.opportunity_id is not None
        and not card.is_won
        and card.visits >= 2
        and random.random() < ease * (0.03 + 0.14 * skill)
    ):
        return _ordered(met, random)
    return _advanced(met, card, random)


def _plain(role: ContactRole, note: str, *, senior: bool = False, explained: bool = False) -> Outcome:
    """Return a visit that led nowhere."""
    return Outcome(role, senior, explained, 0, TrialClose.NOT_TRIED, Refusal.NONE, Advancement.NONE, note, "")


def _ordered(met: Outcome, random: Random) -> Outcome:
    """Let the customer ask for the order."""
    steps = random.randint(2, 4)
    note = random.choice(words()["notes"]["order"])
    return replace(
        met, explained=True, demo_steps=steps, trial_close=TrialClose.YES, advancement=Advancement.ORDER, note=note
    )


def _advanced(met: Outcome, card: Card, random: Random) -> Outcome:
    """Let the customer agree to a next step or move up a stage, perhaps after a demonstration."""
    lists = words()
    advancement = Advancement.STAGE_UP if card.effective and random.random() < 0.5 else Advancement.NEXT_STEP_AGREED
    notes = lists["notes"]["stage_up" if advancement is Advancement.STAGE_UP else "next_step"]
    demo_steps = random.randint(1, 4) if met.explained and card.visits and random.random() < 0.6 else 0
    trial = random.choice([TrialClose.MAYBE, TrialClose.YES]) if demo_steps >= 3 else TrialClose.NOT_TRIED
    note, next_step = random.choice(notes), random.choice(lists["next_steps"])
    return replace(
        met, demo_steps=demo_steps, trial_close=trial, advancement=advancement, note=note, next_step=next_step
    )
