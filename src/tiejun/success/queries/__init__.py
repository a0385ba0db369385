"""Reads of customers for life."""
