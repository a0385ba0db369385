"""The form that strangers fill in: what it asks, and the signed token that stands for a cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from tiejun.engines.districts.divisions import city_of
from tiejun.foundation.ids import new_id
from tiejun.marketing import texts
from tiejun.marketing.forms.phone import PhoneField
from tiejun.marketing.rules.inbound import InboundFacts
from tiejun.marketing.rules.intent import Question

if TYPE_CHECKING:
    from tiejun.marketing.queries.campaigns import PublicForm

SALT = "marketing.form"
TRAP = "homepage"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token says: for which form, when it was opened, and the key that makes sending it twice one record."""

    form_id: UUID
    opened_at: datetime
    key: str


def new_token(form_id: UUID, now: datetime) -> str:
    """Make the token of a form that is opened now."""
    return signing.dumps({"form": str(form_id), "at": int(now.timestamp()), "key": str(new_id())}, salt=SALT)


def ticket_of(token: str) -> Ticket | None:
    """Read a token; None for one that we did not sign."""
    try:
        said = signing.loads(token, salt=SALT)
        return Ticket(UUID(said["form"]), datetime.fromtimestamp(said["at"], UTC), said["key"])
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        return None


def _auto(kind: str, **attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": kind, **attributes})


class VisitorForm(forms.Form):
    """Company, person, how to reach them, what they need, and their consent."""

    company_name = forms.CharField(label=_("Company"), max_length=200, widget=_auto("organization"))
    contact_name = forms.CharField(label=_("Your name"), max_length=80, widget=_auto("name"))
    phone = PhoneField(label=_("Phone"), widget=_auto("tel", inputmode="tel"))
    email = forms.EmailField(
        label=_("E-mail"), max_length=200, required=False, widget=_auto("email", inputmode="email")
    )
    district = forms.ChoiceField(label=_("Where your company is"))
    need = forms.CharField(
        label=_("What can we do for you?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    window = forms.ChoiceField(label=_("When may we call?"), choices=list(texts.WINDOWS.items()), initial="ANY")
    consent = forms.BooleanField(label=_("I agree"), required=True)
    homepage = forms.CharField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, public: PublicForm, districts: list[tuple[str, list[tuple[str, str]]]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.public = public
        elsewhere = ("-", _("Elsewhere"))
        self.fields["district"].choices = [("", "–"), *districts, elsewhere]  # type: ignore[attr-defined]
        if public.row.asks_intent:
            for question in Question:
                self.fields[question.value] = forms.ChoiceField(
                    label=texts.QUESTIONS[question],
                    choices=list(texts.ANSWERS[question].items()),
                    widget=forms.RadioSelect,
                    required=False,
                )

    @property
    def questions(self) -> list[forms.BoundField]:
        """Return the intent questions that this form asks."""
        return [self[question.value] for question in Question if question.value in self.fields]

    def facts(self) -> InboundFacts:
        """Return the record as the action takes it."""
        given = self.cleaned_data
        code = given["district"] if given["district"] != "-" else ""
        city = city_of(code) if code else None
        sent = {name: value for name, value in given.items() if name not in (TRAP, "token")}
        return InboundFacts(
            company_name=given["company_name"],
            contact_name=given["contact_name"],
            phone=given["phone"],
            email=given["email"],
            city_code=city.code if city else "",
            district_code=code,
            need=given["need"],
            window=given["window"],
            consent_id=self.public.consent.pk,
            answers={question.value: given.get(question.value, "") for question in Question},
            payload=sent,
        )
