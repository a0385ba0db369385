"""The nine links from a campaign to insight: what is counted of each, and what its conversion is taken of."""

from enum import StrEnum


class Measure(StrEnum):
    """What is counted; those of MONEY are minor units of a currency."""

    ENTERED = "ENTERED"
    TAKEN = "TAKEN"
    GIVEN_UP = "GIVEN_UP"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    NEW_EFFECTIVE = "NEW_EFFECTIVE"
    VISITS = "VISITS"
    EFFECTIVE = "EFFECTIVE"
    OPENED = "OPENED"
    OPENED_MONEY = "OPENED_MONEY"
    SIGNED = "SIGNED"
    SIGNED_MONEY = "SIGNED_MONEY"
    COLLECTED_MONEY = "COLLECTED_MONEY"


MONEY = frozenset({Measure.OPENED_MONEY, Measure.SIGNED_MONEY, Measure.COLLECTED_MONEY})


class Link(StrEnum):
    """The nine links (requirement GRW-17), in their order."""

    CAMPAIGNS = "CAMPAIGNS"
    LEADS = "LEADS"
    INTENT = "INTENT"
    CUSTOMERS = "CUSTOMERS"
    OPPORTUNITIES = "OPPORTUNITIES"
    ORDERS = "ORDERS"
    COLLECTION = "COLLECTION"
    PERFORMANCE = "PERFORMANCE"
    INSIGHT = "INSIGHT"


# What a link shows large, what beside it, and which measure of the links before its conversion is taken of.
SHOWN: dict[Link, tuple[Measure, tuple[Measure, ...], Measure | None]] = {
    Link.CAMPAIGNS: (Measure.ENTERED, (), None),
    Link.LEADS: (Measure.TAKEN, (Measure.GIVEN_UP,), Measure.ENTERED),
    Link.INTENT: (Measure.HIGH, (Measure.MEDIUM,), Measure.ENTERED),
    Link.CUSTOMERS: (Measure.NEW_EFFECTIVE, (), Measure.TAKEN),
    Link.OPPORTUNITIES: (Measure.OPENED, (Measure.OPENED_MONEY,), Measure.NEW_EFFECTIVE),
    Link.ORDERS: (Measure.SIGNED, (Measure.SIGNED_MONEY,), Measure.OPENED),
    Link.COLLECTION: (Measure.COLLECTED_MONEY, (), Measure.SIGNED_MONEY),
    Link.PERFORMANCE: (Measure.SIGNED_MONEY, (Measure.COLLECTED_MONEY,), None),
    Link.INSIGHT: (Measure.VISITS, (Measure.EFFECTIVE,), None),
}
