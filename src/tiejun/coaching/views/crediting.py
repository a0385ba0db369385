"""What coaching brought: deals through points, praise before the team, the effect in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.coaching.actions import crediting as actions
from tiejun.coaching.forms import DealForm, PraiseForm
from tiejun.coaching.queries.crediting import deal_choices
from tiejun.coaching.queries.effect import effect_page
from tiejun.coaching.queries.points import point_in_reach
from tiejun.foundation.web import render
from tiejun.ui import dialogs
from tiejun.ui.display import signed_number

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.engines.uplift import Effect
    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "HEAD", "POST"])
def deal(request: TiejunRequest, point_id: UUID) -> HttpResponse:
    """Put a signed order down to a point."""
    request.scope.require(Ability.COACH)
    point = point_in_reach(request.scope, point_id)
    form = DealForm(deal_choices(request.scope, point, now=request.now), request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.link_deal(
            request.scope, point_id=point_id, order_id=given["order"], note=given["note"], now=request.now
        )
        return dialogs.done(request, _("Linked. The person learns of it."), "coaching:person", point.person_id)
    back = reverse("coaching:person", args=[point.person_id])
    title = _("Signed through this point")
    return dialogs.dialog(request, form, title=title, submit=_("Confirm"), back=back, intro=point.title)


@require_http_methods(["GET", "HEAD", "POST"])
def praise(request: TiejunRequest, point_id: UUID) -> HttpResponse:
    """Praise somebody before the team."""
    request.scope.require(Ability.COACH)
    point = point_in_reach(request.scope, point_id)
    form = PraiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.praise(request.scope, point_id=point_id, text=form.cleaned_data["text"], now=request.now)
        return dialogs.done(request, _("The team reads it now."), "coaching:person", point.person_id)
    back = reverse("coaching:person", args=[point.person_id])
    intro = _("The whole team reads this sentence, and nothing of the point itself.")
    return dialogs.dialog(request, form, title=_("Praise before the team"), submit=_("Praise"), back=back, intro=intro)


@require_safe
def effect(request: TiejunRequest) -> HttpResponse:
    """Show what accompanied visits bring, group by group."""
    page = effect_page(request.scope, now=request.now)
    context = {
        "page": page,
        "total": _points(page.total),
        "lines": [(line, _points(line.effect)) for line in page.lines],
    }
    return render(request, "coaching/effect.html", context)


def _points(found: Effect) -> dict[str, Any]:
    """Return an effect in percentage points, signed; empty without a telling case."""
    if found.uplift is None or found.low is None or found.high is None:
        return {}
    words = {
        name: signed_number(100 * getattr(found, name)) for name in ("uplift", "low", "high", "change", "peers_change")
    }
    return words | {"is_clear": found.is_clear, "is_good": found.low > 0, "cases": found.cases}
