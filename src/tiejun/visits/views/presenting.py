"""What the templates of visits are given: values with their words, so that a template only lays out."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiejun.access.abilities import Ability
from tiejun.engines.effectiveness import Question
from tiejun.visits import texts
from tiejun.visits.forms import DECLARED_EVIDENCE, NEW_PERSONS, STEP_CLOCK
from tiejun.visits.rules.amending import AMENDABLE, CHOICES, FLAGS, field_texts
from tiejun.visits.rules.judging import read_reasons
from tiejun.visits.rules.vocabulary import RECORDED, EvidenceKind, Flag, VisitState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tiejun.customers.models import Contact
    from tiejun.foundation.web import TiejunRequest
    from tiejun.org.queries import TeamMember
    from tiejun.visits.forms import FactsForm
    from tiejun.visits.models import Visit, VisitConflict, VisitEvidence
    from tiejun.visits.queries.visits import RecordContext, VisitDetail, VisitPage, VisitRow

STATE_TONES = {VisitState.STARTED: "info", VisitState.CANCELLED: "neutral", VisitState.VOID: "danger"}
QUICK_WORDS = {
    "TOMORROW": gettext_lazy("Tomorrow"),
    "DAY_AFTER": gettext_lazy("Day after tomorrow"),
    "NEXT_WEEK": gettext_lazy("Next week"),
}
DEMO_STEPS = range(6)
FORM_FIELDS = (
    "service_explained", "demo_steps_done", "trial_close", "order_presented", "refusal", "advancement", "note", "next_step",
    "next_when", "next_day", "next_clock", "company_name",
)  # fmt: skip


# The chip that the phone copies for each contact of a company when there is no connection.
EMPTY_CHIP: dict[str, Any] = {
    "contact": {"pk": "__contact__", "name": "__name__", "title": "__title__"}, "is_met": False, "role": "", "is_senior": False,
}  # fmt: skip


def row_context(row: VisitRow) -> dict[str, Any]:
    """Return one visit of a list with its words."""
    visit = row.visit
    return {
        "row": row,
        "visit": visit,
        "kind": texts.VISIT_KINDS[visit.kind],  # type: ignore[index]
        "state": texts.VISIT_STATES[visit.state],  # type: ignore[index]
        "state_tone": STATE_TONES.get(visit.state, "neutral"),  # type: ignore[call-overload]
        "is_recorded": visit.state in RECORDED,
        "flags": [texts.FLAGS[Flag(flag)] for flag in visit.flags],
        "why_not": why_not(visit),
    }


def why_not(visit: Visit) -> str:
    """Return the first condition that keeps a recorded visit from being effective, in words."""
    if visit.state not in RECORDED or visit.effective_visit:
        return ""
    failing = [
        line for line in read_reasons(visit.reasons) if line.question is Question.EFFECTIVE_VISIT and not line.holds
    ]
    return str(texts.REASONS[failing[0].code]) if failing else ""


def list_context(request: TiejunRequest, page: VisitPage, members: Sequence[TeamMember]) -> dict[str, Any]:
    """Return the page of visits with its filters and links."""
    kept = {name: value for name, value in request.GET.items() if value and name != "cursor"}
    base = reverse("visits:list")
    return {
        "rows": [row_context(row) for row in page.rows],
        "about": page.about,
        "next_url": f"{base}?{urlencode(kept | {'cursor': page.next_cursor})}" if page.next_cursor else "",
        "previous_url": f"{base}?{urlencode(kept | {'cursor': page.previous_cursor})}" if page.previous_cursor else "",
        "people": [(str(member.person_id), member.name) for member in members],
        "effective_options": [("yes", _("Effective")), ("no", _("Not effective"))],
        "evidence_options": [
            (str(int(level)), f"{int(level)} · {words}") for level, words in texts.EVIDENCE_LEVELS.items()
        ],
        "flag_options": [(str(flag), words) for flag, words in texts.FLAGS.items()],
        "values": kept,
        "is_filtered": bool(kept),
        "is_rep": request.scope.can(Ability.RECORD_VISIT),
    }


def detail_context(detail: VisitDetail) -> dict[str, Any]:
    """Return one visit with the words of all its codes."""
    shown = detail.shown
    return {
        "detail": detail,
        "visit": detail.visit,
        "shown": shown,
        "is_recorded": detail.visit.state in RECORDED,
        "kind": texts.VISIT_KINDS[shown.kind],  # type: ignore[index]
        "state": texts.VISIT_STATES[shown.state],  # type: ignore[index]
        "entry": texts.ENTRIES[shown.entry],  # type: ignore[index]
        "presence": texts.PRESENCES[shown.presence],  # type: ignore[index]
        "evidence_words": texts.EVIDENCE_LEVELS[shown.evidence_level],  # type: ignore[index]
        "flags": [texts.FLAGS[Flag(flag)] for flag in shown.flags],
        "verdicts": [_verdict(verdict.question, verdict.answer, verdict.reasons, shown) for verdict in detail.verdicts],
        "facts": _facts(shown),
        "met": [{"row": row, "role": texts.CONTACT_ROLES[row.role]} for row in detail.met],  # type: ignore[index]
        **_proof_context(detail),
        "conflicts": [_conflict(row) for row in detail.conflicts],
        "policy_mark": str(shown.policy_version_id or "")[-8:],
        "amendments": [_amendment(row) for row in detail.amendments],
        "amend_fields": [
            {"name": name, "label": texts.FIELDS[name], "value": field_texts(shown)[name], "options": _options(name)}
            for name in AMENDABLE
        ],
        "not_editable": texts.REFUSALS[detail.why_not_edit] if detail.why_not_edit else "",
    }


def _proof_context(detail: VisitDetail) -> dict[str, Any]:
    """Return what proves the visit, and whether its author may add to it."""
    return {
        "evidence": [_evidence(row) for row in detail.evidence],
        "photos": [_evidence(row) for row in detail.evidence if row.kind == EvidenceKind.PHOTO and row.file_id],
        "question": detail.question,
        "may_prove": detail.is_mine and detail.visit.state in (VisitState.STARTED, *RECORDED),
    }


def question_context(request: TiejunRequest, detail: VisitDetail) -> dict[str, str]:
    """Return the link that the customer opens, and its code as a picture."""
    if detail.question is None or not detail.question.token:
        return {}
    # Loaded with the first code that is drawn: with the pictures it can draw too, they take 5 MB of a process.
    import qrcode  # noqa: PLC0415
    from qrcode.image.svg import SvgPathImage  # noqa: PLC0415

    url = request.build_absolute_uri(reverse("visits:confirm", args=[detail.question.token]))
    picture = base64.b64encode(qrcode.make(url, image_factory=SvgPathImage, border=0).to_string()).decode()
    return {"question_url": url, "question_code": f"data:image/svg+xml;base64,{picture}"}


def _conflict(row: VisitConflict) -> dict[str, Any]:
    """Return the other record as a person compares it: what its form said in words of its own."""
    said = parse_qs(row.body)
    return {
        "at": row.received_at,
        "note": " ".join(said.get("note", [])),
        "next_step": " ".join(said.get("next_step", [])),
    }


def _evidence(row: VisitEvidence) -> dict[str, Any]:
    pending = row.kind == EvidenceKind.PHOTO and row.file_id is None
    words = _("Photo: still on the phone") if pending else texts.EVIDENCE_KINDS[EvidenceKind(row.kind)]
    return {"row": row, "words": words, "icon": "camera" if row.kind == EvidenceKind.PHOTO else "badge-check"}


def _verdict(question: Question, answer: bool, reasons: Sequence[Any], visit: Visit) -> dict[str, Any]:  # noqa: FBT001 -- a verdict is its answer
    lines: list[dict[str, Any]] = [{"words": texts.REASONS[line.code], "holds": line.holds} for line in reasons]
    if question is Question.NEW_CUSTOMER:
        lines.insert(0, {"words": texts.QUESTIONS[Question.EFFECTIVE_CUSTOMER], "holds": visit.effective_customer})
    return {"question": texts.QUESTIONS[question], "answer": answer, "reasons": lines}


def _facts(visit: Visit) -> list[tuple[Any, Any]]:
    yes, no = _("Yes"), _("No")
    return [
        (texts.FIELDS["service_explained"], yes if visit.service_explained else no),
        (texts.FIELDS["demo_steps_done"], visit.demo_steps_done),
        (texts.FIELDS["trial_close"], texts.TRIAL_CLOSES[visit.trial_close]),  # type: ignore[index]
        (texts.FIELDS["refusal"], texts.CUSTOMER_REFUSALS[visit.refusal]),  # type: ignore[index]
        (texts.FIELDS["advancement"], texts.ADVANCEMENTS[visit.advancement]),  # type: ignore[index]
        (texts.FIELDS["order_presented"], yes if visit.order_presented else no),
    ]


def _amendment(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "field": texts.FIELDS[row.field],
        "old": value_words(row.field, row.old_value),
        "new": value_words(row.field, row.new_value),
    }


def _options(name: str) -> list[tuple[str, Any]]:
    values = list(CHOICES[name].__members__) if name in CHOICES else ["yes", "no"] if name in FLAGS else []
    return [(value, value_words(name, value)) for value in values]


def value_words(name: str, value: str) -> str:
    """Return a stored value of an amendable field in words."""
    labels: dict[str, Mapping[Any, Any]] = {
        "trial_close": texts.TRIAL_CLOSES,
        "refusal": texts.CUSTOMER_REFUSALS,
        "advancement": texts.ADVANCEMENTS,
    }
    if name in labels:
        return str(labels[name].get(value, value))
    if name in FLAGS:
        return _("Yes") if value == "yes" else _("No")
    return value or "\N{EN DASH}"


def form_context(
    form: FactsForm, contacts: Sequence[Contact], quick: Mapping[str, date], initial: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the parts of the one-screen form with their choices, the sent or stored values checked."""
    values = {name: _value(form, initial, name) for name in FORM_FIELDS}
    return _choices(values) | {
        "form": form,
        "errors": [words for found in form.errors.values() for words in found],
        "contacts": [_chip(contact, form, initial) for contact in contacts],
        "new_persons": [_new_person(number, form) for number in range(NEW_PERSONS)],
        "quick_steps": [
            {"value": name, "label": QUICK_WORDS[name], "day": day, "checked": values["next_when"] == name}
            for name, day in quick.items()
        ],
        "is_custom_step": values["next_when"] == "CUSTOM" or (not form.is_bound and bool(initial.get("next_day"))),
        "step_clock": STEP_CLOCK,
        "values": values,
    }


