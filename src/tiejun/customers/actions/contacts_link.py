"""What of this module follows a merge: contacts move, the absorbed company's class ends, or goes on at a survivor without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.models import ClosingClassChange, Company, Contact, FollowUpPlan
from tiejun.customers.rules.merging import register_link
from tiejun.foundation import audit
from tiejun.foundation.moves import Moved, change, change_back, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.customers.rules.merging import Pair

CONTACT, SPELL, CLASS, PLAN = (
    "customers.contact", "customers.class_spell", "customers.class", "customers.follow_up_plan",
)  # fmt: skip


class ContactsLink:
    """Contacts, closing class and the follow-up plan."""

    position = 10
    kinds = (CONTACT, SPELL, CLASS, PLAN)

    def lock(self, scope: Scope, pair: Pair) -> None:
        """Nothing beyond the two companies, which the merge locks."""

    def count(self, scope: Scope, pair: Pair) -> dict[str, int]:  # noqa: ARG002 -- the pair is within reach
        """Count the contacts that move."""
        return {CONTACT: Contact.objects.filter(company=pair.absorbed_id, removed_at=None).count()}

    def move(self, scope: Scope, pair: Pair, now: datetime) -> list[Moved]:
        """Move contacts and class."""
        return _move(scope, pair=pair, now=now)

    def move_back(self, scope: Scope, pair: Pair, moves: Sequence[Moved], now: datetime) -> list[bool]:  # noqa: ARG002 -- as all links
        """Put contacts, plans to follow up, a spell or the class of the survivor back."""
        model = {CONTACT: Contact, SPELL: ClosingClassChange, CLASS: Company, PLAN: FollowUpPlan}[moves[0].kind]
        return change_back(model, moves)

    def settle(self, scope: Scope, pair: Pair, now: datetime) -> None:  # noqa: ARG002 -- as all links
        """End a spell that the merge carried to a survivor whose class went back."""
        survivor = Company.objects.get(pk=pair.survivor_id)
        if survivor.closing_class == Company.ClosingClass.NONE:
            ClosingClassChange.objects.filter(company=survivor, ended_at=None).update(ended_at=now)


@action(Ability.MERGE_CUSTOMERS)
def _move(scope: Scope, *, pair: Pair, now: datetime) -> list[Moved]:
    rows = Contact.objects.filter(company=pair.absorbed_id)
    known = Contact.objects.filter(company=pair.survivor_id, removed_at=None).exclude(phone_index=b"")
    same = rows.filter(removed_at=None, phone_index__in=list(known.values_list("phone_index", flat=True)))
    repeated = list(same.values_list("pk", flat=True))
    # One number is one person: of two the survivor's stays in the lists, both keep the visits that met them.
    moves = change(CONTACT, rows.filter(pk__in=repeated), company_id=pair.survivor_id, removed_at=now)
    moves += change(CONTACT, rows.exclude(pk__in=repeated), company_id=pair.survivor_id)
    moves += _move_class(scope, pair, now)
    moves += _move_plan(pair, now) + _move_backups(pair)
    audit.record(scope, "customers.contacts_moved", company=pair.survivor_id, contacts=len(moves))
    return moves


def _move_class(scope: Scope, pair: Pair, now: datetime) -> list[Moved]:
    rows = {row.pk: row for row in Company.objects.filter(pk__in=[pair.survivor_id, pair.absorbed_id])}
    survivor, absorbed = rows[pair.survivor_id], rows[pair.absorbed_id]
    spell = ClosingClassChange.objects.filter(company=absorbed, ended_at=None).first()
    moves: list[Moved] = []
    if spell is not None:
        moves += change(SPELL, ClosingClassChange.objects.filter(pk=spell.pk), ended_at=max(now, spell.set_at))
    none = Company.ClosingClass.NONE
    is_barred = survivor.refused_at is not None and absorbed.closing_class == Company.ClosingClass.A
    if survivor.closing_class == none and absorbed.closing_class != none and not is_barred:
        if spell is not None:
            kept = {
                name: getattr(spell, name)
                for name in (
                    "closing_class",
                    "reason",
                    "amount_minor",
                    "currency",
                    "expected_on",
                    "next_step_at",
                    "renewals",
                )
            }
            kept["backup_id"] = spell.backup_id if spell.backup_id != survivor.pk else None
            ClosingClassChange.objects.create(company=survivor, set_by_id=scope.person_id, set_at=now, **kept)
        Company.objects.filter(pk=survivor.pk).update(closing_class=absorbed.closing_class)
        became = {"closing_class": text_of(absorbed.closing_class)}
        moves.append(Moved(CLASS, survivor.pk, {"closing_class": none.value}, became))
    return moves


def _move_plan(pair: Pair, now: datetime) -> list[Moved]:
    """The open plan goes on at a survivor that has none; else it ends: one company is followed up by one plan."""
    rows = FollowUpPlan.objects.filter(company=pair.absorbed_id, ended_at=None)
    if FollowUpPlan.objects.filter(company=pair.survivor_id, ended_at=None).exists():
        return change(PLAN, rows, ended_at=now)
    return change(PLAN, rows, company_id=pair.survivor_id)


def _move_backups(pair: Pair) -> list[Moved]:
    """Who stood by for others goes on as the survivor; nobody stands by for itself."""
    rows = ClosingClassChange.objects.filter(backup=pair.absorbed_id, ended_at=None)
    own = change(SPELL, rows.filter(company=pair.survivor_id), backup_id=None)
    return own + change(SPELL, rows.exclude(company=pair.survivor_id), backup_id=pair.survivor_id)


register_link(ContactsLink())
