"""What marketing brought the demo company: campaigns with costs, sixty records in all states, hand-overs and a dispute."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any

from tiejun.access.roles import Role
from tiejun.cli.demo.company import CITY_CODE, SYSTEM, ZONE
from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import local_date
from tiejun.leads.actions import convert_company, import_leads, record_follow_up, transfer_lead
from tiejun.leads.actions.closing import close_lead
from tiejun.leads.actions.supply import lead_of_inbound, refer_company
from tiejun.leads.queries import held_companies
from tiejun.leads.queries.intake import ready
from tiejun.leads.rules import FollowUpFacts, LeadRow
from tiejun.leads.rules.closing import Evidence
from tiejun.marketing.actions import campaigns, capture, disputes, handover, inbound, tags
from tiejun.marketing.queries.handover import invalid_marks
from tiejun.marketing.queries.sources import sources
from tiejun.marketing.rules.campaigns import CampaignFacts, FormFacts
from tiejun.marketing.rules.handover import Disposition, ReferralFacts
from tiejun.marketing.rules.inbound import InboundFacts
from tiejun.marketing.rules.tags import Condition
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from tiejun.access.scope import Scope
    from tiejun.cli.demo.company import DemoStaff, Rep
    from tiejun.cli.demo.names import DemoCompany
    from tiejun.cli.demo.supply import Supply
    from tiejun.leads.models import Lead
    from tiejun.marketing.models import Campaign, InboundRecord

RECORDS, FEED = 60, 30
HOT = {"NEED": "CLEAR", "TIMING": "THIS_MONTH", "BUDGET": "SET", "AUTHORITY": "DECIDES"}
WARM = {"NEED": "CLEAR", "TIMING": "THIS_QUARTER", "BUDGET": "UNKNOWN", "AUTHORITY": "INFLUENCES"}
COLD = {"NEED": "VAGUE", "TIMING": "NOT_PLANNED"}


@cache
def words() -> dict[str, Any]:
    """Return the words of this chapter."""
    content: dict[str, Any] = json.loads(
        files("tiejun.cli.demo").joinpath("marketing.json").read_text(encoding="utf-8")
    )
    return content


def bring_marketing(staff: DemoStaff, supply: Supply, now: datetime) -> None:
    """Tell what marketing did in the last weeks, up to `now`."""
    desk = scope_of_person(staff.persons[Role.MARKETING_HEAD], at=now, origin="demo")
    for name, name_en, tone, field, comparison, value in words()["tags"]:
        tag = tags.set_tag(desk, name=name, name_en=name_en, tone=tone)
        condition = Condition(field, comparison, value)
        tags.add_tag_rule(desk, tag_id=tag.pk, conditions=[condition], now=now - timedelta(days=30))
    planned = _campaigns(desk, now)
    _form(desk, planned[1], now)
    records = [_record(desk, supply, planned, number, now) for number in range(RECORDS)]
    campaigns.move_campaign(desk, campaign_id=planned[0].pk, step="CLOSE", now=now - timedelta(days=1))
    leads = [lead for row in records if row.status == "ACCEPTED" and (lead := _handed_over(row)) is not None]
    for number, lead in enumerate(leads):
        _work(staff, lead, number, now)
    _disputes(staff, desk, supply.random, now)
    _feed(supply, now)
    _referral(staff.reps[0], next(supply.companies), now)


def _campaigns(desk: Scope, now: datetime) -> list[Campaign]:
    made = []
    for number, (name, means, is_online, source, budget, costs) in enumerate(words()["campaigns"]):
        starts_at = now - timedelta(days=28 - 9 * number)
        starts_on = local_date(starts_at, ZONE)
        facts = CampaignFacts(name, means, is_online, source, starts_on, starts_on + timedelta(days=40), budget)
        row = campaigns.plan_campaign(desk, facts=facts, now=starts_at)
        campaigns.move_campaign(desk, campaign_id=row.pk, step="START", now=starts_at)
        for note, amount in costs:
            campaigns.enter_cost(
                desk, campaign_id=row.pk, amount_minor=amount, spent_on=starts_on, note=note, now=starts_at
            )
        made.append(row)
    return made


def _form(desk: Scope, campaign: Campaign, now: datetime) -> None:
    facts = FormFacts(source_code="WEB", campaign_id=campaign.pk, **words()["form"])
    capture.publish_form(desk, facts=facts, code="website", now=now - timedelta(days=19))


def _record(desk: Scope, supply: Supply, planned: list[Campaign], number: int, now: datetime) -> InboundRecord:
    """Make one record: the last twelve wait for the check, eight were rejected, the others handed over."""
    random = supply.random
    at = now - timedelta(hours=3 + (RECORDS - number) * 7)
    campaign = planned[number % 3]
    row = inbound.receive_inbound(
        desk,
        facts=_facts(next(supply.companies), random),
        source_code=words()["campaigns"][number % 3][3],
        campaign_id=campaign.pk,
        door="DESK",
        now=at,
    )
    row = inbound.note_duplicate_check(SYSTEM, inbound_id=row.pk, known=None, now=at)
    if number >= RECORDS - 12:
        return row
    is_rejected = number % 6 == 5
    answers = COLD if is_rejected else random.choice([HOT, WARM, WARM])
    row = inbound.assess_inbound(desk, inbound_id=row.pk, version=row.version, answers=answers, now=at)
    if is_rejected:
        return inbound.reject_inbound(
            desk, inbound_id=row.pk, version=row.version, reason="LOW_INTENT", note="", now=at
        )
    if number >= RECORDS - 18:
        return row
    return inbound.accept_inbound(desk, inbound_id=row.pk, version=row.version, now=at + timedelta(minutes=20))


def _facts(company: DemoCompany, random: Random) -> InboundFacts:
    return InboundFacts(
        company_name=company.name,
        contact_name=company.contact,
        contact_title=company.title,
        phone=company.phone,
        credit_code=company.credit_code,
        city_code=CITY_CODE,
        district_code=company.district_code,
        address=company.address,
        industry=company.industry,
        need=random.choice(words()["needs"]),
        window=random.choice(["ANY", "MORNING", "AFTERNOON"]),
        consent_basis=words()["basis"],
    )


def _handed_over(row: InboundRecord) -> Lead | None:
    at = row.decided_at or row.received_at
    return lead_of_inbound(SYSTEM, inbound_id=row.pk, now=at + timedelta(minutes=1))


def _work(staff: DemoStaff, lead: Lead, number: int, now: datetime) -> None:
    """Let a representative work on a handed-over lead; every fifth still waits in its pool."""
    if number % 5 == 4:
        return
    rep = staff.reps[number % len(staff.reps)]
    at = min(now, lead.created_at + timedelta(hours=2))
    # A full private pool is what it is: then this lead waits, too.
    with suppress(Refused):
        transfer_lead(SYSTEM, lead_id=lead.pk, to_person_id=rep.person_id, reason=words()["give"], now=at)
        later = min(now, at + timedelta(hours=1))
        if number % 5 == 3:
            _close(rep, lead, number, later)
            return
        talk = FollowUpFacts("CALL", "TALKED", later, note=words()["talk"])
        record_follow_up(rep.scope(later), lead_id=lead.pk, facts=talk, now=later)
        if number % 5 in (1, 2):
            handover.note_effective(SYSTEM, company_id=lead.company_id, at=later)
        if number % 10 == 1:
            convert_company(rep.scope(later), company_id=lead.company_id, now=later)
            handover.note_signed(SYSTEM, lead_id=lead.pk, at=later)


def _close(rep: Rep, lead: Lead, number: int, at: datetime) -> None:
    is_invalid = number % 10 == 3
    outcome, reason = ("INVALID", "CLOSED_DOWN") if is_invalid else ("LOST", "TIMING")
    note = words()["evidence"] if is_invalid else words()["lost"]
    evidence = Evidence("REGISTER" if is_invalid else "", note)
    close_lead(rep.scope(at), lead_id=lead.pk, outcome=outcome, reason=reason, evidence=evidence, now=at)
    told = Disposition(outcome, reason, note, rep.person_id, at)
    handover.note_disposition(SYSTEM, lead_id=lead.pk, told=told)


def _disputes(staff: DemoStaff, desk: Scope, random: Random, now: datetime) -> None:
    marked = invalid_marks(SYSTEM, limit=2)
    head = scope_of_person(staff.persons[Role.SALES_HEAD], at=now, origin="demo")
    for number, handover_id in enumerate(marked):
        row = disputes.open_dispute(desk, handover_id=handover_id, reason=words()["reason"], now=now)
        if number:
            disputes.decide_dispute(head, dispute_id=row.pk, is_upheld=True, note=words()["decision"], now=now)
    qa = scope_of_person(staff.persons[Role.QA_INSPECTOR], at=now, origin="demo")
    today = local_date(now, ZONE)
    seed = f"{random.getrandbits(64):016x}"
    disputes.draw_sample(qa, first_on=today - timedelta(days=30), last_on=today, seed=seed, now=now)


def _feed(supply: Supply, now: datetime) -> None:
    """Import the newly registered companies of the last weeks."""
    source = next(row for row in sources(SYSTEM) if row.code == "REGISTRY")
    today = local_date(now, ZONE)
    made: Iterator[DemoCompany] = islice(supply.companies, FEED)
    rows = [
        LeadRow(row=number, company=_registered(company, today - timedelta(days=number % 20)))
        for number, company in enumerate(made, 2)
    ]
    import_leads(
        SYSTEM,
        batch=ready(SYSTEM, rows),
        pool_id=supply.pools[1],
        source_id=source.pk,
        batch_id=new_id(),
        now=now - timedelta(hours=4),
    )


def _registered(company: DemoCompany, day: Any) -> CompanyFacts:
    facts = CompanyFacts(
        name=company.name,
        credit_code=company.credit_code,
        city_code=CITY_CODE,
        district_code=company.district_code,
        address=company.address,
        industry=company.industry,
        contacts=(ContactFacts(company.contact, company.phone, company.title),),
    )
    return replace(facts, registered_on=day)


def _referral(rep: Rep, company: DemoCompany, now: datetime) -> None:
    scope = rep.scope(now)
    found = held_companies(scope, rep.person_id)
    held = [company for company in found if company.is_protected] or found
    if not held:
        return
    with suppress(Refused):
        facts = _registered(company, company.registered_on)
        refer_company(
            scope,
            referrer_company_id=held[0].company_id,
            facts=facts,
            told=ReferralFacts(words()["referral"], may_name=True),
            hold=False,
            now=now - timedelta(hours=1),
        )
