"""Keeping a view of a list, changing and removing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.scope import PermissionRefused
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.lists import rules
from tiejun.lists.models import SavedView
from tiejun.lists.queries import kind_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Wish:
    """How a view shall be kept. `is_shared`: with the asker's unit; `is_default`: the list opens with it, for the asker or for the unit."""

    name: str
    is_shared: bool = False
    is_default: bool = False


@action(Ability.SAVE_VIEWS)
def save_view(scope: Scope, *, kind: str, address: str, wish: Wish, now: datetime) -> SavedView:
    """Keep the state of a list under a name; of the address only what the list itself names is kept.

    Raises `NotFound` for a list that the asker cannot open, `Invalid`, `Refused` (NAME_TAKEN, TOO_MANY_VIEWS), and
    `PermissionRefused` for who may not share.
    """
    known = kind_of(scope, kind)
    if SavedView.objects.filter(person=scope.own_id, kind=kind).count() >= rules.MOST_VIEWS:
        raise Refused(rules.Refusal.TOO_MANY_VIEWS, most=rules.MOST_VIEWS)
    view = SavedView(kind=kind, person_id=scope.own_id, state=rules.state_of_address(known, address))
    _arrange(scope, view, wish, now)
    view.save(force_insert=True)
    audit.record(scope, "lists.view_saved", view, kind=kind, shared=wish.is_shared)
    return view


@action(Ability.SAVE_VIEWS)
def edit_view(scope: Scope, *, view_id: UUID, version: int, wish: Wish, now: datetime) -> SavedView:
    """Rename an own view, share it or not, make it the default or not; raises `NotFound`, `Stale`, `Invalid`, `Refused`."""
    view = _own(scope, view_id)
    if view.version != version:
        raise Stale(view)
    view.version += 1
    _arrange(scope, view, wish, now)
    view.save(update_fields=["name", "unit", "is_default", "version", "changed_at"])
    audit.record(scope, "lists.view_edited", view, shared=wish.is_shared)
    return view


@action(Ability.SAVE_VIEWS)
def remove_view(scope: Scope, *, view_id: UUID) -> None:
    """Remove an own view, for everybody it is shared with too; raises `NotFound`."""
    view = _own(scope, view_id)
    audit.record(scope, "lists.view_removed", view, kind=view.kind, name=view.name)
    view.delete()


def _own(scope: Scope, view_id: UUID) -> SavedView:
    view = SavedView.objects.select_for_update().filter(pk=view_id, person=scope.own_id).first()
    if view is None:
        raise NotFound
    return view


def _arrange(scope: Scope, view: SavedView, wish: Wish, now: datetime) -> None:
    name = " ".join(wish.name.split())[:60]
    if not name:
        raise Invalid(name=_("A view needs a name."))
    if SavedView.objects.filter(person=view.person_id, kind=view.kind, name=name).exclude(pk=view.pk).exists():
        raise Refused(rules.Refusal.NAME_TAKEN)
    if wish.is_shared and (not scope.can(Ability.SHARE_VIEWS) or scope.unit_id is None):
        raise PermissionRefused(Ability.SHARE_VIEWS)
    view.name, view.changed_at, view.is_default = name, now, wish.is_default
    view.unit_id = scope.unit_id if wish.is_shared else None
    if wish.is_default:
        # The last one chosen opens the list: for the person alone, or for the unit it is shared with.
        rivals = Q(unit=view.unit_id) if view.unit_id else Q(unit=None, person=view.person_id)
        SavedView.objects.filter(rivals, kind=view.kind, is_default=True).exclude(pk=view.pk).update(is_default=False)
