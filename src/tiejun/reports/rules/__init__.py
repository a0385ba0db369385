"""Decisions about reports and mails, as pure functions."""
