"""Tables of customers for life."""

from tiejun.success.models.lives import CustomerHandover, CustomerLife, EnablementStep, FollowOnDeal, HealthSignal
from tiejun.success.models.voices import Complaint, CustomerVoice, SatisfactionHour, SatisfactionSurvey

__all__ = [
    "Complaint",
    "CustomerHandover",
    "CustomerLife",
    "CustomerVoice",
    "EnablementStep",
    "FollowOnDeal",
    "HealthSignal",
    "SatisfactionHour",
    "SatisfactionSurvey",
]
