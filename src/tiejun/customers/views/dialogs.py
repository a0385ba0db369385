"""The dialogs of a customer: one form, opened over the page or as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from tiejun.foundation.web import render

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


def dialog(
    request: TiejunRequest, form: forms.Form, *, title: str, submit: str, company: Any, status: int = 0, **extra: Any
) -> HttpResponse:
    """Show a form about a company."""
    back = reverse("customers:company", args=[company.pk])
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "intro": company.name,
        "back": back,
        "here": request.get_full_path(),
        **extra,
    }
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"customers/form.html{part}", context, status=status or (422 if form.is_bound else 200))


def done(request: TiejunRequest, message: str, company_id: UUID) -> HttpResponse:
    """Say that it is done, on the page of the company."""
    messages.success(request, message)
    address = reverse("customers:company", args=[company_id])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
