from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

POOL = "pool"


class BeginForm(forms.Form):
    """Whose customers and leads are to go over, and why."""

    person = forms.TypedChoiceField(label=_("Person"), coerce=UUID)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("For example: moves to another team, long leave."),
    )

    def __init__(self, people: Sequence[tuple[UUID, str]], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["person"]
        field.choices = [("", ""), *((str(key), words) for key, words in people)]


def ids_of(texts: Sequence[str]) -> list[UUID]:
    """Read ids from check boxes; what is no id counts for nothing."""
    ids = []
    for text in texts:
        with suppress(ValueError):
            ids.append(UUID(text))
    return ids


def receiver_of(text: str) -> UUID | None:
    """Read to whom something goes: an id, or "pool" for None; raises `ValueError` for anything else."""
    return None if text == POOL else UUID(text)
