"""Untrusted input of the pages of leads, by topic."""
