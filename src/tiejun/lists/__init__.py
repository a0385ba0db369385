"""Saved views of lists: filters, order, columns and layout under a name."""
