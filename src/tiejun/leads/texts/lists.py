"""The lists of leads that views are kept of, with the words of their columns."""

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.fields.rules import PREFIX
from tiejun.foundation.refusals import register
from tiejun.leads.rules import Refusal, kanban
from tiejun.lists.rules import Column, ListKind, register_list

register(
    {
        Refusal.ORDER_CONVERTS: _("A lead becomes a customer by its first signed order."),
        Refusal.LIST_IS_ALLOTTED: _("The allotment is made at night. Claim the lead instead."),
        Refusal.LIST_GOES_BACK: _("What you leave in the allotment goes on to a colleague by itself."),
        Refusal.STEP_IS_TOLD: _("Record a follow-up: it says what comes next, and when."),
    }
)

COLUMNS = {
    kanban.Column.POOL: _("Public pool"),
    kanban.Column.LIST: _("Today's allotment"),
    kanban.Column.OPEN: _("No next step"),
    kanban.Column.DUE: _("Step overdue"),
    kanban.Column.AGREED: _("Next step agreed"),
    kanban.Column.WON: _("Customers"),
}

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
        prefix=PREFIX,
        name=_("Public pool"),
    )
)

MINE = register_list(
    ListKind(
        "leads.mine",
        Ability.VIEW_LEADS,
        "leads:mine",
        ("q", "sort", "status", "district", "source", "intent", "tag", "contact", "industry", "mine", "layout"),
        (
            Column("contact", _("Contact"), 2),
            Column("step", _("Next step"), 3),
            Column("due", _("Follow up by"), 4),
            Column("activity", _("Last activity"), 5),
        ),
        prefix=PREFIX,
        name=_("Leads"),
    )
)
