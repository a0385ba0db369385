"""The list of visits as a table for a file; no location is in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tiejun.customers.rules import district_name
from tiejun.foundation.times import wall_clock
from tiejun.lists.queries import Sheet
from tiejun.visits import texts
from tiejun.visits.queries.visits import ORDER, visits_in_reach
from tiejun.visits.rules.vocabulary import RECORDED, Flag, VisitFilters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell

_COLUMNS = (
    "id", "business_day", "started_at", "ended_at", "company__name", "person__name", "unit__name", "district_code", "kind", "state",
    "entry", "effective_visit", "effective_customer", "new_effective_customer", "evidence_level", "flags", "next_step", "next_step_at",
    "note",
)  # fmt: skip
_YES_NO = {"yes": True, "no": False}


def filters_from(scope: Scope, wanted: Mapping[str, str]) -> VisitFilters:  # noqa: ARG001 -- an address is no secret
    """Read the filters of the list from its address; what cannot be read does not narrow."""
    level = wanted.get("evidence", "")
    return VisitFilters(
        person_id=_read(UUID, wanted.get("person", "")),
        since=_read(date.fromisoformat, wanted.get("since", "")),
        until=_read(date.fromisoformat, wanted.get("until", "")),
        effective=_YES_NO.get(wanted.get("effective", "")),
        evidence_level=int(level) if level in ("0", "1", "2", "3", "4") else None,
        flag=_read(Flag, wanted.get("flag", "")),
    )


def _read(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        return None


def visits_sheet(scope: Scope, wanted: Mapping[str, str]) -> Sheet:
    """Return the visits within reach of VIEW_VISITS that an address of the list shows."""
    rows = visits_in_reach(scope, filters_from(scope, wanted))
    header = [
        _("Day"), _("Began"), _("Ended"), _("Company"), _("Person"), _("Unit"), _("District"), _("Kind"), _("State"), _("Entry"),
        _("Effective visit"), _("Effective customer"), _("New effective customer"), _("Evidence level"), _("Remarks"), _("Next step"),
        _("Due"), _("Note"),
    ]  # fmt: skip
    zone, yes, no = ZoneInfo(scope.zone), _("Yes"), _("No")
    kinds, states = _words(texts.VISIT_KINDS), _words(texts.VISIT_STATES)
    entries, remarks = _words(texts.ENTRIES), _words(texts.FLAGS)

    def cells(found: list[tuple[Any, ...]]) -> list[list[Cell]]:
        def answered(state: str, *answers: bool) -> list[Cell]:
            return [(yes if answer else no) if state in RECORDED else "" for answer in answers]

        return [
            [
                row[1], wall_clock(row[2], zone), wall_clock(row[3], zone), row[4], row[5], row[6], district_name(row[7]), kinds[row[8]],
                states[row[9]], entries[row[10]], *answered(row[9], row[11], row[12], row[13]), row[14],
                "; ".join(remarks[flag] for flag in row[15]), row[16], wall_clock(row[17], zone), row[18],
            ]
            for row in found
        ]  # fmt: skip

    return Sheet(header, rows.order_by(*ORDER).values_list(*_COLUMNS), cells)


def _words(words: Mapping[Any, Any]) -> dict[str, str]:
    return {str(code): str(said) for code, said in words.items()}
