"""Sources: where leads come from and how they are to be played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid
from tiejun.marketing.models.campaigns import Source

if TYPE_CHECKING:
    from tiejun.access.scope import Scope

LONGEST_WAIT = 400


@action(Ability.MANAGE_SOURCES)
def set_source(
    scope: Scope,
    *,
    code: str,
    name: str,
    name_en: str,
    play: str = "",
    first_contact_hours: int | None = None,
    talking_points: str = "",
) -> Source:
    """Add a source of leads, or change the one of this code.

    `play` is one of `Source.Play`, empty = as it is; `first_contact_hours`: working hours until the first contact, None =
    by policy. Raises `Invalid`.
    """
    if not code.strip() or not name.strip():
        raise Invalid(name=_("A source needs a code and a name."))
    if play and play not in Source.Play.values:
        raise Invalid(play=_("Choose how this source is played."))
    if first_contact_hours is not None and not 1 <= first_contact_hours <= LONGEST_WAIT:
        raise Invalid(first_contact_hours=_("From 1 to 400 working hours."))
    values: dict[str, object] = {"name": name.strip()[:80], "name_en": name_en.strip()[:80]}
    if play:
        values |= {"play": play, "first_contact_hours": first_contact_hours, "talking_points": talking_points.strip()}
    row, _made = Source.objects.update_or_create(code=code.strip().upper()[:30], defaults=values)
    audit.record(scope, "marketing.source_set", row, code=row.code, play=row.play, hours=row.first_contact_hours)
    return row
