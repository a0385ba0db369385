"""Identifiers: UUIDv7, made by the application. Their order is the order of making, never business time."""

from uuid import UUID

import uuid_utils
import uuid_utils.compat


def new_id() -> UUID:
    """Make a new UUIDv7."""
    return uuid_utils.compat.uuid7()


def new_id_text() -> str:
    """Make a new UUIDv7 as text: for rows that travel by the thousand, which compare texts far faster than `UUID`s."""
    return str(uuid_utils.uuid7())
