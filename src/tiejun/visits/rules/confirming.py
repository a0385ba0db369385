"""The link by which a customer confirms a visit."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from tiejun.foundation.crypto import blind_index

if TYPE_CHECKING:
    from uuid import UUID

TOKEN_LENGTH = 22


def token_of(question_id: UUID) -> str:
    """Return the secret part of a question's link: 128 bits that only this installation can compute, 22 characters for a URL."""
    return base64.urlsafe_b64encode(blind_index(f"visit-confirmation:{question_id}")).rstrip(b"=").decode()


def digest_of_token(token: str) -> bytes:
    """Return SHA-256 of a token, which is what the database keeps."""
    return hashlib.sha256(token.encode()).digest()
