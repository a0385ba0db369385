"""Tables of customers for life."""

from tiejun.success.models.lives import CustomerHandover, CustomerLife, EnablementStep, FollowOnDeal, HealthSignal
from tiejun.success.models.trials import CustomerTrial
from tiejun.success.models.voices import Complaint, CustomerVoice, SatisfactionSurvey

__all__ = [
    "Complaint",
    "CustomerHandover",
    "CustomerLife",
    "CustomerTrial",
    "CustomerVoice",
    "EnablementStep",
    "FollowOnDeal",
    "HealthSignal",
    "SatisfactionSurvey",
]
