"""Customers for life as their pages show them: words of signals, forms in the dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.success import texts
from tiejun.success.rules import Usage
from tiejun.success.rules.life import Signal
from tiejun.ui.dialogs import dialog, went_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.success.models import CustomerLife
    from tiejun.success.rules.life import FoundSignal

SIGNAL_WORDS = dict(texts.SIGNALS)
USAGE_WORDS = dict(texts.USAGES)


def reasons(signals: Iterable[FoundSignal]) -> list[dict[str, Any]]:
    """Return signals in words: what it is, how much of it, how many points it costs."""
    return [
        {"words": SIGNAL_WORDS[one.kind.value], "measure": measure_words(one), "points": one.points} for one in signals
    ]


def measure_words(one: FoundSignal) -> str:
    """Return how much of a signal there is, in words."""
    if one.kind is Signal.UNUSED:
        return str(USAGE_WORDS[Usage(one.measure).value])
    if one.kind is Signal.ENDING and one.measure < 0:
        return str(texts.ENDED % {"n": -one.measure})
    return str(texts.MEASURES[one.kind] % {"n": one.measure})


def next_step(life: CustomerLife, signals: Iterable[FoundSignal]) -> str:
    """Return what is done next: what somebody said, else what the costliest signal asks for; empty when all is well."""
    if life.next_step:
        return life.next_step
    first = next(iter(signals), None)
    return str(texts.SUGGESTIONS[first.kind]) if first else ""


def standing(life: CustomerLife) -> dict[str, Any]:
    """Return the badge of a customer's standing."""
    return {
        "words": life.get_standing_display(),
        "tone": texts.STANDING_TONES[life.standing],
        "icon": texts.STANDING_ICONS[life.standing],
        "score": life.score,
    }


def submit(
    request: TiejunRequest,
    form: forms.Form,
    act: Callable[[], object],
    *,
    message: str,
    title: str,
    button: str,
    company: Any,
) -> HttpResponse:
    """Show a form about a customer, or do what was sent; refused input comes back with what was typed and why."""
    back = reverse("success:life", args=[company.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Invalid as invalid:
            for name, words in invalid.errors.items():
                form.add_error(name if name in form.fields else None, str(words))
        except Refused as refused:
            form.add_error(None, refused.message)
        except Stale as stale:
            _offer_again(form, stale)
        else:
            return went_to(request, message, back)
    return dialog(request, form, title=title, submit=button, back=back, intro=company.name)


def _offer_again(form: forms.Form, stale: Stale) -> None:
    """Let what was typed be sent once more, knowing what a colleague wrote meanwhile."""
    form.data = {**form.data.dict(), "version": str(getattr(stale.current, "version", ""))}  # type: ignore[attr-defined] # what was posted
    form.add_error(
        None, _("A colleague changed this meanwhile. Look at it again; what you typed is kept and can be sent.")
    )


def life_address(company_id: UUID) -> str:
    """Return the address of a customer's life."""
    return reverse("success:life", args=[company_id])
