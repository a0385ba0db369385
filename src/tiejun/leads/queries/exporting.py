"""The lists of leads as tables for files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiejun.customers.queries.exporting import first_contacts
from tiejun.customers.queries.finding import companies_found, needle
from tiejun.customers.rules import district_name
from tiejun.fields.queries import custom_columns
from tiejun.fields.rules import Subject
from tiejun.foundation.times import wall_clock
from tiejun.leads import texts
from tiejun.leads.models import LeadTenure
from tiejun.leads.queries.filters import filters_from
from tiejun.leads.queries.lists import ORDER, held_rows, pooled_rows
from tiejun.lists.queries import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell
    from tiejun.leads.models import Lead

_BOTH = (
    "id", "company", "company__name", "company__credit_code", "district_code", "company__address", "company__industry", "source__name",
    "source__name_en", "pool__name", "intent", "last_activity_at", "created_at",
)  # fmt: skip
_HELD = (*_BOTH, "status", "next_step_at", "owner__name", "unit__name", "custom")
_POOLED = (*_BOTH, "company__registered_on", "tenures_count", "custom")


def held_sheet(scope: Scope, wanted: Mapping[str, str]) -> Sheet:
    """Return the held leads within reach of VIEW_LEADS that an address of the list shows, custom fields last."""
    filters = filters_from(scope, wanted)
    rows = _found(scope, held_rows(scope, filters), filters.text, with_contacts=True)
    custom = custom_columns(scope, Subject.LEAD)
    header = [
        *_header(), _("Contact"), _("Phone"), _("Status"), _("Next step"), _("Follow up by"), _("Holder"), _("Unit"), *custom.header,
    ]  # fmt: skip
    statuses = {code: str(words) for code, words in texts.STATUSES.items()}
    both, zone = _Both(scope), ZoneInfo(scope.zone)

    def cells(found: list[tuple[Any, ...]]) -> list[list[Cell]]:
        contacts = first_contacts(scope, [row[1] for row in found])
        open_ones = LeadTenure.objects.filter(lead__in=[row[0] for row in found], ended_at=None)
        due = dict(open_ones.values_list("lead", "due_at"))
        return [
            [
                *both.cells(row), *contacts.get(row[1], ("", "")), statuses[row[13]], wall_clock(row[14], zone),
                wall_clock(due.get(row[0]), zone), row[15], row[16], *custom.cells(row[17]),
            ]
            for row in found
        ]  # fmt: skip

    return Sheet(header, rows.order_by(*ORDER).values_list(*_HELD), cells, contact=len(_header()) + 1)


def pool_sheet(scope: Scope, wanted: Mapping[str, str]) -> Sheet:
    """Return the leads of the pools that the asker may look into, as an address of the list shows them: without the names of contacts, with the custom fields that are seen before a claim."""
    filters = filters_from(scope, wanted)
    rows = _found(scope, pooled_rows(scope, filters), filters.text, with_contacts=False)
    custom = custom_columns(scope, Subject.LEAD, only_open=True)
    header = [*_header(), _("Phone"), _("Registered"), _("Earlier holders"), *custom.header]
    both = _Both(scope)

    def cells(found: list[tuple[Any, ...]]) -> list[list[Cell]]:
        contacts = first_contacts(scope, [row[1] for row in found])
        return [
            [*both.cells(row), contacts.get(row[1], ("", ""))[1], row[13], row[14], *custom.cells(row[15])]
            for row in found
        ]

    return Sheet(header, rows.order_by(*ORDER).values_list(*_POOLED), cells, contact=len(_header()))


def _header() -> list[str]:
    return [
        _("Company"), _("Credit code"), _("District"), _("Address"), _("Industry"), _("Source"), _("Pool"), _("Intent"),
        _("Last activity"), _("Created"),
    ]  # fmt: skip


class _Both:
    """The cells that both lists begin with, in the reader's language and time."""

    def __init__(self, scope: Scope) -> None:
        self.zone = ZoneInfo(scope.zone)
        self.is_english = (get_language() or "").startswith("en")
        self.intents = {code: str(words) for code, words in texts.INTENTS.items()}

    def cells(self, row: tuple[Any, ...]) -> list[Cell]:
        (
            _key,
            _company,
            name,
            code,
            district,
            address,
            industry,
            source,
            source_en,
            pool,
            intent,
            active,
            made,
            *_rest,
        ) = row
        source = source_en if self.is_english and source_en else source
        active, made = wall_clock(active, self.zone), wall_clock(made, self.zone)
        return [
            name,
            code,
            district_name(district),
            address,
            industry,
            source,
            pool,
            self.intents[intent],
            active,
            made,
        ]


def _found(scope: Scope, rows: QuerySet[Lead], text: str, *, with_contacts: bool) -> QuerySet[Lead]:
    """Cut leads to those whose company a text finds; one that is too short finds all, as on the page."""
    wanted = needle(scope, text, with_contacts=with_contacts) if text else None
    return rows if wanted is None else rows.filter(company__in=companies_found(scope, wanted))
