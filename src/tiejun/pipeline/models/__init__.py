from tiejun.pipeline.models.collections import CollectionPlan, Instalment, Receipt, ReceiptConfirmation, ReceiptMatch
from tiejun.pipeline.models.opportunities import UNDECIDED, WON, Opportunity, Proof, StageChange, VisitFact
from tiejun.pipeline.models.orders import Contract, Order, OrderLine
from tiejun.pipeline.models.papers import ContractPaper, ContractTemplate
from tiejun.pipeline.models.reviews import DealReview, Lesson, LessonUse, ReviewView
from tiejun.pipeline.models.statements import BankFile, BankLine, BankMatch

__all__ = [
    "UNDECIDED",
    "WON",
    "BankFile",
    "BankLine",
    "BankMatch",
    "CollectionPlan",
    "Contract",
    "ContractPaper",
    "ContractTemplate",
    "DealReview",
    "Instalment",
    "Lesson",
    "LessonUse",
    "Opportunity",
    "Order",
    "OrderLine",
    "Proof",
    "Receipt",
    "ReceiptConfirmation",
    "ReceiptMatch",
    "ReviewView",
    "StageChange",
    "VisitFact",
]
