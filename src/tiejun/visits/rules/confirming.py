"""The secret part of the link by which a customer confirms a visit."""

from __future__ import annotations

import hashlib

# 128 bits in base64 for an address.
TOKEN_LENGTH = 22


def digest_of_token(token: str) -> bytes:
    """Return SHA-256 of a token, which is what the database keeps."""
    return hashlib.sha256(token.encode()).digest()
