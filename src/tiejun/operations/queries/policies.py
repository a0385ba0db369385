"""Policy values with their source and history, and what a profile would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.foundation.models import PolicyVersion
from tiejun.foundation.policies import PROFILE_KEY
from tiejun.foundation.policy_catalogue import catalogue
from tiejun.foundation.refusals import NotFound
from tiejun.operations import rules
from tiejun.operations.texts import shown_value, words_of_choice, words_of_group, words_of_key, words_of_measure
from tiejun.org.queries import all_units, names_of, unit_chain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook
    from tiejun.foundation.policy_catalogue import PolicyKey


LONGEST_ON_A_LINE = 32


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A key with the value in force; `origin` is PROFILE, COMPANY or UNIT, `unit_name` the unit that set it."""

    key: str
    name: str
    value: Any
    measure: str
    source: str
    is_sensitive: bool
    origin: str
    unit_name: str
    version_id: UUID | None

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return shown_value(self.value)

    @property
    def is_long(self) -> bool:
        """Tell whether the value is a list that fills lines."""
        return len(self.shown) > LONGEST_ON_A_LINE


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """The keys of one area."""

    code: str
    name: str
    lines: list[PolicyLine]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in a key's history. `state`: DRAFT, SCHEDULED, IN_FORCE, ENDED, WITHDRAWN."""

    id: UUID
    key: str
    name: str
    value: Any
    state: str
    unit_name: str
    valid_from: datetime
    valid_to: datetime | None
    author: str
    approver: str
    reason: str
    made_at: datetime
    is_sensitive: bool
    is_mine: bool

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return shown_value(self.value)


@dataclass(frozen=True, slots=True)
class PolicyDetail:
    """One key: what it means, its three profiles, the value in force and its history, the newest first."""

    line: PolicyLine
    entry: PolicyKey
    profiles: list[tuple[str, str]]
    history: list[VersionLine]


@dataclass(frozen=True, slots=True)
class Change:
    """What a profile would change for one key."""

    key: str
    name: str
    measure: str
    before: Any
    after: Any

    @property
    def shown_before(self) -> str:
        """The value now, as people read it."""
        return shown_value(self.before)

    @property
    def shown_after(self) -> str:
        """The value of the profile, as people read it."""
        return shown_value(self.after)


def policy_groups(scope: Scope, *, now: datetime, unit_id: UUID | None = None, search: str = "") -> list[PolicyGroup]:
    """Return every value in force for the company or a unit, by area; `search` cuts to keys whose words contain all its parts."""
    scope.require(Ability.VIEW_POLICIES)
    chain = unit_chain(scope, unit_id) if unit_id is not None else ()
    book = policies.book(now)
    names = _unit_names(scope)
    groups: dict[str, list[PolicyLine]] = {}
    for entry in catalogue().values():
        words = (entry.key, words_of_key(entry.key), words_of_group(entry.group))
        if rules.matches(words, search):
            groups.setdefault(entry.group, []).append(_line(entry, book, chain, names))
    return [PolicyGroup(code, words_of_group(code), lines) for code, lines in groups.items()]


def profile_in_force(scope: Scope, *, now: datetime, unit_id: UUID | None = None) -> str:
    """Return light, standard or iron."""
    scope.require(Ability.VIEW_POLICIES)
    return policies.book(now).find(PROFILE_KEY, _chain(scope, unit_id)).profile


def policy_detail(scope: Scope, key: str, *, now: datetime, unit_id: UUID | None = None) -> PolicyDetail:
    """Return a key with its history of at most 100 versions; raises `NotFound` for an unknown one."""
    scope.require(Ability.VIEW_POLICIES)
    entry = catalogue().get(key)
    if entry is None:
        raise NotFound
    line = _line(entry, policies.book(now), _chain(scope, unit_id), _unit_names(scope))
    profiles = [(words_of_choice(name), shown_value(value)) for name, value in entry.profiles.items()]
    versions = PolicyVersion.objects.filter(key=key).order_by("-made_at", "-pk")[:100]
    return PolicyDetail(line, entry, profiles, _history(scope, versions, now))


def open_versions(scope: Scope, *, now: datetime) -> list[VersionLine]:
    """Return the drafts that wait and the versions that begin later, the newest first."""
    scope.require(Ability.VIEW_POLICIES)
    waiting = Q(status="DRAFT") | Q(status="APPROVED", valid_from__gt=now)
    return _history(scope, PolicyVersion.objects.filter(waiting).order_by("-made_at", "-pk")[:100], now)


def profile_changes(scope: Scope, profile: str, *, now: datetime, unit_id: UUID | None = None) -> list[Change]:
    """Return what would change if the company or a unit took a profile; raises `NotFound` for an unknown one."""
    scope.require(Ability.VIEW_POLICIES)
    if profile not in catalogue()[PROFILE_KEY].choices:
        raise NotFound
    chain = _chain(scope, unit_id)
    book = policies.book(now)
    changes = []
    for entry in catalogue().values():
        current = book.find(entry.key, chain)
        after = entry.profiles[profile]
        if current.version_id is None and entry.key != PROFILE_KEY and current.value != after:
            changes.append(
                Change(entry.key, words_of_key(entry.key), words_of_measure(entry.measure), current.value, after)
            )
    return changes


def units_to_choose(scope: Scope) -> list[tuple[UUID, str]]:
    """Return the open units by id and name, for the choice of a unit."""
    scope.require(Ability.VIEW_POLICIES)
    return [(unit.pk, unit.name) for unit in all_units(scope) if unit.kind != "COMPANY"]


def _chain(scope: Scope, unit_id: UUID | None) -> tuple[UUID, ...]:
    return unit_chain(scope, unit_id) if unit_id is not None else ()


def _unit_names(scope: Scope) -> dict[UUID, str]:
    return {unit.pk: unit.name for unit in all_units(scope)}


def _line(entry: PolicyKey, book: PolicyBook, chain: Sequence[UUID], names: dict[UUID, str]) -> PolicyLine:
    found = book.find(entry.key, chain)
    origin = "PROFILE" if found.version_id is None else "COMPANY" if found.unit_id is None else "UNIT"
    return PolicyLine(
        key=entry.key,
        name=words_of_key(entry.key),
        value=found.value,
        measure=words_of_measure(entry.measure),
        source=entry.source,
        is_sensitive=entry.is_sensitive,
        origin=origin,
        unit_name=names.get(found.unit_id, "") if found.unit_id else "",
        version_id=found.version_id,
    )


def _history(scope: Scope, versions: Sequence[PolicyVersion] | Any, now: datetime) -> list[VersionLine]:
    rows = list(versions)
    people = names_of(scope, [person for row in rows for person in (row.author_id, row.approver_id)])
    units = _unit_names(scope)
    return [
        VersionLine(
            id=row.pk,
            key=row.key,
            name=words_of_key(row.key),
            value=row.value,
            state=_state(row, now),
            unit_name=units.get(row.unit_id, "") if row.unit_id else "",
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            author=people.get(row.author_id, "") if row.author_id else "",
            approver=people.get(row.approver_id, "") if row.approver_id else "",
            reason=row.reason,
            made_at=row.made_at,
            is_sensitive=row.key in catalogue() and catalogue()[row.key].is_sensitive,
            is_mine=row.author_id is not None and row.author_id == scope.person_id,
        )
        for row in rows
    ]


def _state(row: PolicyVersion, now: datetime) -> str:
    if row.status != "APPROVED":
        return str(row.status)
    if row.valid_from > now:
        return "SCHEDULED"
    return "IN_FORCE" if row.valid_to is None or row.valid_to > now else "ENDED"
