"""Accompanied visits: planned from the month, sealed until they begin, one point at a time, checked until it is used."""
