"""What all forms have in common: a dialog on a wide screen, a page on a phone; then a page that says what was done."""

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
    request: TiejunRequest,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    back: str,
    template: str = "ui/form.html",
    status: int = 0,
    **extra: Any,
) -> HttpResponse:
    """Show a form as a dialog where one was asked for, else as a page; 422 when it came back with errors, unless `status` says more.

    `extra` goes to the template; `ui/form.html` knows `intro`, `note` and `is_grid`.
    """
    context = {"form": form, "title": title, "submit": submit, "back": back, "here": request.get_full_path(), **extra}
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"{template}{part}", context, status=status or (422 if form.is_bound else 200))


def done(request: TiejunRequest, message: str, url_name: str, *args: Any, query: str = "") -> HttpResponse:
    """Say what was done and go to a page, with this `query` in its address."""
    return went_to(request, message, f"{reverse(url_name, args=args)}{'?' if query else ''}{query}")


def went_to(request: TiejunRequest, message: str, address: str) -> HttpResponse:
    """Say what was done and go to an address of our own."""
    messages.success(request, message)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
