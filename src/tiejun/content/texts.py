"""The words of this module."""

from django.utils.translation import gettext_lazy as _

from tiejun.content.rules import Advice, Occasion, Refusal
from tiejun.foundation import audit, refusals

refusals.register(
    {
        Refusal.SCRIPT_IS_RETIRED: _("This script is retired. Take it back into use first."),
        Refusal.NOTHING_TO_PUBLISH: _("There is no draft: what stands here is published."),
        Refusal.OWN_WORDS: _("Somebody else publishes what you wrote: four eyes see more."),
    }
)

OCCASIONS = {
    Occasion.PITCH: _("30-second pitch"),
    Occasion.DEMO: _("Four-step demo"),
    Occasion.TRIAL_CLOSE: _("Trial close"),
    Occasion.OBJECTION: _("Objection"),
}
ADVICE = {
    Advice.TOO_LONG: _("It takes longer to say than a pitch may."),
    Advice.ASKS_NOTHING: _("It asks the customer nothing."),
    Advice.CHINESE_MISSING: _("It is not there in Chinese yet."),
    Advice.ENGLISH_MISSING: _("It is not there in English yet."),
}

audit.register(
    {
        "content.draft_written": _("Draft of a script written"),
        "content.script_published": _("Script published"),
        "content.script_restored": _("Script taken back into use"),
        "content.script_retired": _("Script retired"),
        "content.script_started": _("Script started"),
    }
)
