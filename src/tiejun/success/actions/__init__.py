"""Writes of customers for life."""
