"""Formats of dates and numbers where Django's own differ from Chinese business habit."""
