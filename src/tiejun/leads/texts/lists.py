"""The lists of leads that views are kept of, with the words of their columns."""

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.lists.rules import Column, ListKind, register_list

POOL = register_list(
    ListKind(
        "leads.pool",
        Ability.VIEW_POOL,
        "leads:pool",
        ("q", "pool", "district", "source", "intent", "tag", "contact", "industry", "sort"),
        (
            Column("district", _("District"), 2),
            Column("contact", _("Contact"), 3),
            Column("intent", _("Intent"), 4),
        ),
    )
)

MINE = register_list(
    ListKind(
        "leads.mine",
        Ability.VIEW_LEADS,
        "leads:mine",
        ("q", "sort", "status", "district", "source", "intent", "tag", "contact", "industry", "mine"),
        (
            Column("contact", _("Contact"), 2),
            Column("step", _("Next step"), 3),
            Column("due", _("Follow up by"), 4),
            Column("activity", _("Last activity"), 5),
        ),
    )
)
