"""What programs do for customers: the actions of the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.foundation.schemas import Day, In, Line, Text
from tiejun.leads.actions import supply
from tiejun.marketing.rules.handover import ReferralFacts
from tiejun.success.actions import care, complaints, follow_ons, handovers, lives, surveys
from tiejun.success.api.lives import ComplaintOut, CustomerHandoverOut, CustomerVoiceOut
from tiejun.success.rules import ComplaintFacts, ComplaintSubject, HandoverFacts, Step, Usage, Voice, VoiceFacts

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.models import Lead
    from tiejun.success.models import (
        Complaint,
        CustomerHandover,
        CustomerLife,
        CustomerVoice,
        EnablementStep,
        FollowOnDeal,
        SatisfactionSurvey,
    )

router = Router(tags=["success"])
Version = Annotated[int, Field(ge=0, le=10**9)]
Name = Annotated[Line, Field(max_length=80)]
Subject = Literal["PRODUCT", "QUALITY", "DELIVERY", "SERVICE", "PRICE", "PERSON", "OTHER"]


class HandOverCustomerIn(In):
    """What goes over with a customer."""

    version: Version
    promised: Text
    contacts: Text
    payment: Text = ""
    ends_on: Day
    receiver_id: UUID


class ReceiveCustomerIn(In):
    version: Version


class ReturnCustomerIn(In):
    version: Version
    note: Text


class NoteStepIn(In):
    """One of the six steps, done for an order (its first revision)."""

    step: Literal["HELP", "EDUCATE", "DECIDE", "TRAIN", "GRANT", "EXPAND"]
    done_on: Day
    evidence: Text


class StepNotedOut(Schema):
    id: UUID
    order_id: UUID
    step: str
    done_on: date
    evidence: str


class NoteVoiceIn(In):
    """What a customer said; `usage` for USAGE alone: 0 not at all, 1 seldom, 2 every week, 3 every day."""

    kind: Literal["USAGE", "PRAISE", "WISH"]
    usage: Annotated[int, Field(ge=0, le=3)] | None = None
    words: Text = ""
    contact_name: Name = ""


class OpenComplaintIn(In):
    subject: Subject
    words: Text
    contact_name: Name = ""
    owner_id: UUID
    due_on: Day


class MoveComplaintIn(In):
    version: Version
    owner_id: UUID
    due_on: Day


class AnswerComplaintIn(In):
    version: Version
    answer: Text


class CustomerNextStepIn(In):
    words: Line
    due_on: Day


class CustomerNextStepOut(Schema):
    company_id: UUID
    next_step: str
    next_step_on: date


class SatisfactionLinkOut(Schema):
    """The code of the address at which the customer answers: `/life/satisfaction/{code}/`."""

    id: UUID
    code: str
    open_until: datetime


class NotRenewedIn(In):
    reason: Text


class AddOnIn(In):
    """An add-on sale; the amount in minor units of the product's currency."""

    product_line_id: UUID
    amount_minor: Annotated[int, Field(ge=0, le=10**15)]
    close_on: Day


class ReferCompanyIn(In):
    """A company that a customer named; `may_name`: the customer agrees to be named there, `hold`: the asker keeps the lead."""

    name: Annotated[Line, Field(min_length=1)]
    city_code: Annotated[Line, Field(max_length=6)] = ""
    contact_name: Name = ""
    contact_phone: Annotated[Line, Field(max_length=40)] = ""
    note: Annotated[Line, Field(max_length=300)] = ""
    named_by: Name = ""
    may_name: bool = False
    hold: bool = False


class ReferredLeadOut(Schema):
    id: UUID
    company_id: UUID


class FollowOnOut(Schema):
    """A renewal or an add-on sale with its opportunity; `reason`: why a contract is not renewed."""

    id: UUID
    kind: str
    company_id: UUID
    order_id: UUID | None
    opportunity_id: UUID | None
    reason: str


@router.post(
    "/lives/handovers/{life_handover_id}/hand-over",
    response=CustomerHandoverOut,
    summary="Hand over",
)
def hand_over_customer(request: TiejunRequest, life_handover_id: UUID, sent: HandOverCustomerIn) -> CustomerHandover:
    facts = HandoverFacts(sent.promised, sent.contacts, sent.payment, sent.ends_on, sent.receiver_id)
    return handovers.hand_over(
        request.scope, handover_id=life_handover_id, version=sent.version, facts=facts, now=request.now
    )


@router.post("/lives/handovers/{life_handover_id}/receive", response=CustomerHandoverOut, summary="Receive")
def receive_customer(request: TiejunRequest, life_handover_id: UUID, sent: ReceiveCustomerIn) -> CustomerHandover:
    return handovers.receive(request.scope, handover_id=life_handover_id, version=sent.version, now=request.now)


@router.post(
    "/lives/handovers/{life_handover_id}/send-back",
    response=CustomerHandoverOut,
    summary="Send back",
)
def send_customer_back(request: TiejunRequest, life_handover_id: UUID, sent: ReturnCustomerIn) -> CustomerHandover:
    return handovers.send_back(
        request.scope, handover_id=life_handover_id, version=sent.version, note=sent.note, now=request.now
    )


