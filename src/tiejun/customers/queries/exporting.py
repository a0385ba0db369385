"""The list of companies as a table for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tiejun.customers import texts
from tiejun.customers.queries.lists import ORDER, filtered_companies, filters_from
from tiejun.customers.rules import district_name
from tiejun.fields.queries import custom_columns
from tiejun.fields.rules import Subject
from tiejun.foundation.statements import asked
from tiejun.foundation.times import wall_clock
from tiejun.lists.queries import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell

_COLUMNS = (
    "id", "name", "credit_code", "district_code", "address", "industry", "closing_class", "lifecycle", "last_visit_at",
    "next_step_at", "owner__name", "unit__name", "created_at", "custom",
)  # fmt: skip
# The first contact with a number, else the first one, as lists show it.
_CONTACTS = """
    SELECT c.id, k.name, k.phone_last4
    FROM unnest(%(ids)s::uuid[]) AS c (id)
    CROSS JOIN LATERAL (
        SELECT name, phone_last4 FROM customers_contact
        WHERE company_id = c.id AND removed_at IS NULL
        ORDER BY phone_last4 = '', created_at, id LIMIT 1
    ) k
"""


def masked(scope: Scope, last4: str) -> str:  # noqa: ARG001 -- what every list shows
    """Return a number as lists show it: its last four digits, empty for none."""
    return f"\u2022\u2022\u2022\u2022 {last4}" if last4 else ""


def first_contacts(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return name and masked number of each company's first contact, in one query; the ids come from rows that the asker may see."""
    rows = asked(_CONTACTS, {"ids": list(company_ids)})
    return {company_id: (name, masked(scope, last4)) for company_id, name, last4 in rows}


def companies_sheet(scope: Scope, wanted: Mapping[str, str]) -> Sheet:
    """Return the companies within reach of VIEW_CUSTOMERS that an address of the list shows, custom fields last."""
    rows, _is_too_short = filtered_companies(scope, filters_from(scope, wanted))
    custom = custom_columns(scope, Subject.CUSTOMER)
    header = [
        _("Company"), _("Credit code"), _("District"), _("Address"), _("Industry"), _("Class"), _("Stage"), _("Contact"), _("Phone"),
        _("Last visit"), _("Next step"), _("Holder"), _("Unit"), _("Created"), *custom.header,
    ]  # fmt: skip
    zone = ZoneInfo(scope.zone)
    stages = {code: str(words) for code, words in texts.LIFECYCLES.items()}

    def cells(found: list[tuple[Any, ...]]) -> list[list[Cell]]:
        contacts = first_contacts(scope, [row[0] for row in found])
        return [
            [
                name, code, district_name(district), address, industry, "" if closing == "-" else closing, stages[stage],
                *contacts.get(key, ("", "")), wall_clock(visit, zone), wall_clock(step, zone), holder, unit, wall_clock(created, zone),
                *custom.cells(values),
            ]
            for key, name, code, district, address, industry, closing, stage, visit, step, holder, unit, created, values in found
        ]  # fmt: skip

    return Sheet(header, rows.order_by(*ORDER).values_list(*_COLUMNS), cells, contact=8)
