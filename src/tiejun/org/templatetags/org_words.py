"""The words of people's pages as template filters: `{% load org_words %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from tiejun.foundation.refusals import words_of
from tiejun.org.texts import DAY_KINDS, LEAVE_KINDS, LEAVE_PARTS, UNIT_KINDS, role_label

if TYPE_CHECKING:
    from tiejun.access.roles import Role
    from tiejun.org.rules import Refusal

register = template.Library()


@register.filter
def role_words(role: Role | str | None) -> str:
    """Name a role, or nothing for nobody's."""
    return role_label(role) if role else ""


@register.filter
def unit_kind_words(kind: str) -> str:
    """Name a kind of unit."""
    return str(UNIT_KINDS[kind])


@register.filter
def leave_kind_words(kind: str) -> str:
    """Name a kind of leave."""
    return str(LEAVE_KINDS[kind])


@register.filter
def leave_part_words(part: str) -> str:
    """Name whole days, a morning or an afternoon."""
    return str(LEAVE_PARTS[part])


@register.filter
def day_kind_words(kind: str | None) -> str:
    """Name a kind of day, or nothing where it is not known."""
    return str(DAY_KINDS[kind]) if kind else ""


@register.filter
def refusal_words(refusal: Refusal | None) -> str:
    """Say why something cannot be done; facts that it needs are left out."""
    return words_of(refusal) if refusal else ""
