"""Words of running an installation: policy keys, groups, measures, choices, refusals, audit events, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from tiejun.foundation import audit, clock
from tiejun.foundation.refusals import register
from tiejun.inbox.rules import register_notices
from tiejun.operations.rules import Refusal
from tiejun.operations.texts.policies import GROUPS as GROUPS
from tiejun.operations.texts.policies import KEYS as KEYS
from tiejun.operations.texts.policies import MEASURES as MEASURES

if TYPE_CHECKING:
    from tiejun.foundation.refusals import Words

RUN_STATES: dict[str, Words] = {
    "PLANNED": _("Planned"),
    "DUE": pgettext_lazy("run", "Due"),
    "RUNNING": _("Running"),
    "DONE": _("Done"),
    "FAILED": _("Failed"),
    "BLOCKED": _("Waits"),
}

clock.register({"operations.allotment": _("Nightly allotment")})

CHOICES: dict[str, Words] = {
    "light": _("Light"),
    "standard": _("Standard"),
    "iron": _("Iron"),
    "at_cap": _("At the cap"),
    "always": _("Always"),
    "off": _("No"),
    "on": _("Yes"),
    "signed": _("It is signed"),
    "collected": _("It is collected"),
}

AUDIT_EVENTS: dict[str, Words] = {
    "operations.clock_ticked": _("Business clock went on"),
    "operations.allotment_asked": _("Look ahead at the allotment asked for"),
    "operations.allotment_asked_again": _("Repetition of an allotment asked for"),
    "operations.clock_event_done": _("Event of the clock done"),
    "operations.clock_event_failed": _("Event of the clock failed"),
    "operations.clock_event_started_by_hand": _("Event of the clock started by hand"),
    "operations.clock_event_retried": _("Event of the clock tried again"),
    "operations.policy_drafted": _("Policy drafted"),
    "operations.policy_approved": _("Policy put in force"),
    "operations.policy_withdrawn": _("Policy withdrawn"),
    "operations.audit_check_asked": _("Audit chain checked on demand"),
    "operations.audit_checked": _("Audit chain checked"),
}

REFUSALS = register(
    {
        Refusal.ALREADY_DONE: _("This was already done."),
        Refusal.ALREADY_RUNNING: _("This is running already."),
        Refusal.NOT_FAILED: _("Only a failed run can be tried again."),
        Refusal.BLOCKED: _("%(event)s must succeed first."),
        Refusal.EVENT_GONE: _("This installation no longer has this event."),
        Refusal.UNIT_CLOSED: _("This unit is closed."),
        Refusal.SAME_PERSON: _("You wrote this draft. Another person must approve it."),
        Refusal.NEEDS_SECOND_PERSON: _("This value is sensitive: another person has to approve it."),
        Refusal.NOT_A_DRAFT: _("This is no longer a draft."),
        Refusal.ALREADY_ENDED: _("This version has ended already."),
        Refusal.SAME_VALUE: _("This value is in force already."),
        Refusal.ORDER_BROKEN: _("%(first)s may not be larger or later than %(second)s."),
    }
)

audit.register(AUDIT_EVENTS)

register_notices(
    {"operations.clock_event_failed": _("%(event)s failed for %(unit)s on %(day)s. What follows it waits.")}
)


def words_of_key(key: str) -> str:
    """Return the name of a policy key in the active language; the key itself where words are missing."""
    return str(KEYS.get(key, key))


def words_of_group(group: str) -> str:
    """Return the name of a group of keys."""
    return str(GROUPS.get(group, group))


def words_of_measure(measure: str) -> str:
    """Return a unit of measurement in the active language."""
    return str(MEASURES.get(measure, measure))


def words_of_choice(value: str) -> str:
    """Return the name of a choice of a policy."""
    return str(CHOICES.get(value, value))


def shown_value(value: Any) -> str:
    """Write a policy's value for people: clock times past midnight say so, lists and mappings are joined."""
    match value:
        case bool():
            return say("Yes") if value else say("No")
        case str() if len(value) == 5 and value[2] == ":" and value[:2].isdigit():
            hours = int(value[:2])
            return (
                value
                if hours < 24
                else pgettext("clock time", "%(time)s the next day") % {"time": f"{hours - 24:02}{value[2:]}"}
            )
        case str():
            return words_of_choice(value)
        case list():
            return " / ".join(str(item) for item in value) or "\N{EN DASH}"
        case dict():
            return ", ".join(sorted(value)) or "\N{EN DASH}"
    return str(value)
