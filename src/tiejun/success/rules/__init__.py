"""The vocabulary of customers for life, and what its actions refuse."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

WORST_SCORE, BEST_SCORE = 0, 10


class Refusal(refusals.Refusal):
    """Why something is not done for a customer."""

    NO_CUSTOMER = "NO_CUSTOMER"
    HANDED_OVER = "HANDED_OVER"
    NOT_HANDED_OVER = "NOT_HANDED_OVER"
    RECEIVED = "RECEIVED"
    NOT_THE_RECEIVER = "NOT_THE_RECEIVER"
    RECEIVE_FROM_ONESELF = "RECEIVE_FROM_ONESELF"
    STEP_DONE = "STEP_DONE"
    ORDER_OVER = "ORDER_OVER"
    COMPLAINT_CLOSED = "COMPLAINT_CLOSED"
    RENEWAL_DECIDED = "RENEWAL_DECIDED"
    ASKED_LATELY = "ASKED_LATELY"
    SURVEY_OVER = "SURVEY_OVER"


class Step(StrEnum):
    """The six steps after signing, in their order (domain 6.15)."""

    HELP = "HELP"
    EDUCATE = "EDUCATE"
    DECIDE = "DECIDE"
    TRAIN = "TRAIN"
    GRANT = "GRANT"
    EXPAND = "EXPAND"


class Usage(IntEnum):
    """How much a customer uses what was sold."""

    NONE = 0
    SELDOM = 1
    WEEKLY = 2
    DAILY = 3


class Voice(StrEnum):
    """What a customer said: how much they use it, praise, a wish. A complaint is an action of its own."""

    USAGE = "USAGE"
    PRAISE = "PRAISE"
    WISH = "WISH"


class ComplaintSubject(StrEnum):
    """What a complaint is about."""

    PRODUCT = "PRODUCT"
    QUALITY = "QUALITY"
    DELIVERY = "DELIVERY"
    SERVICE = "SERVICE"
    PRICE = "PRICE"
    PERSON = "PERSON"
    OTHER = "OTHER"


class ComplaintSource(StrEnum):
    """How a complaint reached us."""

    TOLD = "TOLD"
    SURVEY = "SURVEY"
    REFUND = "REFUND"


class FollowOn(StrEnum):
    """Where an opportunity with a customer comes from."""

    RENEWAL = "RENEWAL"
    ADD_ON = "ADD_ON"
    TRIAL = "TRIAL"


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """What goes over with a customer: promises, whom to talk to, how they pay, when the contract ends, who receives it."""

    promised: str
    contacts: str
    payment: str
    ends_on: date
    receiver_id: UUID


@dataclass(frozen=True, slots=True)
class VoiceFacts:
    """What a customer said; `usage` for `Voice.USAGE` alone."""

    kind: Voice
    words: str = ""
    usage: Usage | None = None
    contact_name: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """A complaint in the customer's words, with who sees to it until when."""

    subject: ComplaintSubject
    words: str
    owner_id: UUID
    due_on: date
    contact_name: str = ""


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """A customer's answer: how likely they recommend us (0 to 10), why, and who answers."""

    score: int
    words: str = ""
    contact_name: str = ""


@dataclass(frozen=True, slots=True)
class HandoverState:
    """A hand-over as `why_not_hand_over` and `why_not_receive` see it."""

    is_handed: bool
    is_received: bool
    is_over: bool
    receiver_id: UUID | None


def why_not_hand_over(state: HandoverState, *, receiver_id: UUID, by_id: UUID | None) -> Refusal | None:
    """Return why a customer cannot be handed over to somebody; None when it can."""
    if state.is_over:
        return Refusal.ORDER_OVER
    if state.is_received:
        return Refusal.RECEIVED
    if state.is_handed:
        return Refusal.HANDED_OVER
    return Refusal.RECEIVE_FROM_ONESELF if receiver_id == by_id else None


def why_not_receive(state: HandoverState, *, by_id: UUID | None) -> Refusal | None:
    """Return why somebody cannot receive a customer, or send the hand-over back; None when they can."""
    if state.is_received:
        return Refusal.RECEIVED
    if not state.is_handed:
        return Refusal.NOT_HANDED_OVER
    return None if state.receiver_id == by_id else Refusal.NOT_THE_RECEIVER


def is_complaint(score: int, *, unhappy_at: int) -> bool:
    """Tell whether an answer is to be seen to like a complaint: at or below the policy's score."""
    return score <= unhappy_at
