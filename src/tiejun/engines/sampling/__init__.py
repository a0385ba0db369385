"""What to verify: which visits are drawn with which known probability, and what the findings say about all of them."""

from tiejun.engines.sampling.drawing import Candidate, Drawn, Rates, commitment, draw, uniform
from tiejun.engines.sampling.estimating import AuditError, Estimate, Tally, detection_power, estimate, tally
from tiejun.engines.sampling.risk import RULES, SIGNALS, Audited, RiskModel, fitted, posterior_logit

__all__ = [
    "RULES",
    "SIGNALS",
    "AuditError",
    "Audited",
    "Candidate",
    "Drawn",
    "Estimate",
    "Rates",
    "RiskModel",
    "Tally",
    "commitment",
    "detection_power",
    "draw",
    "estimate",
    "fitted",
    "posterior_logit",
    "tally",
    "uniform",
]
