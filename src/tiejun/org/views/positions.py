from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.foundation.times import local_date
from tiejun.org.actions import positions as actions
from tiejun.org.forms import ActingForm, EndRoleForm, GrantForm, MoveForm
from tiejun.org.queries import leave, people, units
from tiejun.org.sign_in import fresh_sign_in_required
from tiejun.org.texts import role_label
from tiejun.org.views.form_page import show_form, unit_choices

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "POST"])
def move(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Move a person to another unit or role."""
    request.scope.require(Ability.MANAGE_PEOPLE)
    profile = people.profile(request.scope, person_id, now=request.now)
    initial = {
        "unit_id": profile.unit_id,
        "role": profile.role,
        "starts_on": local_date(request.now, request.scope.zone),
    }
    all_roles = request.scope.can(Ability.GRANT_ROLES)
    form = MoveForm(request.POST or None, initial=initial, units=unit_choices(request), all_roles=all_roles)
    if form.is_valid():
        facts = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        actions.move_person(request.scope, person_id=person_id, **facts, now=request.now)
        return redirect("org:person", person_id)
    subtitle = _("Move to another unit or role; the present position stays as history.")
    return show_form(
        request,
        form,
        title=profile.name,
        subtitle=subtitle,
        submit=_("Move"),
        back_url=reverse("org:person", args=[person_id]),
    )


@require_http_methods(["GET", "POST"])
@fresh_sign_in_required
def grant(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Give a person a further role."""
    request.scope.require(Ability.GRANT_ROLES)
    profile = people.profile(request.scope, person_id, now=request.now)
    initial = {"starts_on": local_date(request.now, request.scope.zone)}
    form = GrantForm(request.POST or None, initial=initial, units=unit_choices(request))
    if form.is_valid():
        facts = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        actions.grant_role(request.scope, person_id=person_id, **facts, now=request.now)
        return redirect("org:person", person_id)
    return show_form(
        request,
        form,
        title=profile.name,
        subtitle=_("Grant a role"),
        submit=_("Grant role"),
        back_url=reverse("org:person", args=[person_id]),
    )


@require_http_methods(["GET", "POST"])
@fresh_sign_in_required
def end(request: TiejunRequest, person_id: UUID, position_id: UUID) -> HttpResponse:
    """End one of a person's roles."""
    request.scope.require(Ability.GRANT_ROLES)
    profile = people.profile(request.scope, person_id, now=request.now)
    form = EndRoleForm(request.POST or None, initial={"ends_on": local_date(request.now, request.scope.zone)})
    if form.is_valid():
        actions.end_role(request.scope, position_id=position_id, ends_on=form.cleaned_data["ends_on"], now=request.now)
        return redirect("org:person", person_id)
    held = next(
        (f"{role_label(row.role)} · {row.unit_name}" for row in profile.tenures if row.position_id == position_id), ""
    )
    return show_form(
        request,
        form,
        title=profile.name,
        subtitle=held,
        submit=_("End role"),
        is_danger=True,
        back_url=reverse("org:person", args=[person_id]),
    )


@require_http_methods(["GET", "POST"])
def acting(request: TiejunRequest, unit_id: UUID) -> HttpResponse:
    """Appoint an acting leader of a unit."""
    request.scope.require(Ability.APPOINT_ACTING)
    unit = units.unit_line(request.scope, unit_id, now=request.now)
    choices = leave.may_lead(request.scope, unit_id, now=request.now)
    form = ActingForm(
        request.POST or None, initial={"starts_on": local_date(request.now, request.scope.zone)}, people=choices
    )
    if form.is_valid():
        actions.appoint_acting_leader(request.scope, unit_id=unit_id, **form.cleaned_data, now=request.now)
        return redirect("org:units")
    return show_form(
        request,
        form,
        title=unit.name,
        subtitle=_("Appoint an acting leader"),
        submit=_("Appoint"),
        back_url=reverse("org:units"),
    )
