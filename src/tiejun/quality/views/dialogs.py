"""What the forms of quality have in common: a dialog on a wide screen, a page on a phone."""

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
    request: TiejunRequest, form: forms.Form, *, title: str, submit: str, back: str, **extra: Any
) -> HttpResponse:
    """Show a form as a dialog where one was asked for, else as a page; `extra` goes to `quality/form.html`."""
    context = {"form": form, "title": title, "submit": submit, "back": back, "here": request.get_full_path(), **extra}
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"quality/form.html{part}", context, status=422 if form.is_bound else 200)


def done(request: TiejunRequest, message: str, url_name: str, *args: Any) -> HttpResponse:
    """Say that it is done and go to a page."""
    messages.success(request, message)
    address = reverse(url_name, args=args)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def part_of(request: TiejunRequest) -> str:
    """Return the partial that the drawer asks for, empty for the page."""
    return "#card" if request.htmx.target == "drawer-body" else ""
