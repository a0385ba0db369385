from tiejun.exchange.models.exports import TableExport
from tiejun.exchange.models.imports import ImportFault, LeadImport
from tiejun.exchange.models.tokens import ApiToken, TokenMinute

__all__ = ["ApiToken", "ImportFault", "LeadImport", "TableExport", "TokenMinute"]
