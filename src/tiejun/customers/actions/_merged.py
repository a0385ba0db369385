"""The two companies' own columns in a merge: chosen side by side, with the names and codes that go on meaning the survivor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiejun.customers.models import Company
from tiejun.customers.queries import company_of_identity
from tiejun.customers.rules import Refusal
from tiejun.customers.rules.merging import CHOICES, KINDS_OF_COMPANY, Side, furthest, side_of
from tiejun.engines.names.folding import folded
from tiejun.engines.names.search import search_grams
from tiejun.fields.rules import joined
from tiejun.foundation.moves import Moved, text_of, value_of
from tiejun.foundation.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tiejun.access.scope import Scope

_LATEST = ("explained_at", "last_effective_at", "last_visit_at", "next_step_at")
_DERIVED = ("search_grams",)  # made of the name again, not kept


def write_merged(
    scope: Scope, survivor: Company, absorbed: Company, chosen: Mapping[str, str], now: datetime
) -> list[Moved]:
    """Write both companies as the merge leaves them and return what changed, one move per choice, so that each can go back alone.

    The absorbed company takes the name or the code that the survivor gives up: whoever types it finds the survivor still.
    Raises `Refused` (COMPANY_EXISTS) when name and city together are a third company's.
    """
    new = {Side.SURVIVOR: _merged(survivor, absorbed, chosen), Side.ABSORBED: _left_over(survivor, absorbed, chosen)}
    identity = (new[Side.SURVIVOR]["normalised_name"], new[Side.SURVIVOR]["city_code"])
    is_mixed = identity not in [(row.normalised_name, row.city_code) for row in (survivor, absorbed)]
    if is_mixed and company_of_identity(scope, None, *identity) is not None:
        raise Refused(Refusal.COMPANY_EXISTS)
    moves = [*_moves(survivor, new[Side.SURVIVOR]), *_moves(absorbed, new[Side.ABSORBED])]
    # The unique marks are free for a moment, so that they can change sides.
    Company.objects.filter(pk=absorbed.pk).update(credit_code=None, normalised_name=f"~{absorbed.pk}")
    Company.objects.filter(pk=survivor.pk).update(**new[Side.SURVIVOR], changed_at=now, version=survivor.version + 1)
    Company.objects.filter(pk=absorbed.pk).update(**new[Side.ABSORBED], version=absorbed.version + 1)
    return moves


def _merged(survivor: Company, absorbed: Company, chosen: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for choice, columns in CHOICES.items():
        side = side_of(choice, chosen, survivor=getattr(survivor, choice), absorbed=getattr(absorbed, choice))
        source = absorbed if side is Side.ABSORBED else survivor
        values |= {column: getattr(source, column) for column in columns}
    for column in _LATEST:
        known = [at for at in (getattr(survivor, column), getattr(absorbed, column)) if at is not None]
        values[column] = max(known, default=None)
    values["custom"] = joined(survivor.custom, absorbed.custom)
    values["lifecycle"] = furthest(survivor.lifecycle, absorbed.lifecycle)
    return values


def _left_over(survivor: Company, absorbed: Company, chosen: Mapping[str, str]) -> dict[str, Any]:
    merged = _merged(survivor, absorbed, chosen)
    values: dict[str, Any] = {name: getattr(absorbed, name) for name in (*CHOICES["name"], "credit_code", "city_code")}
    if merged["credit_code"] == absorbed.credit_code:
        values["credit_code"] = survivor.credit_code if survivor.credit_code != absorbed.credit_code else None
    if (merged["normalised_name"], merged["city_code"]) == (absorbed.normalised_name, absorbed.city_code):
        values |= {name: getattr(survivor, name) for name in (*CHOICES["name"], "city_code")}
    return values | {"owner_id": None, "unit_id": None, "merged_into_id": survivor.pk}


def _moves(company: Company, values: dict[str, Any]) -> list[Moved]:
    groups = [*CHOICES.values(), *((column,) for column in (*_LATEST, "custom", "lifecycle", "merged_into_id"))]
    moves = []
    for columns in groups:
        kept = [name for name in columns if name in values and name not in _DERIVED]
        was, became = (
            {name: text_of(source(name)) for name in kept} for source in (company.__getattribute__, values.__getitem__)
        )
        if was != became:
            moves.append(Moved(KINDS_OF_COMPANY[0], company.pk, was, became))
    return moves


def write_back(moves: list[Moved]) -> list[bool]:
    """Put the columns of both companies back, those alone that still are as the merge left them; says for each move whether."""
    companies = {row.pk: row for row in Company.objects.filter(pk__in={move.row_id for move in moves})}
    same = [
        all(text_of(getattr(companies[move.row_id], name)) == text for name, text in move.became.items())
        for move in moves
    ]
    values: dict[Any, dict[str, Any]] = {pk: {} for pk in companies}
    for move, is_same in zip(moves, same, strict=True):
        if is_same:
            values[move.row_id] |= {name: value_of(Company, name, text) for name, text in move.was.items()}
    for pk, columns in values.items():
        if "name" in columns:
            columns["search_grams"] = search_grams(folded(columns["name"]), columns["initials"])
        if "normalised_name" in columns or "credit_code" in columns:
            Company.objects.filter(pk=pk).update(credit_code=None, normalised_name=f"~{pk}")
    for pk, columns in values.items():
        kept = {name: getattr(companies[pk], name) for name in ("credit_code", "normalised_name")}
        Company.objects.filter(pk=pk).update(**(kept | columns), version=companies[pk].version + 1)
    return same
