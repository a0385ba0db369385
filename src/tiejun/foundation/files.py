"""Files in PostgreSQL, in chunks: many web and worker processes need no shared disk."""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING

from tiejun.foundation.models import StoredChunk, StoredFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

CHUNK_BYTES = 1 << 20


class TooLarge(Exception):
    """The upload is larger than allowed; `limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


def store(chunks: Iterable[bytes], *, name: str, content_type: str, limit: int, now: datetime) -> StoredFile:
    """Store a stream of bytes and return its row; raises `TooLarge` past `limit` bytes (the caller's transaction ends)."""
    row = StoredFile.objects.create(name=name[:255], content_type=content_type[:100], size=0, digest=b"", stored_at=now)
    digest, size = hashlib.sha256(), 0
    for number, chunk in enumerate(_rechunked(chunks)):
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        digest.update(chunk)
        StoredChunk.objects.create(file=row, number=number, content=chunk)
    row.size, row.digest = size, digest.digest()
    row.save(update_fields=["size", "digest"])
    return row


def read(file_id: UUID) -> Iterator[bytes]:
    """Yield the content of a stored file, chunk by chunk."""
    for content in (
        StoredChunk.objects.filter(file_id=file_id).order_by("number").values_list("content", flat=True).iterator(4)
    ):
        yield bytes(content)


def read_part(file_id: UUID, first: int, last: int) -> Iterator[bytes]:
    """Yield the bytes from `first` to `last` (both counted from 0 and included) of a stored file; only the chunks that hold them are read."""
    numbers = range(first // CHUNK_BYTES, last // CHUNK_BYTES + 1)
    for number, content in (
        StoredChunk.objects.filter(file_id=file_id, number__gte=numbers.start, number__lt=numbers.stop)
        .order_by("number")
        .values_list("number", "content")
        .iterator(4)
    ):
        start = number * CHUNK_BYTES
        yield bytes(content)[max(0, first - start) : last + 1 - start]


def remove(file_id: UUID) -> None:
    """Remove a stored file for good; nothing may refer to it any more."""
    StoredChunk.objects.filter(file_id=file_id).delete()
    StoredFile.objects.filter(pk=file_id).delete()


def copy_to(file_id: UUID, target: IO[bytes]) -> None:
    """Write a stored file into an open binary file and rewind it."""
    for chunk in read(file_id):
        target.write(chunk)
    target.seek(0)


def _rechunked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = bytearray()
    for chunk in chunks:
        rest += chunk
        while len(rest) >= CHUNK_BYTES:
            yield bytes(rest[:CHUNK_BYTES])
            del rest[:CHUNK_BYTES]
    if rest:
        yield bytes(rest)