def _value(form: FactsForm, initial: Mapping[str, Any], name: str) -> str:
    sent = form.data.get(name) if form.is_bound else initial.get(name)
    return "" if sent is None else str(sent)


def _choices(values: Mapping[str, str]) -> dict[str, Any]:
    shown = values["demo_steps_done"] or "0"
    return {
        "roles": [(str(role), words) for role, words in texts.CONTACT_ROLES.items()],
        "trial_closes": _tiles(texts.TRIAL_CLOSES, values["trial_close"] or "NOT_TRIED"),
        "refusals": _tiles(texts.CUSTOMER_REFUSALS, values["refusal"] or "NONE"),
        "advancements": _tiles(texts.ADVANCEMENTS, values["advancement"] or "NONE"),
        "demo_steps": [{"value": step, "checked": shown == str(step)} for step in DEMO_STEPS],
        "evidence_kinds": [{"value": kind, "label": texts.EVIDENCE_KINDS[kind]} for kind in DECLARED_EVIDENCE],
    }


def _tiles(labels: Mapping[Any, Any], chosen: str) -> list[dict[str, Any]]:
    return [{"value": str(code), "label": words, "checked": str(code) == chosen} for code, words in labels.items()]


def _chip(contact: Contact, form: FactsForm, initial: Mapping[str, Any]) -> dict[str, Any]:
    key = str(contact.pk)
    met: Mapping[str, Any] = initial.get("met", {})
    known = next((role for role in ("KP", "INFLUENCER", "GATEKEEPER", "USER") if role in contact.roles), "")
    if form.is_bound:
        is_met, role, senior = (
            key in form.data.getlist("met"),
            form.data.get(f"role_{key}", ""),
            f"senior_{key}" in form.data,
        )
    else:
        is_met = key in met
        role, senior = met.get(key, (known, contact.is_senior))
    return {"contact": contact, "is_met": is_met, "role": role, "is_senior": senior}


