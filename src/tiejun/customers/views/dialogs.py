"""The dialogs of a customer: one form, opened over the page or as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from tiejun.ui import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


def dialog(
    request: TiejunRequest, form: forms.Form, *, title: str, submit: str, company: Any, **extra: Any
) -> HttpResponse:
    """Show a form about a company."""
    back = reverse("customers:company", args=[company.pk])
    shown = {"template": "customers/form.html", "intro": company.name, **extra}
    return dialogs.dialog(request, form, title=title, submit=submit, back=back, **shown)


def done(request: TiejunRequest, message: str, company_id: UUID) -> HttpResponse:
    """Say that it is done, on the page of the company."""
    return dialogs.done(request, message, "customers:company", company_id)
