from tiejun.marketing.models.campaigns import Campaign, CostEntry, Source
from tiejun.marketing.models.capture import CaptureForm, ConsentText
from tiejun.marketing.models.handover import Handover, InvalidCheck, InvalidDraw, LeadDispute, Referral, Touch
from tiejun.marketing.models.inbound import InboundRecord, IntentAssessment
from tiejun.marketing.models.tags import Tag, TagMark, TagRule

__all__ = [
    "Campaign",
    "CaptureForm",
    "ConsentText",
    "CostEntry",
    "Handover",
    "InboundRecord",
    "IntentAssessment",
    "InvalidCheck",
    "InvalidDraw",
    "LeadDispute",
    "Referral",
    "Source",
    "Tag",
    "TagMark",
    "TagRule",
    "Touch",
]
