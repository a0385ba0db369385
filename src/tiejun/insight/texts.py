"""The words of this module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.foundation import audit, clock
from tiejun.foundation.refusals import register
from tiejun.insight.rules import Refusal

if TYPE_CHECKING:
    from tiejun.foundation.refusals import Words

TARGETS: dict[str, Words] = {
    "EFFECTIVE": _("Becomes an effective customer"),
    "SIGN": _("Signs"),
}
METHODS: dict[str, Words] = {
    "BOOSTING": _("Gradient-boosted trees"),
    "LOGISTIC": _("Logistic regression"),
}
STATES: dict[str, Words] = {
    "LIVE": _("in use"),
    "REFUSED": _("not used"),
    "REPLACED": _("replaced"),
}
WHY: dict[str, Words] = {
    "BEATS_BASE": _("It foresaw the newest tries, which it had not seen, better than one chance for all would have."),
    "TOO_FEW_ROWS": _("There are too few finished tries yet to learn from."),
    "TOO_FEW_OUTCOMES": _("Too few of the tries came true, or too few did not."),
    "NO_BETTER_THAN_BASE": _(
        "It foresaw the newest tries no better than one chance for all would have: no score is shown."
    ),
}
NOT_YET: Words = _("Nothing was learned yet; the first night does it.")

REFUSALS = register(
    {
        Refusal.LEARNER_MISSING: _(
            "This machine lacks the library that scores are learned with (on Debian: libgomp1). Ask who looks after the machine "
            "to install it, then try again. Until then leads are given out by the last scores."
        ),
    }
)

clock.register({"insight.scores": _("Score leads")})
audit.register({"insight.score_learned": _("Chance of leads learned")})
