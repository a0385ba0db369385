"""What the forms of leads have in common: a dialog on a wide screen, a page on a phone."""

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
    """Show a form as a dialog where one was asked for, else as a page; `extra` goes to `leads/form.html`."""
    context = {"form": form, "title": title, "submit": submit, "back": back, "here": request.get_full_path(), **extra}
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"leads/form.html{part}", context, status=422 if form.is_bound else 200)


def done(request: TiejunRequest, message: str, url_name: str, *args: Any, query: str = "") -> HttpResponse:
    """Say that it is done and go to a page, with this `query` in its address."""
    messages.success(request, message)
    address = f"{reverse(url_name, args=args)}{'?' if query else ''}{query}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
