from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.org.actions import people as actions
from tiejun.org.forms import JoinForm, LeavingForm, PeopleFilterForm, PersonForm
from tiejun.org.queries import leave, logins, people
from tiejun.org.texts import ROLES
from tiejun.org.views.form_page import show_form, unit_choices

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

LEAVE_SHOWN = timedelta(days=400)


@require_safe
def people_list(request: TiejunRequest) -> HttpResponse:
    """Show the people within reach."""
    form = PeopleFilterForm(request.GET)
    form.is_valid()
    given = {name: value for name, value in form.cleaned_data.items() if value}
    wanted = people.PeopleFilter(
        text=given.get("q", ""),
        unit_id=given.get("unit"),
        role=Role(given["role"]) if "role" in given else None,
        state=given.get("state", "present"),
    )
    page = people.people_page(request.scope, wanted, cursor=request.GET.get("cursor"), now=request.now)
    context = {
        "page": page,
        "wanted": wanted,
        "units": unit_choices(request),
        "roles": [(role.value, label) for role, label in ROLES.items()],
        "next": _address(given, page.next_cursor),
        "previous": _address(given, page.previous_cursor),
        "can_join": request.scope.can(Ability.MANAGE_PEOPLE),
        "can_manage_logins": request.scope.can(Ability.MANAGE_LOGINS),
    }
    return render(request, "org/people.html#rows" if request.htmx else "org/people.html", context)


def _address(given: dict[str, Any], cursor: str | None) -> str:
    return f"?{urlencode({**given, 'cursor': cursor})}" if cursor else ""


@require_safe
def person(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Show a person with their positions over time."""
    profile = people.profile(request.scope, person_id, now=request.now)
    today = local_date(request.now, request.scope.zone)
    can = request.scope.can
    sees_leave = request.scope.covers(Ability.VIEW_LEAVE, owner_id=person_id, unit_id=profile.unit_id)
    context = {
        "profile": profile,
        "leave": leave.leave_of_person(request.scope, person_id, since=today - LEAVE_SHOWN, now=request.now)
        if sees_leave
        else [],
        "sees_leave": sees_leave,
        "login": logins.login_of_person(request.scope, person_id, now=request.now),
        "is_self": person_id == request.scope.person_id,
        "can_manage": can(Ability.MANAGE_PEOPLE) and profile.left_on is None,
        "can_grant": can(Ability.GRANT_ROLES) and profile.left_on is None,
        "can_manage_logins": can(Ability.MANAGE_LOGINS),
    }
    return render(request, "org/person.html", context)


@require_http_methods(["GET", "POST"])
def join(request: TiejunRequest) -> HttpResponse:
    """Let a person join."""
    request.scope.require(Ability.MANAGE_PEOPLE)
    all_roles = request.scope.can(Ability.GRANT_ROLES)
    initial = {
        "joined_on": local_date(request.now, request.scope.zone),
        "role": Role.REP,
        "unit_id": request.GET.get("unit"),
    }
    form = JoinForm(request.POST or None, initial=initial, units=unit_choices(request), all_roles=all_roles)
    if form.is_valid():
        facts = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        joined = actions.add_person(request.scope, **facts, now=request.now)
        return redirect("org:person", joined.pk)
    return show_form(request, form, title=_("A person joins"), submit=_("Add person"), back_url=reverse("org:people"))


@require_http_methods(["GET", "POST"])
def edit(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Change a person's name, mail and number."""
    request.scope.require(Ability.MANAGE_PEOPLE)
    profile = people.profile(request.scope, person_id, now=request.now)
    initial = {"version": profile.version, "name": profile.name, "email": profile.email}
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        phone = "" if given["forget_phone"] else given["phone"] or None
        actions.edit_person(
            request.scope,
            person_id=person_id,
            version=given["version"],
            name=given["name"],
            phone=phone,
            email=given["email"],
            now=request.now,
        )
        return redirect("org:person", person_id)
    return show_form(
        request,
        form,
        title=profile.name,
        subtitle=_("Edit person"),
        submit=_("Save"),
        back_url=reverse("org:person", args=[person_id]),
    )


@require_http_methods(["GET", "POST"])
def leaving(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Record that a person leaves."""
    request.scope.require(Ability.MANAGE_PEOPLE)
    profile = people.profile(request.scope, person_id, now=request.now)
    form = LeavingForm(request.POST or None, initial={"left_on": local_date(request.now, request.scope.zone)})
    if form.is_valid():
        actions.record_leaving(
            request.scope, person_id=person_id, left_on=form.cleaned_data["left_on"], now=request.now
        )
        return redirect("org:person", person_id)
    return show_form(
        request,
        form,
        title=profile.name,
        subtitle=_("Record leaving"),
        warning=_(
            "All positions end on this day and sign-in ends at once. Customers and leads go back for others to take over."
        ),
        submit=_("Record leaving"),
        is_danger=True,
        back_url=reverse("org:person", args=[person_id]),
    )