def _new_person(number: int, form: FactsForm) -> dict[str, Any]:
    def value(name: str) -> str:
        return str(form.data.get(f"new_{name}_{number}", "")) if form.is_bound else ""

    return {
        "number": number,
        "name": value("name"),
        "role": value("role"),
        "phone": value("phone"),
        "is_senior": bool(value("senior")),
    }


def record_context(context: RecordContext, form: FactsForm, quick: Mapping[str, date]) -> dict[str, Any]:
    """Return the page that records a visit."""
    return form_context(form, context.contacts, quick, {}) | {
        "context": context,
        "consent_next": reverse("visits:record"),
    }


def edit_context(
    detail: VisitDetail, context: RecordContext, form: FactsForm, quick: Mapping[str, date]
) -> dict[str, Any]:
    """Return the page that corrects a record, filled with what is stored."""
    visit = detail.visit
    step = visit.next_step_at.astimezone(ZoneInfo(visit.zone)) if visit.next_step_at else None
    initial: dict[str, Any] = {
        "service_explained": "on" if visit.service_explained else "",
        "order_presented": "on" if visit.order_presented else "",
        "demo_steps_done": visit.demo_steps_done,
        "trial_close": visit.trial_close,
        "refusal": visit.refusal,
        "advancement": visit.advancement,
        "note": visit.note,
        "next_step": visit.next_step,
        "next_day": step.date().isoformat() if step else "",
        "next_clock": step.strftime("%H:%M") if step else "",
        "met": {str(row.contact_id): (row.role, row.is_senior) for row in detail.met},
    }
    return form_context(form, context.contacts, quick, initial) | {"detail": detail, "visit": visit, "context": context}


def verdict_words(visit: Visit) -> str:
    """Say a verdict in one sentence, for the toast after saving."""
    if visit.effective_visit and visit.new_effective_customer:
        return _("Recorded: an effective visit and a new effective customer.")
    if visit.effective_visit:
        return _("Recorded: an effective visit.")
    reason = why_not(visit)
    if visit.new_effective_customer:
        return _("Recorded: a new effective customer. Effective visit: no – %(reason)s.") % {"reason": reason}
    return _("Recorded. Effective visit: no – %(reason)s.") % {"reason": reason}


def verdict_json(visit: Visit) -> dict[str, Any]:
    """Return a verdict for programs and the phone."""
    return {
        "id": str(visit.pk),
        "effective_visit": visit.effective_visit,
        "effective_customer": visit.effective_customer,
        "new_effective_customer": visit.new_effective_customer,
        "evidence_level": visit.evidence_level,
        "entry": visit.entry,
        "reasons": [
            {"question": line.question, "code": line.code, "holds": line.holds} for line in read_reasons(visit.reasons)
        ],
    }
