"""The public form and its thanks, for strangers; and the pages on which it is published."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.foundation import policies, refusals
from tiejun.foundation.strangers import asks_too_often, in_language_of, is_english, languages
from tiejun.foundation.web import render
from tiejun.marketing.actions import capture as actions
from tiejun.marketing.actions.inbound import receive_inbound
from tiejun.marketing.forms.campaigns import PublishForm
from tiejun.marketing.forms.capture import TRAP, VisitorForm, new_token, ticket_of
from tiejun.marketing.queries import campaigns as queries
from tiejun.marketing.queries.inbound import campaign_choices
from tiejun.marketing.queries.places import districts_by_city
from tiejun.marketing.rules.campaigns import Refusal, frame_code
from tiejun.marketing.views.dialogs import source_choices
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from tiejun.foundation.web import TiejunRequest
    from tiejun.marketing.forms.capture import Ticket
    from tiejun.marketing.queries.campaigns import PublicForm

STRANGER = Scope.system("marketing.public_form")


# Default-deny exceptions: whoever has the address of a form may open and send it. It sets and reads no cookie; a signed
# token that its page carries stands for the CSRF cookie, which a frame on another site would not get.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def capture(request: TiejunRequest, code: str) -> HttpResponseBase:
    """Show a public form, or take in what a stranger sent."""
    public = queries.form_of_code(STRANGER, code)
    with in_language_of(request):
        form = VisitorForm(request.POST or None, public=public, districts=districts_by_city(STRANGER))
        if request.method == "POST" and public.row.is_open:
            return _framed(request, _take(request, public, form), public)
        empty = VisitorForm(public=public, districts=districts_by_city(STRANGER))
        return _framed(request, _page(request, public, empty), public)


@login_not_required
@require_safe
def thanks(request: TiejunRequest, code: str) -> HttpResponseBase:
    """Thank a stranger for a form."""
    public = queries.form_of_code(STRANGER, code)
    with in_language_of(request):
        return _framed(request, render(request, "marketing/thanks.html", _words(request, public)), public)


def _take(request: TiejunRequest, public: PublicForm, form: VisitorForm) -> HttpResponse:
    ticket = ticket_of(request.POST.get("token", ""))
    refusal = _why_not_take(request, public, ticket)
    if refusal is not None:
        return _page(request, public, form, refusal, status=429 if refusal is Refusal.FORM_TOO_OFTEN else 422)
    if not form.is_valid():
        return _page(request, public, form, status=422)
    # Who fills in the field that nobody sees is a program: it is thanked, and nothing is kept.
    if ticket is not None and not form.cleaned_data[TRAP]:
        receive_inbound(
            STRANGER,
            facts=form.facts(),
            source_code=public.row.source.code,
            campaign_id=_running(public),
            form_id=public.row.pk,
            door="FORM",
            door_key=f"form:{ticket.key}",
            now=request.now,
        )
    return redirect(f"{reverse('marketing:thanks', args=[public.row.code])}?lang={languages()['language']}")


def _why_not_take(request: TiejunRequest, public: PublicForm, ticket: Ticket | None) -> Refusal | None:
    if asks_too_often(request, "marketing.form_per_hour"):
        return Refusal.FORM_TOO_OFTEN
    book = policies.book(request.now)
    if ticket is None or ticket.form_id != public.row.pk:
        return Refusal.FORM_EXPIRED
    age = request.now - ticket.opened_at
    if age > timedelta(hours=book.integer("marketing.form_valid_hours")):
        return Refusal.FORM_EXPIRED
    return Refusal.FORM_TOO_FAST if age < timedelta(seconds=book.integer("marketing.form_min_seconds")) else None


def _page(
    request: TiejunRequest, public: PublicForm, form: VisitorForm, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    # Who mends a field goes on with the form as it was opened: it is not "quick" again, and stays one record.
    is_mended = refusal is None and form.is_bound
    if not public.row.is_open:
        refusal, status = Refusal.FORM_CLOSED, 410
    context = {
        **_words(request, public),
        "form": form,
        "token": request.POST.get("token", "") if is_mended else new_token(public.row.pk, request.now),
        "trap": TRAP,
        "refusal": refusals.words_of(refusal) if refusal else "",
    }
    return render(request, "marketing/capture.html", context, status=status)


def _words(request: TiejunRequest, public: PublicForm) -> dict[str, Any]:
    row, consent = public.row, public.consent
    return {
        "row": row,
        "title": row.title_en if is_english() else row.title,
        "intro": row.intro_en if is_english() else row.intro,
        "consent": consent.text_en if is_english() else consent.text,
        # The site around a frame has a look of its own: there the form stays light whatever the device likes.
        "is_framed": request.headers.get("Sec-Fetch-Dest") == "iframe",
        **languages(),
    }


def _running(public: PublicForm) -> UUID | None:
    campaign = public.row.campaign
    return campaign.pk if campaign is not None and campaign.status != "CLOSED" else None


def _framed(request: TiejunRequest, response: HttpResponse, public: PublicForm) -> HttpResponseBase:
    """Let the form's own sites frame the answer, and nobody else."""
    sites = public.row.allowed_sites
    response["Cache-Control"] = "no-store"
    if not sites:
        return response
    response.xframe_options_exempt = True
    return csp_replace({"frame-ancestors": sites})(lambda _request: response)(request)


# -- publishing --------------------------------------------------------------------------------------------------------
@require_safe
def form_list(request: TiejunRequest) -> HttpResponse:
    """List the public forms with their addresses."""
    rows = [
        (row, link, frame_code(link, row.title))
        for row in queries.forms(request.scope)
        for link in [request.build_absolute_uri(reverse("marketing:capture", args=[row.code]))]
    ]
    context = {"rows": rows, "may_manage": request.scope.can(Ability.MANAGE_CAMPAIGNS)}
    return render(request, "marketing/forms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: TiejunRequest) -> HttpResponse:
    """Publish a form."""
    request.scope.require(Ability.MANAGE_CAMPAIGNS)
    form = PublishForm(request.POST or None, **_form_choices(request))
    if request.method == "POST" and form.is_valid():
        actions.publish_form(request.scope, facts=form.facts(), now=request.now)
        return done(request, _("The form is published."), "marketing:forms")
    back = reverse("marketing:forms")
    return dialog(request, form, title=_("New public form"), submit=_("Publish"), back=back, is_grid=True)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, form_id: UUID) -> HttpResponse:
    """Change a form, or close it."""
    public = queries.form_in_reach(request.scope, form_id)
    start = PublishForm.values_of(public.row, public.consent)
    form = PublishForm(request.POST or None, initial=start, **_form_choices(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        version = given["version"] or public.row.version
        actions.edit_form(
            request.scope,
            form_id=form_id,
            version=version,
            facts=form.facts(),
            is_open=given["is_open"],
            now=request.now,
        )
        return done(request, _("Saved."), "marketing:forms")
    back = reverse("marketing:forms")
    return dialog(request, form, title=_("Edit public form"), submit=_("Save"), back=back, is_grid=True)


def _form_choices(request: TiejunRequest) -> dict[str, Any]:
    return {"sources": source_choices(request), "campaigns": campaign_choices(request.scope)}
