"""The dialogs of deals: a form, above it what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiejun.ui import dialogs

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


def dialog(
    request: TiejunRequest, form: forms.Form, *, title: str, submit: str, back: str, tone: str = "primary", **extra: Any
) -> HttpResponse:
    """Show a form, with the order, plan or receipt that it is about where `extra` names one."""
    template = "pipeline/form.html"
    return dialogs.dialog(request, form, title=title, submit=submit, back=back, template=template, tone=tone, **extra)