@router.post(
    "/companies/{company_id}/life/orders/{order_id}/steps",
    response=StepNotedOut,
    summary="Note a step after signing",
)
def note_enablement_step(request: TiejunRequest, company_id: UUID, order_id: UUID, sent: NoteStepIn) -> EnablementStep:
    return care.note_step(
        request.scope, company_id=company_id, order_id=order_id, step=Step(sent.step), done_on=sent.done_on,
        evidence=sent.evidence, now=request.now,
    )  # fmt: skip


@router.post("/companies/{company_id}/life/voices", response=CustomerVoiceOut, summary="Note what they said")
def note_customer_voice(request: TiejunRequest, company_id: UUID, sent: NoteVoiceIn) -> CustomerVoice:
    usage = None if sent.usage is None else Usage(sent.usage)
    facts = VoiceFacts(Voice(sent.kind), sent.words, usage, sent.contact_name)
    return care.note_voice(request.scope, company_id=company_id, facts=facts, now=request.now)


@router.post(
    "/companies/{company_id}/life/next-step",
    response=CustomerNextStepOut,
    summary="Set what is next",
)
def set_customer_next_step(request: TiejunRequest, company_id: UUID, sent: CustomerNextStepIn) -> CustomerLife:
    return lives.set_next_step(
        request.scope, company_id=company_id, words=sent.words, due_on=sent.due_on, now=request.now
    )


@router.post("/companies/{company_id}/life/complaints", response=ComplaintOut, summary="Open a complaint")
def open_complaint(request: TiejunRequest, company_id: UUID, sent: OpenComplaintIn) -> Complaint:
    facts = ComplaintFacts(ComplaintSubject(sent.subject), sent.words, sent.owner_id, sent.due_on, sent.contact_name)
    return complaints.open_complaint(request.scope, company_id=company_id, facts=facts, now=request.now)


@router.post("/complaints/{complaint_id}/move", response=ComplaintOut, summary="Give to somebody")
def move_complaint(request: TiejunRequest, complaint_id: UUID, sent: MoveComplaintIn) -> Complaint:
    return complaints.move_complaint(
        request.scope, complaint_id=complaint_id, version=sent.version, owner_id=sent.owner_id, due_on=sent.due_on,
        now=request.now,
    )  # fmt: skip


@router.post("/complaints/{complaint_id}/answer", response=ComplaintOut, summary="Close with an answer")
def answer_complaint(request: TiejunRequest, complaint_id: UUID, sent: AnswerComplaintIn) -> Complaint:
    return complaints.answer_complaint(
        request.scope, complaint_id=complaint_id, version=sent.version, answer=sent.answer, now=request.now
    )


@router.post("/companies/{company_id}/life/survey", response=SatisfactionLinkOut, summary="Ask how satisfied")
def ask_satisfaction(request: TiejunRequest, company_id: UUID) -> SatisfactionSurvey:
    return surveys.ask_satisfaction(request.scope, company_id=company_id, now=request.now)


@router.post(
    "/companies/{company_id}/life/orders/{order_id}/renewal",
    response=FollowOnOut,
    summary="Open the renewal",
)
def renew_order(request: TiejunRequest, company_id: UUID, order_id: UUID) -> FollowOnDeal:
    return follow_ons.renew(request.scope, company_id=company_id, order_id=order_id, now=request.now)


@router.post(
    "/companies/{company_id}/life/orders/{order_id}/not-renewed",
    response=FollowOnOut,
    summary="Say why it is not renewed",
)
def decline_renewal(request: TiejunRequest, company_id: UUID, order_id: UUID, sent: NotRenewedIn) -> FollowOnDeal:
    return follow_ons.decline_renewal(
        request.scope, company_id=company_id, order_id=order_id, reason=sent.reason, now=request.now
    )


@router.post("/companies/{company_id}/life/referrals", response=ReferredLeadOut, summary="They name a company")
def refer_company(request: TiejunRequest, company_id: UUID, sent: ReferCompanyIn) -> Lead:
    contacts = (ContactFacts(sent.contact_name, sent.contact_phone),) if sent.contact_name or sent.contact_phone else ()
    return supply.refer_company(
        request.scope,
        referrer_company_id=company_id,
        facts=CompanyFacts(name=sent.name, city_code=sent.city_code, contacts=contacts),
        told=ReferralFacts(sent.note, sent.named_by, may_name=sent.may_name),
        hold=sent.hold,
        now=request.now,
    )


@router.post("/companies/{company_id}/life/add-ons", response=FollowOnOut, summary="Open an add-on sale")
def open_add_on(request: TiejunRequest, company_id: UUID, sent: AddOnIn) -> FollowOnDeal:
    return follow_ons.open_add_on(
        request.scope, company_id=company_id, product_line_id=sent.product_line_id, amount_minor=sent.amount_minor,
        close_on=sent.close_on, now=request.now,
    )  # fmt: skip
