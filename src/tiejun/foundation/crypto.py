"""Personal fields at rest: AES-256-GCM with a blind index for exact match and the last four for the eye."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
INDEX_BYTES = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted text: `cipher` = key number (1 byte) + nonce (12) + AES-GCM output; `index` = keyed hash (16 bytes)."""

    cipher: bytes
    index: bytes
    last4: str


def _keys() -> list[str]:
    # The first key stays for ever: it makes the blind index. A rotation appends a new one.
    keys: list[str] = settings.DATA_KEYS
    return keys


@lru_cache(maxsize=16)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(_derived(secret, "seal"))


@lru_cache(maxsize=16)
def _indexer(secret: str) -> hmac.HMAC:
    return hmac.new(_derived(secret, "index"), digestmod="sha256")


@lru_cache(maxsize=16)
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


def seal(text: str) -> Sealed:
    """Encrypt a personal text with the newest of the personal data keys; an empty text gives empty parts."""
    if not text:
        return Sealed(b"", b"", "")
    keys = _keys()
    nonce = os.urandom(NONCE_BYTES)
    number = len(keys) - 1
    body = _cipher(keys[number]).encrypt(nonce, text.encode(), None)
    return Sealed(bytes([number]) + nonce + body, blind_index(text), text[-4:])


def unseal(cipher: bytes | memoryview) -> str:
    """Decrypt what `seal` made; raises `cryptography.exceptions.InvalidTag` when it was tampered with.

    `ImproperlyConfigured` when DATA_KEYS lacks the key it was sealed with.
    """
    raw = bytes(cipher)
    if not raw:
        return ""
    keys = _keys()
    if raw[0] >= len(keys):
        msg = f"DATA_KEYS holds {len(keys)} keys, and this field was sealed with number {raw[0] + 1}: a key was lost"
        raise ImproperlyConfigured(msg)
    return _cipher(keys[raw[0]]).decrypt(raw[1 : 1 + NONCE_BYTES], raw[1 + NONCE_BYTES :], None).decode()


def blind_index(text: str) -> bytes:
    """Return the keyed hash for exact-match look-up; it uses the first data key, so rotation keeps it."""
    # A copy of the keyed state: half the time of keying it anew for each of a file's numbers.
    keyed = _indexer(_keys()[0]).copy()
    keyed.update(text.encode())
    return keyed.digest()[:INDEX_BYTES]
