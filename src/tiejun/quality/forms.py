from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.quality import texts
from tiejun.quality.rules.vocabulary import CallAnswers, EvidenceKind, Finding, Vote

_ANSWERS = {"yes": True, "no": False, "": None}


class FindingForm(forms.Form):
    """What the customer said and what the inspector concludes."""

    def __init__(self, *args: Any, asks: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if asks:
            for name, question in texts.SCRIPT:
                self.fields[name] = forms.ChoiceField(
                    label=question, choices=list(texts.ANSWERS.items()), required=False, widget=forms.RadioSelect
                )
        self.fields["finding"] = forms.ChoiceField(
            label=_("Finding"), choices=list(texts.FINDINGS.items()), widget=forms.RadioSelect
        )
        self.fields["note"] = forms.CharField(
            label=_("In your words"),
            max_length=1000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Needed for anything but a confirmation. Facts, no names of colleagues."),
        )

    def values(self) -> dict[str, Any]:
        """Return what `record_finding` takes."""
        given = self.cleaned_data
        answers = CallAnswers(**{name: _ANSWERS.get(given.get(name, "")) for name, _question in texts.SCRIPT})
        return {"finding": Finding(given["finding"]), "answers": answers, "note": given["note"]}


class CaseForm(forms.Form):
    """A case with its two independent evidences."""

    summary = forms.CharField(label=_("What is in question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    kind_1 = forms.ChoiceField(label=_("First evidence"), choices=list(texts.EVIDENCE.items()))
    note_1 = forms.CharField(label=_("What it says"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    kind_2 = forms.ChoiceField(
        label=_("Second evidence"), choices=list(texts.EVIDENCE.items()), help_text=_("Of another kind than the first.")
    )
    note_2 = forms.CharField(label=_("What it says"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def values(self) -> dict[str, Any]:
        """Return what `open_case` takes."""
        given = self.cleaned_data
        pairs = [(EvidenceKind(given[f"kind_{n}"]), given[f"note_{n}"]) for n in (1, 2)]
        return {"summary": given["summary"], "evidence": pairs}


class WordsForm(forms.Form):
    """An account, an appeal, or a reason, in words."""

    words = forms.CharField(label=_("In your words"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class PanelForm(forms.Form):
    """Three members of a panel."""

    members = forms.MultipleChoiceField(label=_("Three members"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, candidates: list[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"].choices = candidates  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what `appoint_panel` takes."""
        return {"person_ids": [UUID(text) for text in self.cleaned_data["members"]]}


class VoteForm(forms.Form):
    """A vote with its severity and reason."""

    vote = forms.ChoiceField(label=_("Your vote"), choices=list(texts.VOTES.items()), widget=forms.RadioSelect)
    severity = forms.ChoiceField(
        label=_("How severe, if upheld"),
        choices=[("", "–"), *((str(number), words) for number, words in texts.SEVERITIES.items())],
        required=False,
    )
    note = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def values(self) -> dict[str, Any]:
        """Return what `cast_vote` takes."""
        given = self.cleaned_data
        return {"vote": Vote(given["vote"]), "severity": int(given["severity"] or 0), "note": given["note"]}
