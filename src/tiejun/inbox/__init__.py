"""Notices for people."""
