"""Reference data that other modules lean on: segments, product lines, buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.org.models import Building, ProductLine, Segment

if TYPE_CHECKING:
    from tiejun.access.scope import Scope


@action(Ability.MANAGE_UNITS)
def set_segment(scope: Scope, *, code: str, name: str, name_en: str) -> Segment:
    """Add a segment, or rename the one of this code."""
    row, _made = Segment.objects.update_or_create(code=code, defaults={"name": name, "name_en": name_en})
    audit.record(scope, "org.segment_set", row, code=code)
    return row


@action(Ability.MANAGE_UNITS)
def set_product_line(
    scope: Scope, *, code: str, name: str, name_en: str, list_price_minor: int, currency: str = "CNY"
) -> ProductLine:
    """Add a product line, or change the one of this code; orders already drafted keep their prices."""
    values = {"name": name, "name_en": name_en, "list_price_minor": list_price_minor, "currency": currency}
    row, _made = ProductLine.objects.update_or_create(code=code, defaults=values)
    audit.record(scope, "org.product_line_set", row, code=code, list_price_minor=list_price_minor)
    return row


@action(Ability.MANAGE_UNITS)
def set_building(
    scope: Scope, *, name: str, district_code: str, address: str, latitude: float, longitude: float
) -> Building:
    """Add a building, or move the one of this name and district; coordinates in WGS-84 degrees."""
    values = {"address": address, "latitude": latitude, "longitude": longitude}
    row, _made = Building.objects.update_or_create(name=name, district_code=district_code, defaults=values)
    audit.record(scope, "org.building_set", row, district_code=district_code)
    return row
