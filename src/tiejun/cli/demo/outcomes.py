"""What comes of a demo visit: drawn from the rep's skill and how far the company is."""

from __future__ import annotations

from dataclasses import dataclass
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


def outcome_of(card: Card, rep: Rep, random: Random) -> Outcome:
    """Draw what happens when this rep visits this company; about three visits in ten are effective."""
    lists = words()
    skill = 0.95 if rep.invents else rep.skill
    met = random.random() < 0.45 + 0.4 * skill
    if not met:
        return Outcome(
            ContactRole.GATEKEEPER, False, False, 0, TrialClose.NOT_TRIED, Refusal.NONE, Advancement.NONE,
            random.choice(lists["notes"]["gatekeeper"]), "",
        )  # fmt: skip
    role = (
        ContactRole(card.company.role)
        if card.company.role in ("KP", "INFLUENCER")
        else random.choice([ContactRole.KP, ContactRole.USER])
    )
    senior = role is ContactRole.KP or (role is ContactRole.INFLUENCER and random.random() < 0.4)
    explained = random.random() < 0.6 + 0.35 * skill
    if random.random() < 0.13 - 0.06 * skill and card.opportunity_id is None:
        return Outcome(
            role,
            senior,
            explained,
            0,
            TrialClose.NO,
            Refusal.CLEAR,
            Advancement.NONE,
            random.choice(lists["notes"]["refused"]),
            "",
        )
    moves = random.random() < 0.25 + 0.5 * skill
    if not moves:
        refusal = random.choice([Refusal.NONE, Refusal.SOFT])
        return Outcome(
            role,
            senior,
            explained,
            0,
            TrialClose.NOT_TRIED,
            refusal,
            Advancement.NONE,
            random.choice(lists["notes"]["none"]),
            "",
        )
    if card.opportunity_id is not None and card.visits >= 2 and random.random() < 0.12 + 0.3 * skill:
        return Outcome(
            role,
            senior,
            True,
            random.randint(2, 4),
            TrialClose.YES,
            Refusal.NONE,
            Advancement.ORDER,
            random.choice(lists["notes"]["order"]),
            "",
        )
    advancement = Advancement.STAGE_UP if card.effective and random.random() < 0.5 else Advancement.NEXT_STEP_AGREED
    note = lists["notes"]["stage_up" if advancement is Advancement.STAGE_UP else "next_step"]
    demo_steps = random.randint(1, 4) if explained and card.visits and random.random() < 0.6 else 0
    trial = random.choice([TrialClose.MAYBE, TrialClose.YES]) if demo_steps >= 3 else TrialClose.NOT_TRIED
    return Outcome(
        role,
        senior,
        explained,
        demo_steps,
        trial,
        Refusal.NONE,
        advancement,
        random.choice(note),
        random.choice(lists["next_steps"]),
    )
