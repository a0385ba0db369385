"""What the company sells: product lines with their list prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.org import queries
from tiejun.org.actions.reference import set_product_line
from tiejun.org.forms import ProductLineForm
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.org.models import ProductLine


@require_safe
def product_list(request: TiejunRequest) -> HttpResponse:
    """List what is sold, then what is sold no more."""
    request.scope.require(Ability.MANAGE_REFERENCE)
    names = queries.product_line_names(request.scope)
    rows = [(row, names[row.pk]) for row in queries.product_lines(request.scope)]
    return render(request, "org/products.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Add a product line."""
    request.scope.require(Ability.MANAGE_REFERENCE)
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, product_line_id: UUID) -> HttpResponse:
    """Change a product line, or sell it no more."""
    request.scope.require(Ability.MANAGE_REFERENCE)
    return _form(request, queries.product_line(request.scope, product_line_id))


def _form(request: TiejunRequest, row: ProductLine | None) -> HttpResponse:
    if row is None:
        taken = [line.code for line in queries.product_lines(request.scope)]
        form = ProductLineForm(request.POST or None, taken=taken)
    else:
        form = ProductLineForm(request.POST or None, initial=ProductLineForm.values_of(row))
        for name in ("code", "currency"):
            form.fields[name].disabled = True
    if request.method == "POST" and form.is_valid():
        set_product_line(request.scope, **form.cleaned_data)
        return done(request, _("Saved."), "org:products")
    title = queries.product_line_names(request.scope)[row.pk] if row else _("New product line")
    return dialog(request, form, title=title, submit=_("Save"), back=reverse("org:products"), is_grid=True)
