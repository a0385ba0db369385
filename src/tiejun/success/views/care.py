"""What people do for a customer: hand over and receive, note steps and words, complaints, renewals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.pipeline.queries.pages import sold_lines
from tiejun.pipeline.rules import major
from tiejun.success import forms, texts
from tiejun.success.actions import care, complaints, follow_ons, handovers, lives, surveys
from tiejun.success.queries import complaints as complaint_queries
from tiejun.success.queries import handovers as handover_queries
from tiejun.success.queries.trials import trial_of
from tiejun.success.rules import Step
from tiejun.success.views.presenting import life_address, submit
from tiejun.ui.dialogs import went_to
from tiejun.ui.display import exact_money

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.customers.models import Company
    from tiejun.foundation.web import TiejunRequest
    from tiejun.success.models import CustomerHandover

STEP_WORDS = dict(texts.STEPS)
NEXT_STEP_DAYS, CLOSE_DAYS = 7, 30
# Title and what is said when it is done, for who is a customer and for who only tries.
ADD_ON_WORDS = {
    False: (gettext_lazy("Add-on sale"), gettext_lazy("The add-on sale is an opportunity now.")),
    True: (gettext_lazy("The full service"), gettext_lazy("The full service is an opportunity now.")),
}


def _today(request: TiejunRequest) -> date:
    return local_date(request.now, request.scope.zone)


def _company(request: TiejunRequest, company_id: UUID, ability: Ability) -> Company:
    request.scope.require(ability)
    return customers.company_in_reach(request.scope, company_id, ability)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: TiejunRequest, life_handover_id: UUID) -> HttpResponse:
    """Hand a signed order over."""
    scope, now = request.scope, request.now
    row = handover_queries.handover_in_reach(scope, life_handover_id, Ability.HAND_OVER_CUSTOMER)
    receivers = handover_queries.receivers_of(scope, row, on=_today(request))
    first = {
        "version": row.version, "promised": row.promised, "ends_on": row.ends_on or handover_queries.suggested_end(scope, row, now=now),
        "contacts": row.contacts or handover_queries.known_contacts(scope, row.company_id),
        "payment": row.payment or _payments(request, row),
    }  # fmt: skip
    form = forms.HandOverForm(request.POST or None, receivers=receivers, initial=first)
    return submit(
        request,
        form,
        lambda: handovers.hand_over(
            scope, handover_id=life_handover_id, version=form.cleaned_data["version"], facts=form.facts(), now=now
        ),
        message=_("Handed over. It is done when it is received."),
        title=_("Hand over"),
        button=_("Hand over"),
        company=row.company,
    )


def _payments(request: TiejunRequest, row: CustomerHandover) -> str:
    found = handover_queries.known_payments(request.scope, row)
    return "\n".join(f"{day.isoformat()}  {exact_money(amount, currency)}" for day, amount, currency in found)[:500]


@require_POST
def receive(request: TiejunRequest, life_handover_id: UUID) -> HttpResponse:
    """Receive a customer."""
    row = handover_queries.handover_in_reach(request.scope, life_handover_id, Ability.RECEIVE_CUSTOMER)
    handovers.receive(request.scope, handover_id=life_handover_id, version=row.version, now=request.now)
    return went_to(request, _("The customer is yours from now on."), life_address(row.company_id))


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: TiejunRequest, life_handover_id: UUID) -> HttpResponse:
    """Send a hand-over back with what is missing."""
    row = handover_queries.handover_in_reach(request.scope, life_handover_id, Ability.RECEIVE_CUSTOMER)
    form = forms.SendBackForm(request.POST or None, initial={"version": row.version})
    return submit(
        request,
        form,
        lambda: handovers.send_back(request.scope, handover_id=life_handover_id, now=request.now, **form.cleaned_data),
        message=_("Sent back with what is missing."),
        title=_("Send back"),
        button=_("Send back"),
        company=row.company,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def note_step(request: TiejunRequest, company_id: UUID, order_id: UUID, step: str) -> HttpResponse:
    """Note one of the six steps as done."""
    company = _company(request, company_id, Ability.CARE_FOR_CUSTOMER)
    if step not in STEP_WORDS:
        raise NotFound
    form = forms.StepForm(request.POST or None, initial={"done_on": _today(request)})
    form.fields["evidence"].help_text = texts.STEP_MEANINGS[Step(step)]
    return submit(
        request,
        form,
        lambda: care.note_step(
            request.scope,
            company_id=company_id,
            order_id=order_id,
            step=Step(step),
            now=request.now,
            **form.cleaned_data,
        ),
        message=_("The step is noted."),
        title=str(STEP_WORDS[step]),
        button=_("Note step"),
        company=company,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def set_next(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Say what is done next."""
    company = _company(request, company_id, Ability.CARE_FOR_CUSTOMER)
    first = {"due_on": _today(request) + timedelta(days=NEXT_STEP_DAYS)}
    form = forms.NextStepForm(request.POST or None, initial=first)
    return submit(
        request,
        form,
        lambda: lives.set_next_step(request.scope, company_id=company_id, now=request.now, **form.cleaned_data),
        message=_("The next step is set."),
        title=_("Next step"),
        button=_("Set"),
        company=company,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def note_voice(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Note what a customer said."""
    company = _company(request, company_id, Ability.CARE_FOR_CUSTOMER)
    form = forms.VoiceForm(request.POST or None, initial={"kind": "USAGE"})
    return submit(
        request,
        form,
        lambda: care.note_voice(request.scope, company_id=company_id, facts=form.facts(), now=request.now),
        message=_("Noted."),
        title=_("What the customer says"),
        button=_("Note"),
        company=company,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Write a complaint down."""
    company = _company(request, company_id, Ability.CARE_FOR_CUSTOMER)
    owners = complaint_queries.complaint_owners(request.scope, company.pk, on=_today(request))
    unit_id = company.unit_id
    due_on = complaint_queries.complaint_due_on(request.scope, unit_id, now=request.now) if unit_id else _today(request)
    first = {"owner": company.owner_id, "due_on": due_on}
    form = forms.ComplaintForm(request.POST or None, owners=owners, initial=first)
    return submit(
        request,
        form,
        lambda: complaints.open_complaint(request.scope, company_id=company_id, facts=form.facts(), now=request.now),
        message=_("The complaint has an owner and a day."),
        title=_("Complaint"),
        button=_("Open complaint"),
        company=company,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move_complaint(request: TiejunRequest, complaint_id: UUID) -> HttpResponse:
    """Give a complaint to somebody else."""
    row = complaint_queries.complaint_in_reach(request.scope, complaint_id, Ability.ANSWER_COMPLAINT)
    owners = complaint_queries.complaint_owners(request.scope, row.company_id, on=_today(request))
    first = {"version": row.version, "owner": row.owner_id, "due_on": row.due_on}
    form = forms.MoveForm(request.POST or None, owners=owners, initial=first)
    return submit(
        request,
        form,
        lambda: complaints.move_complaint(
            request.scope,
            complaint_id=complaint_id,
            version=form.cleaned_data["version"],
            owner_id=form.cleaned_data["owner"],
            due_on=form.cleaned_data["due_on"],
            now=request.now,
        ),
        message=_("The complaint has an owner and a day."),
        title=_("Give to somebody"),
        button=_("Give"),
        company=row.company,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: TiejunRequest, complaint_id: UUID) -> HttpResponse:
    """Close a complaint with its answer."""
    row = complaint_queries.complaint_in_reach(request.scope, complaint_id, Ability.ANSWER_COMPLAINT)
    form = forms.AnswerForm(request.POST or None, initial={"version": row.version})
    return submit(
        request,
        form,
        lambda: complaints.answer_complaint(
            request.scope, complaint_id=complaint_id, now=request.now, **form.cleaned_data
        ),
        message=_("The complaint is closed."),
        title=_("Closing answer"),
        button=_("Close complaint"),
        company=row.company,
    )


@require_POST
def ask(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Make the address at which a customer says how satisfied they are."""
    row = surveys.ask_satisfaction(request.scope, company_id=company_id, now=request.now)
    return went_to(request, _("The link is ready: send it to the customer."), life_address(row.company_id))


@require_POST
def renew(request: TiejunRequest, company_id: UUID, order_id: UUID) -> HttpResponse:
    """Open the renewal of a contract."""
    row = follow_ons.renew(request.scope, company_id=company_id, order_id=order_id, now=request.now)
    return went_to(request, _("The renewal is an opportunity now."), life_address(row.company_id))


@require_http_methods(["GET", "HEAD", "POST"])
def not_renewed(request: TiejunRequest, company_id: UUID, order_id: UUID) -> HttpResponse:
    """Say why a contract is not renewed."""
    company = _company(request, company_id, Ability.FOLLOW_ON)
    form = forms.NotRenewedForm(request.POST or None)
    return submit(
        request,
        form,
        lambda: follow_ons.decline_renewal(
            request.scope, company_id=company_id, order_id=order_id, now=request.now, **form.cleaned_data
        ),
        message=_("Noted."),
        title=_("Not renewed"),
        button=_("Note"),
        company=company,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_on(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Open an add-on sale; to who still tries, the full service."""
    company = _company(request, company_id, Ability.FOLLOW_ON)
    trial = trial_of(request.scope, company.pk)
    title, done = ADD_ON_WORDS[trial is not None and trial.full_on is None]
    form = _add_on_form(request)
    return submit(
        request,
        form,
        lambda: follow_ons.open_add_on(
            request.scope,
            company_id=company_id,
            product_line_id=form.cleaned_data["product_line"],
            amount_minor=form.cleaned_data["amount"],
            close_on=form.cleaned_data["close_on"],
            now=request.now,
        ),
        message=str(done),
        title=str(title),
        button=pgettext("add-on sale", "Open"),
        company=company,
    )


def _add_on_form(request: TiejunRequest) -> forms.AddOnForm:
    lines = sorted(sold_lines(request.scope), key=lambda line: line.is_trial)
    names = org.product_line_names(request.scope)
    first: dict[str, Any] = {"close_on": _today(request) + timedelta(days=CLOSE_DAYS)}
    if lines:
        first["amount"] = major(lines[0].list_price_minor)
    return forms.AddOnForm(request.POST or None, lines=[(line.pk, names[line.pk]) for line in lines], initial=first)
