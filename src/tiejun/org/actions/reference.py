"""Reference data: segments and product lines by their codes, buildings by name and district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid
from tiejun.org.models import Building, ProductLine, Segment

if TYPE_CHECKING:
    from tiejun.access.scope import Scope


LARGEST_PRICE = 10**15  # minor units; far inside a bigint


@action(Ability.MANAGE_REFERENCE)
def set_segment(scope: Scope, *, code: str, name: str, name_en: str = "") -> Segment:
    """Make or rename a kind of customer by its code."""
    segment, made = Segment.objects.update_or_create(
        code=_code(code), defaults={"name": name.strip(), "name_en": name_en.strip()}
    )
    audit.record(scope, "org.segment_set", segment, code=segment.code, made=made)
    return segment


@action(Ability.MANAGE_REFERENCE)
def set_product_line(
    scope: Scope,
    *,
    code: str,
    name: str,
    name_en: str = "",
    list_price_minor: int,
    currency: str = "CNY",
    is_sold: bool = True,
    is_trial: bool = False,
) -> ProductLine:
    """Make or change a product line by its code; the list price is in minor units. Orders signed before keep whether they are a trial.

    Raises `Invalid`, also for another currency than it was made with.
    """
    if not name.strip():
        raise Invalid(name=_("Enter the name."))
    if not 0 <= list_price_minor <= LARGEST_PRICE:
        raise Invalid(list_price_minor=_("A price is not negative, and not larger than anybody pays."))
    known = ProductLine.objects.select_for_update().filter(code=_code(code)).first()
    if known is not None and known.currency != currency:
        raise Invalid(currency=_("The currency of a product line stays: opportunities and orders are in it."))
    facts = {
        "name": name.strip(),
        "name_en": name_en.strip(),
        "list_price_minor": list_price_minor,
        "currency": currency,
        "is_sold": is_sold,
        "is_trial": is_trial,
    }
    line, made = ProductLine.objects.update_or_create(code=_code(code), defaults=facts)
    audit.record(scope, "org.product_line_set", line, code=line.code, list_price_minor=list_price_minor, made=made)
    return line


def _code(code: str) -> str:
    cleaned = code.strip().upper()
    if not cleaned or len(cleaned) > 30:
        raise Invalid(code=_("A code has 1 to 30 characters."))
    return cleaned


@action(Ability.MANAGE_REFERENCE)
def set_building(
    scope: Scope,
    *,
    name: str,
    district_code: str,
    latitude: float,
    longitude: float,
    address: str = "",
    entrance_note: str = "",
) -> Building:
    """Make or change a building by its name and district; WGS-84 degrees."""
    if not name.strip():
        raise Invalid(name=_("Enter the name."))
    building, made = Building.objects.update_or_create(
        name=name.strip(),
        district_code=district_code,
        merged_into=None,
        defaults={
            "address": address.strip(), "latitude": latitude, "longitude": longitude, "entrance_note": entrance_note.strip(),
        },
    )  # fmt: skip
    audit.record(scope, "org.building_set", building, name=building.name, district=district_code, made=made)
    return building
