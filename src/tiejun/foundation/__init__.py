"""Audit, policy versions, events, jobs, clock, client keys, files, crypto, web: no business words."""
