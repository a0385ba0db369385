"""Making companies ready to be taken in: all that needs no database, so that a thread may do it while the database is busy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from pydantic_core import to_json

from tiejun.customers import rules
from tiejun.customers.models import Contact
from tiejun.customers.rules import domain_of
from tiejun.engines.names.company import normalised_form
from tiejun.engines.names.credit_code import normalise_credit_code
from tiejun.engines.names.folding import folded
from tiejun.engines.names.phone import normalise_phone
from tiejun.engines.names.pinyin import initials_of
from tiejun.engines.names.search import search_grams
from tiejun.engines.workdays.windows import written_windows
from tiejun.foundation.crypto import seal
from tiejun.foundation.ids import new_id_text
from tiejun.foundation.refusals import Invalid

if TYPE_CHECKING:
    from tiejun.access.scope import Scope

NAME_LENGTH = 200
ROLES = frozenset(Contact.Role.values)


def ready(scope: Scope, facts: rules.CompanyFacts) -> rules.ReadyCompany:
    """Return a company ready for `actions.create_companies`, its contacts' numbers sealed; raises `Invalid` as `company_columns`."""
    columns = company_columns(scope, facts)
    company_id = new_id_text()
    custom = {"custom": facts.custom} if facts.custom else {}
    return rules.ReadyCompany(
        id=company_id,
        name=columns["name"],
        normalised_name=columns["normalised_name"],
        credit_code=columns["credit_code"],
        city_code=columns["city_code"],
        district_code=columns["district_code"],
        company=to_json({"id": company_id, **columns, **custom}).decode(),
        contacts=",".join(
            to_json(_contact_record(scope, contact) | {"company_id": company_id}).decode()
            for contact in facts.contacts
            if contact.name or contact.phone
        ),
    )


def company_columns(scope: Scope, facts: rules.CompanyFacts) -> dict[str, Any]:  # noqa: ARG001 -- reads no row
    """Return the columns of a company from what was entered; raises `Invalid` for a name that identifies nothing, and for hours that are none."""
    name = facts.name.strip()
    text = folded(name)
    normalised = normalised_form(text)
    if not normalised:
        raise Invalid(name=_("The name needs at least one letter or digit."))
    if len(name) > NAME_LENGTH:
        raise Invalid(name=_("The name is longer than 200 characters."))
    initials = initials_of(text)
    hours = written_windows(facts.opening_hours)
    if facts.opening_hours.strip() and not hours:
        raise Invalid(opening_hours=_("Write the hours like 09:00-12:00, 13:30-18:00."))
    return {
        "name": name,
        "folded_name": "" if text == name else text[:NAME_LENGTH],
        "normalised_name": normalised[:NAME_LENGTH],
        "initials": initials[:NAME_LENGTH],
        "search_grams": search_grams(text, initials),
        "credit_code": normalise_credit_code(facts.credit_code) or None,
        "city_code": facts.city_code,
        "district_code": facts.district_code,
        "address": facts.address,
        "building_id": facts.building_id,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "industry": facts.industry,
        "legal_person": facts.legal_person,
        "domain": domain_of(facts.domain),
        "registered_on": facts.registered_on,
        "capital_minor": facts.capital_minor,
        "capital_currency": facts.capital_currency,
        "segment_id": facts.segment_id,
        "opening_hours": hours,
    }


def contact_columns(scope: Scope, facts: rules.ContactFacts) -> dict[str, Any]:  # noqa: ARG001 -- reads no row
    """Return the columns of a contact, the number sealed; raises `Invalid` for a role that is none."""
    if not ROLES.issuperset(facts.roles):
        raise Invalid(roles=_("Unknown role."))
    sealed = seal(normalise_phone(facts.phone))
    return {
        "name": facts.name.strip(),
        "title": facts.title.strip(),
        "roles": sorted(set(facts.roles)),
        "is_senior": facts.is_senior,
        "phone_cipher": sealed.cipher,
        "phone_index": sealed.index,
        "phone_last4": sealed.last4,
    }


def _contact_record(scope: Scope, facts: rules.ContactFacts) -> dict[str, Any]:
    columns = contact_columns(scope, facts)
    sealed = {name: columns[name].hex() for name in ("phone_cipher", "phone_index")}
    return {"id": new_id_text(), **columns, **sealed}
