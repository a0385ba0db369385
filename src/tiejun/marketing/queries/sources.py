from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language

from tiejun.marketing.models.campaigns import Source

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope


def sources(scope: Scope) -> list[Source]:  # noqa: ARG001 -- where leads come from is no secret
    """Return all sources by code."""
    return list(Source.objects.order_by("code"))


def source_names(scope: Scope) -> dict[str, str]:
    """Return the names of all sources by code, in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    return {row.code: row.name_en if is_english and row.name_en else row.name for row in sources(scope)}


def own_sources(scope: Scope) -> set[str]:  # noqa: ARG001 -- how a source is played is no secret
    """Return the codes of the sources that are no bought or public traffic: referrals, and the own work in the field."""
    own = (Source.Play.REFERRAL, Source.Play.OWN_WORK)
    return set(Source.objects.filter(play__in=own).values_list("code", flat=True))


def is_registration_feed(scope: Scope, source_id: UUID) -> bool:  # noqa: ARG001 -- how a source is played is no secret
    """Tell whether a source brings newly registered companies, which have a play of their own."""
    return Source.objects.filter(pk=source_id, play=Source.Play.REGISTRATION).exists()


def source_of_id(scope: Scope, source_id: UUID) -> Source | None:  # noqa: ARG001 -- where leads come from is no secret
    """Return the source of an id, None when there is none."""
    return Source.objects.filter(pk=source_id).first()
