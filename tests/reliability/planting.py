"""Writes hostile texts into every text field of the product, through its own actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.apps import apps
from django.db.models import CharField, TextField
from django.utils import timezone

from tests.factories.leads import make_pool, make_source
from tests.factories.pipeline import make_line
from tests.reliability.company import Asker, make_askers
from tiejun.access.roles import Role
from tiejun.customers.actions import add_contact
from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.engines.effectiveness import Advancement, ContactRole
from tiejun.exchange.actions.imports import start_import, upload_import
from tiejun.exchange.jobs import read_import, run_import
from tiejun.inbox.actions import notify
from tiejun.leads.actions import create_lead, record_follow_up
from tiejun.leads.rules import FollowUpFacts
from tiejun.org.actions.leave import record_leave
from tiejun.org.actions.people import add_person
from tiejun.org.actions.units import add_unit
from tiejun.org.models import Building
from tiejun.pipeline.actions import collections, opportunities, orders, signing
from tiejun.pipeline.rules import LineFacts, LostReason, OpportunityFacts, ReceiptFacts
from tiejun.visits.actions import canvassing, plans, recording
from tiejun.visits.rules.vocabulary import DoorInput, DoorResult, MetContact, VisitFactsInput, VisitInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tiejun.leads.models import Lead

PAYLOADS = Path(__file__).with_name("script_payloads.txt").read_text().splitlines()
DEALS = 3


def shifted(payloads: list[str]) -> Iterator[str]:
    """Each payload in turn, each round one further: so that a field that is written every few turns sees all of them."""
    return (payloads[(turn + turn // len(payloads)) % len(payloads)] for turn in count())


@dataclass
class Planted:
    """Who works there, and the addresses of everything that holds a hostile text."""

    askers: dict[Role | None, Asker]
    now: datetime
    texts: Iterator[str] = field(default_factory=lambda: shifted(PAYLOADS))
    addresses: list[str] = field(default_factory=list)

    def text(self, most: int = 4_000) -> str:
        """The next hostile text that fits a field."""
        return next(words for words in self.texts if len(words) <= most)


def plant() -> Planted:
    """Fill a company with hostile texts."""
    made = Planted(make_askers(), timezone.now())
    make_source()
    pool, line = make_pool("East"), make_line()
    rep = made.askers[Role.REP].scope
    _people(made)
    leads = [_lead(made, f"Suheng {number} {words}") for number, words in enumerate(PAYLOADS)]
    for lead in leads[-DEALS:]:
        _visit(made, lead)
        _deal(made, lead, line.pk)
    _doors(made)
    _plan(made)
    _file(made, pool.pk)
    for asker in made.askers.values():
        if asker.scope.person_id:
            facts = {"company": made.text(200), "day": made.text(80), "reason": made.text(80)}
            notify(
                rep,
                person_id=asker.scope.person_id,
                code="visits.amended",
                facts=facts,
                url="/visits/",
                dedupe_key=str(uuid4()),
                now=made.now,
            )
    return made


def standing() -> dict[str, set[str]]:
    """Which payloads stand in which text column of the database."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        texts = [one for one in model._meta.fields if isinstance(one, CharField | TextField) and not one.choices]
        for one in texts if model.__module__.startswith("tiejun.") else ():
            stored = model._base_manager.values_list(one.name, flat=True).distinct()
            hostile = {words for text in stored if text for words in PAYLOADS if words in text}
            if hostile:
                found[f"{model._meta.label}.{one.name}"] = hostile
    return found


def _lead(made: Planted, name: str) -> Lead:
    facts = CompanyFacts(
        name=name,
        city_code="330100",
        address=made.text(300),
        industry=made.text(80),
        legal_person=made.text(80),
        contacts=(
            ContactFacts(name=made.text(80), phone="13857166042", title=made.text(80), roles=("KP",), is_senior=True),
        ),
    )
    rep = made.askers[Role.REP].scope
    lead = create_lead(rep, facts=facts, now=made.now)
    step = made.now + timedelta(days=1)
    if len(made.addresses) < 12:
        add_contact(
            rep, company_id=lead.company_id, facts=ContactFacts(name=made.text(80), title=made.text(80)), now=made.now
        )
        call = FollowUpFacts("CALL", "TALKED", made.now, made.text(), made.text(200), step)
        record_follow_up(rep, lead_id=lead.pk, facts=call, now=made.now)
        made.addresses += [f"/leads/{lead.pk}/", f"/customers/{lead.company_id}/"]
    return lead


def _visit(made: Planted, lead: Lead) -> None:
    met = MetContact(role=ContactRole.KP, is_senior=True, name=made.text(80), title=made.text(80))
    facts = VisitFactsInput(
        met=(met,), service_explained=True, advancement=Advancement.NEXT_STEP_AGREED,
        note=made.text(), next_step=made.text(200), next_step_at=made.now + timedelta(days=1),
    )  # fmt: skip
    row = recording.record_visit(
        made.askers[Role.REP].scope,
        facts=VisitInput(client_key=uuid4(), company_id=lead.company_id, facts=facts),
        now=made.now,
    )
    made.addresses += [f"/leads/{lead.pk}/", f"/customers/{lead.company_id}/", f"/visits/{row.pk}/"]


