"""The tables of insight: scores, anomalies, and the facts that the boards are read from."""

from tiejun.insight.models.anomalies import Anomaly, AnomalyFinding, AnomalyStep
from tiejun.insight.models.facts import (
    FACTS,
    MONTHS,
    ChannelFact,
    CohortFact,
    CustomerFact,
    Cut,
    DealFact,
    Fact,
    FieldFact,
    Interim,
    LeadFact,
    RollUp,
    RollUpProgress,
    SaleFact,
)
from tiejun.insight.models.scores import ScoreModel

__all__ = [
    "FACTS",
    "MONTHS",
    "Anomaly",
    "AnomalyFinding",
    "AnomalyStep",
    "ChannelFact",
    "CohortFact",
    "CustomerFact",
    "Cut",
    "DealFact",
    "Fact",
    "FieldFact",
    "Interim",
    "LeadFact",
    "RollUp",
    "RollUpProgress",
    "SaleFact",
    "ScoreModel",
]
