"""The words of skills: refusals, levels, reasons, notices, the audit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.foundation import audit, refusals
from tiejun.inbox.rules import register_notices
from tiejun.meetings.rules.drilling import Subject
from tiejun.talent.rules import EvidenceKind, Level, Refusal, Skill, Source
from tiejun.talent.rules.needs import NeedReason

REFUSALS = refusals.register(
    {
        Refusal.RATE_ONESELF: _("Nobody sets their own level. How you see yourself stands beside it."),
        Refusal.PERSON_GONE: _("This person does not work here any more."),
        Refusal.LEVEL_SKIPPED: _("One level at a time: b presupposes a, c presupposes b."),
        Refusal.NO_EVIDENCE: _("Name what it rests on: an accompanied day, a drill, a visit or a deal."),
        Refusal.NOT_THEIR_EVIDENCE: _("One of these pieces of evidence is not this person's, or too old."),
        Refusal.EVIDENCE_SPENT: _("One of these pieces of evidence carries an earlier level of this skill. Name a fresh one."),
        Refusal.MORE_EVIDENCE: _("Level c rests on %(needed)s pieces of evidence at least."),
        Refusal.ONLY_DRILLED: _("A drill shows level a. Levels b and c are seen at customers: name a visit, a deal or an accompanied day."),
    }
)  # fmt: skip
SKILLS = {
    Skill.OPTIMISM: pgettext_lazy("heart", "Positive, optimistic heart"),
    Skill.RESPONSIBILITY: pgettext_lazy("heart", "Responsibility"),
    Skill.AMBITION: pgettext_lazy("heart", "Ambition"),
    Skill.EXECUTION: pgettext_lazy("power", "Execution"),
    Skill.LEARNING: pgettext_lazy("power", "Learning"),
    Skill.COMMUNICATION: pgettext_lazy("power", "Communication"),
    Skill.PITCH: pgettext_lazy("practical skill", "Pitch"),
    Skill.DEMO: pgettext_lazy("practical skill", "Demo"),
    Skill.CLOSE: pgettext_lazy("practical skill", "Closing"),
    Skill.OBJECTION: pgettext_lazy("practical skill", "Objections"),
    Skill.KIT: pgettext_lazy("practical skill", "Sales kit"),
    Skill.PROSPECTING: pgettext_lazy("practical skill", "Prospecting"),
}
# What stands at a corner of the radar, where there is room for a few letters.
CORNERS = {
    Skill.OPTIMISM: pgettext_lazy("corner of the radar", "Optimism"),
    Skill.RESPONSIBILITY: pgettext_lazy("corner of the radar", "Duty"),
    Skill.AMBITION: pgettext_lazy("corner of the radar", "Ambition"),
    Skill.EXECUTION: pgettext_lazy("corner of the radar", "Execution"),
    Skill.LEARNING: pgettext_lazy("corner of the radar", "Learning"),
    Skill.COMMUNICATION: pgettext_lazy("corner of the radar", "Talk"),
    Skill.PITCH: pgettext_lazy("corner of the radar", "Pitch"),
    Skill.DEMO: pgettext_lazy("corner of the radar", "Demo"),
    Skill.CLOSE: pgettext_lazy("corner of the radar", "Closing"),
    Skill.OBJECTION: pgettext_lazy("corner of the radar", "Objections"),
    Skill.KIT: pgettext_lazy("corner of the radar", "Kit"),
    Skill.PROSPECTING: pgettext_lazy("corner of the radar", "Prospects"),
}
LEVELS = {
    Level.NONE: pgettext_lazy("level of a skill", "–"),
    Level.A: pgettext_lazy("level of a skill", "a"),
    Level.B: pgettext_lazy("level of a skill", "b"),
    Level.C: pgettext_lazy("level of a skill", "c"),
}
LEVEL_TONES = {Level.NONE: "neutral", Level.A: "warning", Level.B: "info", Level.C: "success"}
NOT_YET = pgettext_lazy("level of a skill", "not shown yet")
MEANINGS = {
    (Skill.OPTIMISM, Level.A): _("stays positive when things go well"),
    (Skill.OPTIMISM, Level.B): _("stays positive in adversity"),
    (Skill.OPTIMISM, Level.C): _("lifts colleagues and carries them along"),
    (Skill.EXECUTION, Level.A): _("does what was agreed"),
    (Skill.EXECUTION, Level.B): _("understands why it is done"),
    (Skill.EXECUTION, Level.C): _("draws inferences and applies them elsewhere"),
    (Skill.RESPONSIBILITY, Level.A): _("answers for the own process and result"),
    (Skill.RESPONSIBILITY, Level.B): _("completes work for the team in quantity and quality"),
    (Skill.RESPONSIBILITY, Level.C): _("takes the team's task as the own"),
    (Skill.LEARNING, Level.A): _("accepts what is taught"),
    (Skill.LEARNING, Level.B): _("learns by themselves"),
    (Skill.LEARNING, Level.C): _("masters it thoroughly and learns on"),
    (Skill.AMBITION, Level.A): _("has a clear goal"),
    (Skill.AMBITION, Level.B): _("keeps going for higher goals, and acts"),
    (Skill.AMBITION, Level.C): _("sets the team's goal and carries it through"),
    (Skill.COMMUNICATION, Level.A): _("states the own view clearly"),
    (Skill.COMMUNICATION, Level.B): _("grasps what the leader means and agrees it with the team"),
    (Skill.COMMUNICATION, Level.C): _("is infectious"),
    (Skill.PITCH, Level.A): _("says the 30 seconds with a question and a trial close"),
    (Skill.PITCH, Level.B): _("leads to the customer's need by talking with them"),
    (Skill.PITCH, Level.C): _("finds the right words for each customer, and teaches it"),
    (Skill.DEMO, Level.A): _("shows the four steps in their order"),
    (Skill.DEMO, Level.B): _("shows benefit with live buyers and peers of the customer"),
    (Skill.DEMO, Level.C): _("catches what interests most and leads from it to the order"),
    (Skill.CLOSE, Level.A): _("tries to close"),
    (Skill.CLOSE, Level.B): _("puts order and pen on the table and closes again after a no"),
    (Skill.CLOSE, Level.C): _("signs regularly in the first talks, and teaches it"),
    (Skill.OBJECTION, Level.A): _("agrees, compliments and sets aside"),
    (Skill.OBJECTION, Level.B): _("clarifies, shows the solution and closes again"),
    (Skill.OBJECTION, Level.C): _("turns the hardest objection of the team into a deal"),
    (Skill.KIT, Level.A): _("has the kit at hand and complete"),
    (Skill.KIT, Level.B): _("backs each statement with the right page"),
    (Skill.KIT, Level.C): _("builds own cases that others use"),
    (Skill.PROSPECTING, Level.A): _("finds the person in charge"),
    (Skill.PROSPECTING, Level.B): _("wins new effective customers every day"),
    (Skill.PROSPECTING, Level.C): _("opens up markets and buildings for the team"),
}
SOURCES = {
    Source.LEADER: pgettext_lazy("who set a level", "Line"),
    Source.SELF: pgettext_lazy("who set a level", "Self"),
}
EVIDENCE = {
    EvidenceKind.COACHING: pgettext_lazy("evidence of a skill", "Accompanied day"),
    EvidenceKind.DRILL: pgettext_lazy("evidence of a skill", "Drill"),
    EvidenceKind.VISIT: pgettext_lazy("evidence of a skill", "Visit"),
    EvidenceKind.DEAL: pgettext_lazy("evidence of a skill", "Deal"),
}
EVIDENCE_ICONS = {
    EvidenceKind.COACHING: "footprints",
    EvidenceKind.DRILL: "swords",
    EvidenceKind.VISIT: "map-pinned",
    EvidenceKind.DEAL: "handshake",
}
OBJECTIONS = {
    Subject.PRICE: pgettext_lazy("drill", "“Too expensive”"),
    Subject.COMPETITOR: pgettext_lazy("drill", "“We buy from somebody else”"),
    Subject.NO_BUDGET: pgettext_lazy("drill", "“There is no budget”"),
    Subject.NO_NEED: pgettext_lazy("drill", "“We do not need it”"),
    Subject.NO_DECISION: pgettext_lazy("drill", "“We have to think about it”"),
    Subject.PRODUCT_GAP: pgettext_lazy("drill", "“Your product lacks something”"),
    Subject.TIMING: pgettext_lazy("drill", "“Not now”"),
    Subject.PITCH: pgettext_lazy("drill", "30-second pitch"),
    Subject.DEMO: pgettext_lazy("drill", "Four-step demo"),
    Subject.CLOSE: pgettext_lazy("drill", "Sit, demo, order: the trial close"),
}
REASONS = {
    NeedReason.LOST_TO: _("loses %(own)s of %(of)s sales to %(subject)s, the others %(group)s of %(group_of)s"),
    NeedReason.LOST_ALONE: _("loses %(own)s of %(of)s sales to %(subject)s"),
    NeedReason.UNUSED_POINT: _("a coached point is not used yet: %(point)s (%(used)s of %(checked)s checks)"),
    NeedReason.OPEN_POINT: _("works at it: %(point)s"),
    NeedReason.BELOW_GROUP: _("seen at %(percent)s %% of the visits, in the group at %(group)s %%"),
    NeedReason.DRILL_UNUSED: _("drilled, not used on the day after: %(subject)s"),
    NeedReason.BELOW_TARGET: _("stands at level %(level)s, the aim is %(target)s"),
    NeedReason.NEVER_RATED: _("never rated yet"),
}
ANSWER_TO = _("Answer to %(subject)s")
NOTICES = register_notices({"talent.rated": _("%(name)s has set a level in your skill map.")})
audit.register(
    {
        "talent.rated": _("Level of a skill set"),
        "talent.assessed_oneself": _("Own view of a skill noted"),
    }
)