def _deal(made: Planted, lead: Lead, line_id: Any) -> None:
    rep, finance, now = made.askers[Role.REP].scope, made.askers[Role.FINANCE].scope, made.now
    today = timezone.localdate(now)
    facts = OpportunityFacts(
        100_000, today + timedelta(days=9), next_step=made.text(200), next_step_at=now + timedelta(days=1)
    )
    lost = opportunities.open_opportunity(
        rep, company_id=lead.company_id, product_line_id=line_id, facts=facts, now=now
    )
    opportunities.lose_opportunity(
        rep, opportunity_id=lost.pk, version=lost.version, reason=next(iter(LostReason)), note=made.text(500), now=now
    )
    row = opportunities.open_opportunity(rep, company_id=lead.company_id, product_line_id=line_id, facts=facts, now=now)
    order = orders.draft_order(
        rep, opportunity_id=row.pk, lines=[LineFacts(line_id, 1, 100_000, 0, made.text(200))], now=now
    )
    order = orders.edit_order(
        rep,
        order_id=order.pk,
        version=order.version,
        lines=[LineFacts(line_id, 1, 100_000, 0, made.text(200))],
        terms=made.text(),
        now=now,
    )
    order = signing.sign_order(rep, order_id=order.pk, version=order.version, signed_on=today, now=now)
    signing.record_contract(
        rep,
        order_id=order.pk,
        number=made.text(60),
        signed_on=today,
        signatory=made.text(80),
        terms=made.text(),
        now=now,
    )
    money = ReceiptFacts(30_000, "BANK", today, reference=made.text(80), payer=made.text(200), note=made.text(300))
    receipt = collections.record_receipt(finance, order_id=order.pk, facts=money, now=now)
    collections.reverse_receipt(finance, receipt_id=receipt.pk, reason=made.text(300), now=now)
    made.addresses += [
        f"/pipeline/opportunities/{lost.pk}/",
        f"/pipeline/opportunities/{row.pk}/",
        f"/pipeline/orders/{order.pk}/",
        f"/pipeline/orders/{order.pk}/print/",
    ]


def _doors(made: Planted) -> None:
    """A building with a hostile name, and a floor of doors behind which every payload is."""
    now = made.now
    building = Building.objects.create(
        name=made.text(120), district_code="330106", address=made.text(200), entrance_note=made.text(200), latitude=30.27,
        longitude=120.13,
    )  # fmt: skip
    for number, words in enumerate(PAYLOADS):
        facts = DoorInput(
            uuid4(), building.pk, 12, made.text(20), DoorResult.NOT_TARGET if number % 20 else DoorResult.INTEREST,
            company_name=words, in_charge=words, phone=made.text(20), product=words,
        )  # fmt: skip
        canvassing.record_door(made.askers[Role.REP].scope, facts=facts, now=now)
    made.addresses.append(f"/visits/canvass/{building.pk}/")


def _plan(made: Planted) -> None:
    rep, today = made.askers[Role.REP].scope, timezone.localdate(made.now)
    plan = plans.propose_plan(rep, day=today, now=made.now)
    plans.save_plan(rep, day=today, version=plan.version, canvass_note=made.text(300), now=made.now)


def _people(made: Planted) -> None:
    admin, hr = made.askers[Role.ADMIN].scope, made.askers[Role.HR].scope
    group = made.askers[Role.REP].scope.unit_id
    person = add_person(
        hr,
        name=made.text(80),
        unit_id=group,
        role=Role.REP,
        joined_on=date(2024, 3, 1),
        staff_number=made.text(20)[:20],
        now=made.now,
    )
    add_unit(
        admin, name=made.text(80), kind="GROUP", parent_id=made.askers[Role.SALES_HEAD].scope.unit_id, now=made.now
    )
    day = timezone.localdate(made.now)
    record_leave(hr, person_id=person.pk, kind="ANNUAL", starts_on=day, ends_on=day, note=made.text(200), now=made.now)
    made.addresses.append(f"/people/{person.pk}/")


def _file(made: Planted, pool_id: Any) -> None:
    ops = made.askers[Role.SALES_OPS].scope
    lines = ["name,phone," + ",".join(f'"{words.replace(chr(34), chr(34) * 2)}"' for words in PAYLOADS[14:18])]
    lines += [f'"{words.replace(chr(34), chr(34) * 2)}",12,,,,' for words in PAYLOADS]
    row = upload_import(
        ops, name=f"{made.text(60).replace('/', '')}.csv", content_type="text/csv", chunks=["\n".join(lines).encode()],
        pool_id=pool_id, source_id=make_source().pk, now=made.now,
    )  # fmt: skip
    read_import(str(row.pk), "")
    row.refresh_from_db()
    made.addresses.append(f"/exchange/imports/{row.pk}/")
    if row.state == "READ" and "name" in row.mapping:
        start_import(ops, import_id=row.pk, mapping=row.mapping, now=made.now)
        run_import(str(row.pk))
