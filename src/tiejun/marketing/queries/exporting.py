"""The list of inbound records as a table for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiejun.access.abilities import Ability
from tiejun.foundation.times import wall_clock
from tiejun.lists.queries import Sheet
from tiejun.marketing import texts
from tiejun.marketing.models import InboundRecord
from tiejun.marketing.queries.inbound import GROUPS, ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell

_COLUMNS = (
    "id", "company_name", "credit_code", "address", "industry", "contact_name", "contact_title", "phone_last4", "source__name",
    "source__name_en", "campaign__name", "intent", "score", "status", "rejection", "need", "received_at", "decided_at",
)  # fmt: skip


def inbound_sheet(scope: Scope, wanted: Mapping[str, str]) -> Sheet:
    """Return the inbound records that an address of the desk shows, numbers masked."""
    scope.require(Ability.VIEW_INBOUND)
    group = wanted.get("show", "open") if wanted.get("show") in GROUPS else "open"
    rows = InboundRecord.objects.filter(status__in=GROUPS[group]).order_by(*ORDER)
    header = [
        _("Company"), _("Credit code"), _("Address"), _("Industry"), _("Contact"), _("Job title"), _("Phone"), _("Source"), _("Campaign"),
        _("Intent"), _("Points"), _("State"), _("Rejected because"), _("Need"), _("Came in"), _("Decided"),
    ]  # fmt: skip
    is_english, zone = (get_language() or "").startswith("en"), ZoneInfo(scope.zone)
    intents, states, rejections = _words(texts.INTENTS), _words(texts.STATUSES), _words(texts.REJECTIONS)

    def cells(found: list[tuple[Any, ...]]) -> list[list[Cell]]:
        return [
            [
                name, code, address, industry, contact, title, f"\u2022\u2022\u2022\u2022 {last4}" if last4 else "",
                source_en if is_english and source_en else source, campaign, intents[intent], score, states[status],
                rejections.get(rejection, ""), need, wall_clock(received, zone), wall_clock(decided, zone),
            ]
            for (
                _key, name, code, address, industry, contact, title, last4, source, source_en, campaign, intent, score, status, rejection,
                need, received, decided,
            ) in found
        ]  # fmt: skip

    return Sheet(header, rows.values_list(*_COLUMNS), cells, contact=6)


def _words(words: Mapping[Any, Any]) -> dict[str, str]:
    return {str(code): str(said) for code, said in words.items()}
