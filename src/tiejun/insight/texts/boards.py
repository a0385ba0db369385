"""The words of the boards: their questions, and the sentences that answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tiejun.engines.control import Side
from tiejun.insight.rules.boards import BoardOf, Question, Verdict, named
from tiejun.ui.display import short_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tiejun.engines.shares import Share
    from tiejun.foundation.refusals import Words
    from tiejun.insight.rules.boards import Part

BOARDS: dict[BoardOf, Words] = {
    BoardOf.CEO: pgettext_lazy("board of", "CEO"),
    BoardOf.MARKETING: pgettext_lazy("board of", "Marketing"),
    BoardOf.SALES: pgettext_lazy("board of", "Sales"),
}
LEADS: dict[BoardOf, Words] = {
    BoardOf.CEO: _("Is the voyage on course, and where does it drift?"),
    BoardOf.MARKETING: _("Which channel brings valid leads, and at what cost to collected money?"),
    BoardOf.SALES: _("Which link leaks, who, and what is to be done?"),
}
QUESTIONS: dict[Question, Words] = {
    Question.COURSE: _("Is the voyage on course?"),
    Question.MONEY_IN: _("Does what was sold come in as money?"),
    Question.EFFICIENCY: _("Where does the work lose its effect?"),
    Question.ORGANISATION: _("What does the organisation leave lying?"),
    Question.TRUTH: _("Can what is reported be believed?"),
    Question.CUSTOMERS: _("Do customers come back?"),
    Question.TRAFFIC: _("Do more valid leads come, and from where?"),
    Question.VALIDITY: _("Which channel brings valid leads?"),
    Question.COST: _("At what cost to collected money?"),
    Question.BUYERS: _("Which channel’s leads become buyers?"),
    Question.TAKEN: _("Does sales keep what marketing brings?"),
    Question.RELATIONS: _("How much comes from relations and own work?"),
    Question.LEAK: _("Which link leaks?"),
    Question.WHO: _("Where does it leak?"),
    Question.ACTION: _("What is being done about it?"),
    Question.PROMISE: _("Will the month’s promise hold?"),
    Question.REVIEWS: _("Are wins and losses learned from?"),
}
VERDICTS: dict[Verdict, Words] = {
    Verdict.GOOD: pgettext_lazy("verdict of an answer", "On course"),
    Verdict.WATCH: pgettext_lazy("verdict of an answer", "Needs somebody"),
    Verdict.PLAIN: pgettext_lazy("verdict of an answer", "As usual"),
    Verdict.NOTHING: pgettext_lazy("verdict of an answer", "No data yet"),
}
CHANCE: dict[Side | None, Words] = {
    Side.HIGH: _("a rise beyond chance"),
    Side.LOW: _("a fall beyond chance"),
    None: _("no more apart than chance explains"),
}
FULL_STOP = "\N{IDEOGRAPHIC FULL STOP}"  # brings its own space
# What was counted went up, down, or stayed, against as many working days of the month before.
SUM_MOVED: dict[Side | None, Words] = {
    Side.HIGH: _(
        "%(now)s %(what)s so far, %(by)s more than the %(before)s in as many working days of the month before."
    ),
    Side.LOW: _(
        "%(now)s %(what)s so far, %(by)s less than the %(before)s in as many working days of the month before."
    ),
    None: _("%(now)s %(what)s so far, as much as in as many working days of the month before."),
}
SUM_NEW = _("%(now)s %(what)s so far; there was none in as many working days of the month before.")
WHAT = {
    Question.COURSE: pgettext_lazy("sum on a board", "signed"),
    Question.MONEY_IN: pgettext_lazy("sum on a board", "received"),
    Question.TRAFFIC: pgettext_lazy("sum on a board", "valid leads"),
}
MAIN_FACTOR = _("What moved it most: %(factor)s, %(by)s.")
PROMISED = _(
    "That is %(percent)s%% of the %(promised)s promised for the month, of whose working days %(gone)s%% are over."
)
NOT_PROMISED = _("Nobody has promised a number for this month yet.")
OVERDUE = ngettext_lazy(
    "%(amount)s is overdue, in %(n)s instalment.", "%(amount)s is overdue, in %(n)s instalments.", "n"
)
NOTHING_OVERDUE = _("Nothing is overdue.")
RATE_MOVED = {
    Question.EFFICIENCY: _("%(now)s of the visits were effective, before it %(before)s: %(chance)s."),
    Question.VALIDITY: _("%(now)s of the leads that came in were valid, before it %(before)s: %(chance)s."),
    Question.TAKEN: _("%(now)s of the leads that sales took were given up again, before it %(before)s: %(chance)s."),
    Question.RELATIONS: _("%(now)s of the valid leads came from referrals and own work, before it %(before)s: %(chance)s."),
}  # fmt: skip
BELOW = _("Below the whole beyond chance: %(names)s.")
ABOVE = _("Above the whole beyond chance: %(names)s.")
NONE_APART = _("No part differs from the whole by more than chance.")
FEW = _("With fewer than %(least)s cases a part is not compared; parts stand by name then.")
ANOMALIES_OPEN = ngettext_lazy(
    "%(n)s anomaly is open: %(waiting)s without an owner, %(late)s past the day that was agreed. Closed in this month: %(closed)s.",
    "%(n)s anomalies are open: %(waiting)s without an owner, %(late)s past the day that was agreed. Closed in this month: %(closed)s.",
    "n",
)
NO_ANOMALY = _("No anomaly is open. Closed in this month: %(closed)s.")
REVIEWED = _("%(share)s of the reviews of won and lost deals that were due are closed.")
NOT_REVIEWED = _("No review of a won or lost deal has fallen due yet.")
TRUTH = _("%(share)s of the reported visits are true, by %(n)s that were checked.")
CASES_OPEN = ngettext_lazy("%(n)s case is still open.", "%(n)s cases are still open.", "n")
TRUTH_UNKNOWN = _("Too few visits have been checked to tell.")
CAME_BACK = ngettext_lazy(
    "%(share)s of the customers came back within %(n)s month of their first order.",
    "%(share)s of the customers came back within %(n)s months of their first order.",
    "n",
)
NOBODY_OLD = ngettext_lazy(
    "No customer’s first order is more than %(n)s month old yet.",
    "No customer’s first order is more than %(n)s months old yet.",
    "n",
)
KEPT = _("In that month they spent %(percent)s%% of what they did in the first.")
SOURCE_MOVED = _("Most of it moved in %(name)s: %(by)s.")
COST = _("%(spent)s spent in three months has brought back %(received)s so far, %(ratio)s for each yuan.")
NOTHING_SPENT = _("Nothing was spent in these three months; what came in cost no campaign money.")
BEST_CHANNEL = _("Most for each yuan brings %(best)s (%(best_ratio)s), least %(least)s (%(least_ratio)s).")
NOT_RANKED = _("With fewer than %(least)s buyers a channel is not ranked: they stand by name.")
BECAME_BUYERS = _("%(share)s of the valid leads of three months have become buyers.")
LEAK = _("%(link)s: %(now)s%% %(of)s, before it %(before)s%%. At the rate before it would have been %(missing)s more.")
LEAK_MONEY = _("Carried on to orders that is about %(amount)s.")
NO_LEAK = _("No link made less of what came before it than chance explains.")
NO_WHO = _("There is no leak to look for.")
WHO = _("Most is missing in %(names)s.")
WHO_ALL = _("Every part misses about as much: it is no one part’s matter.")
WHO_NOBODY = _("It is spread: no part alone misses more than chance explains.")
NOTHING = {
    Question.COURSE: _("Nothing was signed in this month or the one before: there is no course to tell of yet."),
    Question.MONEY_IN: _("No money came in in this month or the one before, and none is overdue."),
    Question.EFFICIENCY: _("No visit was made in this month so far."),
    Question.TRAFFIC: _("No valid lead came in in this month or the one before."),
    Question.VALIDITY: _("No lead came in in this month so far."),
    Question.COST: _("Nothing was spent and no lead came in in these three months."),
    Question.BUYERS: _("No valid lead came in in these three months."),
    Question.TAKEN: _("Sales took no lead in this month so far."),
    Question.RELATIONS: _("No valid lead came in in this month so far."),
    Question.LEAK: _("Too little was counted in this month or the one before to compare links."),
}
ACTS = {
    Question.COURSE: _("See what moved it"),
    Question.MONEY_IN: _("Go after what is overdue"),
    Question.EFFICIENCY: _("Look at the units"),
    Question.ORGANISATION: _("Give them an owner"),
    Question.TRUTH: _("See how it was checked"),
    Question.CUSTOMERS: _("Look at the cohorts"),
    Question.TRAFFIC: _("See the campaigns"),
    Question.VALIDITY: _("Look at inbound leads"),
    Question.COST: _("Compare the channels"),
    Question.BUYERS: _("Compare the channels"),
    Question.TAKEN: _("Open the hand-over board"),
    Question.RELATIONS: _("Compare the channels"),
    Question.LEAK: _("Open the nine links"),
    Question.WHO: _("Look at the unit"),
    Question.ACTION: _("Give them an owner"),
    Question.PROMISE: _("Open the roll-up"),
    Question.REVIEWS: _("See the reviews"),
}


def money(minor: float, currency: str, *, signed: bool = False) -> str:
    """Return an amount in minor units as a board says it; `signed`: with a plus where it is one."""
    figure, unit = short_money(round(minor), currency)
    return f"{'+' if signed and minor > 0 else ''}{figure}{unit}"


def sum_moved(question: Question, shown: str, shown_before: str, now: int, before: int) -> str:
    """Say how a sum stands beside the one before it."""
    words = {"now": shown, "before": shown_before, "what": WHAT[question]}
    if not before:
        return str(SUM_NEW % words)
    side = None if now == before else Side.HIGH if now > before else Side.LOW
    return str(SUM_MOVED[side] % (words | {"by": percent(abs(now - before), abs(before))}))


def number(value: float, *, signed: bool = False) -> str:
    """Return a count in whole numbers."""
    return f"{round(value):+,}" if signed else f"{round(value):,}"


def percent(part: float, whole: float) -> str:
    """Return a part of a whole in whole percent; many times over as a multiple."""
    many = part / whole
    return pgettext("multiple", "%(n)s times") % {"n": round(many)} if many >= 10 else f"{round(100 * many)}%"


def share(one: Share) -> str:
    """Return a share with its 95 % interval; a dash without cases."""
    if one.value is None:
        return "–"
    return f"{round(100 * one.value)}% ({round(100 * one.low)}–{round(100 * one.high)}%, n = {one.cases:,})"


def listed(names: Sequence[str], most: int = 3) -> str:
    """Return names one after the other, and how many more there are."""
    shown = pgettext("between names", ", ").join(names[:most])
    more = len(names) - most
    return shown if more <= 0 else gettext("%(names)s and %(n)s more") % {"names": shown, "n": more}


def joined(sentences: Iterable[Words]) -> str:
    """Return sentences as one text, as the language runs them together."""
    text = ""
    for one in sentences:
        text += f"{' ' if one and text and not text.endswith(FULL_STOP) else ''}{one}"
    return text


def apart(parts: Sequence[Part], least: int) -> list[str]:
    """Say which parts differ from the whole by more than chance, and that small ones are not compared."""
    if len(parts) < 2:
        return []
    low, high = named(parts, Side.LOW), named(parts, Side.HIGH)
    found = [str(BELOW % {"names": listed(low)})] if low else []
    found += [str(ABOVE % {"names": listed(high)})] if high else []
    few = [str(FEW % {"least": least})] if any(part.few for part in parts) else []
    return [*(found or ([str(NONE_APART)] if not all(part.few for part in parts) else [])), *few]
