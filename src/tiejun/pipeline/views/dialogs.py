"""Forms that open in the dialog, or stand alone on a page of their own where there is no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from tiejun.foundation.web import render

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


def dialog(
    request: TiejunRequest, form: forms.Form, *, title: str, submit: str, back: str, tone: str = "primary", **extra: Any
) -> HttpResponse:
    """Show a form: as a fragment for the dialog, as a page for everybody else; 422 when it came back with errors."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "tone": tone,
        "here": request.get_full_path(),
        **extra,
    }
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"pipeline/form.html{part}", context, status=422 if form.is_bound else 200)


def done(request: TiejunRequest, message: str, url_name: str, *args: Any) -> HttpResponse:
    """Go to a page and say what was done."""
    messages.success(request, message)
    address = reverse(url_name, args=args)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
