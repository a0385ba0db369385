"""Identifiers: UUIDv7, made by the application. Their order is the order of making, never business time."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """Make a new UUIDv7."""
    return uuid_utils.compat.uuid7()
