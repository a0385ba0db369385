"""The words of this module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.foundation import audit, refusals
from tiejun.inbox.rules import register_notices
from tiejun.succession.rules import Outcome, Refusal, State

if TYPE_CHECKING:
    from tiejun.foundation.refusals import Words

REFUSALS = refusals.register(
    {
        Refusal.NOTHING_HELD: _("This person holds nothing that could be handed over."),
        Refusal.ALREADY_ARRANGED: _("A hand-over of this person is open already."),
        Refusal.NOT_OPEN: _("This hand-over is under way or over."),
        Refusal.NOBODY_CHOSEN: _("Choose at least one colleague."),
        Refusal.NOT_A_COLLEAGUE: _("Choose colleagues of your team who are at work."),
        Refusal.NOTHING_DECIDED: _("There is nothing left to hand over."),
    }
)
STATES: dict[str, Words] = {
    State.OPEN: pgettext_lazy("succession", "To be arranged"),
    State.RUNNING: pgettext_lazy("succession", "Under way"),
    State.DONE: pgettext_lazy("succession", "Handed over"),
    State.LAPSED: pgettext_lazy("succession", "Went to the pools"),
}
OUTCOMES: dict[str, Words] = {
    Outcome.WAITING: "",
    Outcome.GIVEN: pgettext_lazy("succession", "Handed over"),
    Outcome.POOLED: pgettext_lazy("succession", "In the pool"),
    Outcome.STAYED: pgettext_lazy("succession", "Stays"),
}

register_notices(
    {
        "succession.waits": _("%(person)s left: %(count)s customers and leads wait for you to hand them over."),
        "succession.given_to_you": _("You took over from %(person)s: %(count)s customers and leads."),
        "succession.broke_off": _(
            "The hand-over from %(person)s broke off: %(count)s companies wait. Start it again, it goes on from there."
        ),
        "succession.lapsed": _("Nobody took over from %(person)s in time: %(count)s holdings went to the pools."),
    }
)
audit.register(
    {
        "succession.begun": _("Hand-over prepared"),
        "succession.begun_for_leaver": _("Hand-over of a leaver prepared"),
        "succession.proposed": _("Hand-over proposed"),
        "succession.chosen": _("Hand-over put by hand"),
        "succession.started": _("Hand-over started"),
        "succession.batch_repeated": _("Hand-over repeated"),
        "succession.handed_over": _("Customers and leads handed over"),
        "succession.run_finished": _("Hand-over ended"),
        "succession.broke_off": _("Hand-over broke off"),
        "succession.lapsed": _("Hand-over lapsed"),
    }
)
