"""The words of this module: kinds, refusals, faults."""

from django.utils.translation import gettext_lazy as _

from tiejun.fields.rules import Fault, FieldTerms, Kind, Refusal, Subject
from tiejun.foundation import audit, refusals

refusals.register(
    {
        Refusal.NAME_TAKEN: _("There is a field of this name already."),
        Refusal.TOO_MANY_FIELDS: _("There are %(most)s fields already: retire one that nobody fills first."),
        Refusal.CHOICES_MISSING: _("Write at least one answer to choose."),
        Refusal.TOO_MANY_CHOICES: _("Nobody finds an answer among so many: write at most 60."),
        Refusal.CHOICES_ALIKE: _("Two answers have the same name."),
        Refusal.CHOICE_UNKNOWN: _(
            "The last part of a line names an answer that is not there: leave it as it stood, or out."
        ),
        Refusal.BOUNDS_CROSS: _("The smallest value is above the largest."),
    }
)

SUBJECTS = {Subject.LEAD: _("Of a lead"), Subject.CUSTOMER: _("Of a customer")}
KINDS = {
    Kind.TEXT: _("Text"),
    Kind.NUMBER: _("Number"),
    Kind.DATE: _("Date"),
    Kind.CHOICE: _("Choice"),
    Kind.YES_NO: _("Yes or no"),
}
FAULTS = {
    Fault.TOO_LONG: _("At most 500 characters."),
    Fault.NOT_A_NUMBER: _("Write a number."),
    Fault.TOO_SMALL: _("This is less than the field allows."),
    Fault.TOO_LARGE: _("This is more than the field allows."),
    Fault.NOT_A_DATE: _("Write a day, like 2026-03-15."),
    Fault.NO_SUCH_CHOICE: _("Choose one of the answers."),
    Fault.NOT_YES_OR_NO: _("Answer yes or no."),
    Fault.NO_SUCH_FIELD: _("There is no such field."),
}


def words_of_fault(fault: Fault, terms: FieldTerms | None) -> str:
    """Return why a value does not fit its field, with the bound that it passes where there is one."""
    if terms is not None and fault in (Fault.TOO_SMALL, Fault.TOO_LARGE):
        bound = terms.least if fault is Fault.TOO_SMALL else terms.most
        if bound is not None:
            words = _("At least %(bound)s.") if fault is Fault.TOO_SMALL else _("At most %(bound)s.")
            return str(words) % {"bound": f"{bound.normalize():f}"}
    return str(FAULTS[fault])


YES, NO = _("Yes"), _("No")

audit.register(
    {
        "fields.defined": _("Custom field defined"),
        "fields.edited": _("Custom field changed"),
        "fields.retired": _("Custom field retired"),
        "fields.restored": _("Custom field taken back into use"),
        "fields.noted": _("Custom fields written"),
    }
)
