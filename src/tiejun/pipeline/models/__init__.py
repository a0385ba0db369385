from tiejun.pipeline.models.collections import CollectionPlan, Instalment, Receipt, ReceiptConfirmation, ReceiptMatch
from tiejun.pipeline.models.opportunities import UNDECIDED, WON, Opportunity, Proof, StageChange, VisitFact
from tiejun.pipeline.models.orders import Contract, Order, OrderLine

__all__ = [
    "UNDECIDED",
    "WON",
    "CollectionPlan",
    "Contract",
    "Instalment",
    "Opportunity",
    "Order",
    "OrderLine",
    "Proof",
    "Receipt",
    "ReceiptConfirmation",
    "ReceiptMatch",
    "StageChange",
    "VisitFact",
]
