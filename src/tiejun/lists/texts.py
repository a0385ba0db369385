"""The words of refusals."""

from django.utils.translation import gettext_lazy as _

from tiejun.foundation import audit
from tiejun.foundation.refusals import register
from tiejun.lists.rules import Refusal

register(
    {
        Refusal.NAME_TAKEN: _("There is a view of this name already: choose another, or change that one."),
        Refusal.TOO_MANY_VIEWS: _("You keep %(most)s views of this list. Remove one first."),
    }
)

audit.register(
    {
        "lists.view_saved": _("View kept"),
        "lists.view_edited": _("View changed"),
        "lists.view_removed": _("View removed"),
    }
)
