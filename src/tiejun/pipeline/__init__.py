"""Opportunities, orders, contracts, collection plans and receipts: from chance to cash."""
