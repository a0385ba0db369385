"""A company as the engine sees it, and the keys that bring candidates together."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from tiejun.engines.duplicates.sites import Site, site_of
from tiejun.engines.names.company import branch_name, core_name
from tiejun.engines.names.credit_code import credit_code_fault

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

_BRAND = 2  # so many characters of a name stand for it where the door is the same
_SHORTEST_CORE = 2


@dataclass(frozen=True, slots=True)
class Record:
    """A company: `core` is its name without place and legal form, `phones` are opaque (blind indexes), empty where unknown.

    `branch` is what follows the legal form (a branch, a shop, a department), empty for the company itself; `code` is its credit code where that can be right, else empty; coordinates are WGS-84 degrees.
    """

    id: UUID
    core: str
    branch: str = ""
    code: str = ""
    city: str = ""
    domain: str = ""
    phones: frozenset[bytes] = frozenset()
    building: str = ""
    site: Site | None = None
    latitude: float | None = None
    longitude: float | None = None
    legal_person: str = ""


def record_of(  # noqa: PLR0913 -- one argument per fact of a company
    company_id: UUID,
    name: str,
    *,
    code: str = "",
    city: str = "",
    domain: str = "",
    phones: Iterable[bytes] = (),
    building: str = "",
    address: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    legal_person: str = "",
) -> Record:
    """Make a record from a company's facts as they are stored."""
    return Record(
        id=company_id,
        core=core_name(name),
        branch=branch_name(name),
        code="" if credit_code_fault(code) else code,
        city=city,
        domain=domain,
        phones=frozenset(phones),
        building=building,
        site=site_of(address) if address else None,
        latitude=latitude,
        longitude=longitude,
        legal_person=legal_person.strip(),
    )


def keys_of(record: Record) -> frozenset[int]:
    """The keys of a record, as signed 64-bit numbers: records that share none are not worth a judgement."""
    texts = []
    brand = record.core[:_BRAND]
    if len(record.core) >= _SHORTEST_CORE:
        texts.append(f"name|{record.core}")
        if record.site is not None:
            texts.append(f"site|{record.site.street}|{record.site.number}|{brand}")
        if record.building:
            texts.append(f"building|{record.building}|{brand}")
        if record.legal_person:
            texts.append(f"person|{record.legal_person}|{brand}")
    if record.domain:
        texts.append(f"domain|{record.domain}")
    texts += [f"phone|{phone.hex()}" for phone in record.phones]
    return frozenset(_number(text) for text in texts)


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
