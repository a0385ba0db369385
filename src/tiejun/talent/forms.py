"""What the forms of skills let in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.foundation.refusals import Invalid, NotFound
from tiejun.talent import texts
from tiejun.talent.rules import EvidenceKind, Level, Skill
from tiejun.talent.rules.rating import Proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


MOST_PROOFS = 5


def asked_skill(data: Mapping[str, str]) -> Skill:
    """Return the skill that an address names, the first one for none; raises `NotFound` for one that does not exist."""
    try:
        return Skill(data.get("skill") or Skill.PITCH)
    except ValueError:
        raise NotFound from None


def proofs_of(values: Iterable[str]) -> list[Proof]:
    """Return the evidence that was ticked (`KIND:id`); raises `Invalid` for what cannot be read, or too much of it."""
    found = []
    for value in values:
        kind, _colon, key = value.partition(":")
        try:
            found.append(Proof(EvidenceKind(kind), UUID(key)))
        except ValueError:
            raise Invalid(evidence=_("One of these pieces of evidence cannot be read. Open the page again.")) from None
    if len(found) > MOST_PROOFS:
        raise Invalid(evidence=_("Name the five strongest pieces of evidence at most."))
    return found


class LevelForm(forms.Form):
    """A level with what was seen. The choices are the levels that can be set for the skill."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    level = forms.TypedChoiceField(
        label=_("Level"), coerce=lambda value: Level(int(value)), widget=forms.RadioSelect, choices=()
    )
    words = forms.CharField(
        label=_("What was seen"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )

    def __init__(self, *args: object, skill: Skill, levels: Iterable[Level], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # what Django takes
        field = self.fields["level"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(level.value, _meaning(skill, level)) for level in levels]


def _meaning(skill: Skill, level: Level) -> str:
    return f"{texts.LEVELS[level]} · {texts.MEANINGS[skill, level]}" if level else str(texts.NOT_YET)
