from tiejun.quality.models.cases import CaseEvidence, IntegrityCase, PanelSeat
from tiejun.quality.models.sampling import DrawUnit, FrameVisit, SamplingDraw, SeedCommitment
from tiejun.quality.models.tasks import CustomerContact, QaTask

__all__ = [
    "CaseEvidence",
    "CustomerContact",
    "DrawUnit",
    "FrameVisit",
    "IntegrityCase",
    "PanelSeat",
    "QaTask",
    "SamplingDraw",
    "SeedCommitment",
]
