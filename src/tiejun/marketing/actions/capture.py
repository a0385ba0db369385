"""Public forms: what they ask, what people agree to, who may frame them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Stale
from tiejun.marketing.models import Campaign, CaptureForm, ConsentText, Source
from tiejun.marketing.rules.campaigns import FormFacts, clean_origin

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

MOST_SITES = 10


@action(Ability.MANAGE_CAMPAIGNS)
def publish_form(scope: Scope, *, facts: FormFacts, now: datetime, code: str = "") -> CaptureForm:
    """Publish a form under a new address (`code`: a wished one, for tests and demos); raises `Invalid`."""
    values = _columns(facts)
    row = CaptureForm.objects.create(**values, code=code or secrets.token_urlsafe(9), created_at=now)
    _set_consent(row, facts, now)
    audit.record(scope, "marketing.form_published", row, source=facts.source_code, sites=row.allowed_sites)
    return row


@action(Ability.MANAGE_CAMPAIGNS)
def edit_form(
    scope: Scope, *, form_id: UUID, version: int, facts: FormFacts, is_open: bool, now: datetime
) -> CaptureForm:
    """Change a form; another text of consent is a new version of it. Raises `NotFound`, `Stale`, `Invalid`."""
    row = CaptureForm.objects.select_for_update(of=("self",)).filter(pk=form_id).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise Stale(row)
    values = {**_columns(facts), "is_open": is_open, "version": version + 1}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    _set_consent(row, facts, now)
    audit.record(scope, "marketing.form_edited", row, is_open=is_open, sites=row.allowed_sites)
    return row


def _set_consent(row: CaptureForm, facts: FormFacts, now: datetime) -> None:
    last = ConsentText.objects.filter(form=row).order_by("-number").first()
    if last is None or (last.text, last.text_en) != (facts.consent.strip(), facts.consent_en.strip()):
        number = last.number + 1 if last else 1
        ConsentText.objects.create(
            form=row, number=number, text=facts.consent.strip(), text_en=facts.consent_en.strip(), since=now
        )


def _columns(facts: FormFacts) -> dict[str, object]:
    source = Source.objects.filter(code=facts.source_code).first()
    campaign = Campaign.objects.filter(pk=facts.campaign_id).first() if facts.campaign_id else None
    if source is None or (facts.campaign_id and campaign is None):
        raise Invalid(source=_("Choose a source and, if there is one, its campaign."))
    if not all(text.strip() for text in (facts.name, facts.title, facts.title_en, facts.consent, facts.consent_en)):
        raise Invalid(title=_("Name, title and consent are needed in both languages."))
    sites = [clean_origin(site) for site in facts.allowed_sites if site.strip()]
    if None in sites or len(sites) > MOST_SITES:
        raise Invalid(allowed_sites=_("Write up to ten sites as https://www.example.com, one a line."))
    return {
        "name": facts.name.strip()[:80],
        "source": source,
        "campaign": campaign,
        "title": facts.title.strip()[:120],
        "title_en": facts.title_en.strip()[:120],
        "intro": facts.intro.strip()[:400],
        "intro_en": facts.intro_en.strip()[:400],
        "asks_intent": facts.asks_intent,
        "allowed_sites": sites,
    }
