"""One of each kind of object for each place it can lie in, as seen from the representative who asks.

Her own, a colleague's of her group, one of another group of her region, one of another region, and what was hers and has ended.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.utils import timezone

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead, make_pool, make_source
from tests.factories.org import make_leave, make_login, make_person, make_position, make_unit, scope_for
from tests.factories.pipeline import make_line
from tests.reliability.coaching_world import accompanied
from tests.reliability.company import Askers
from tests.reliability.deal_world import cared_for, learned
from tests.reliability.meeting_world import met
from tests.reliability.outgoing_world import taken_out
from tests.reliability.supply_world import handed_over, marketing, night_of_all, pool_and_night
from tiejun.access.roles import Role
from tiejun.customers.models import CompanyMerge, DuplicateProposal, FollowUpPlan, FollowUpStep
from tiejun.exchange.actions.imports import cancel_import, upload_import
from tiejun.exchange.actions.tokens import issue_token, revoke_token
from tiejun.forecast.models import DailyReport, MonthlyForecast
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import ClockRun, PolicyVersion
from tiejun.foundation.times import business_day
from tiejun.inbox.models import Notice
from tiejun.leads.models import ExtensionRequest, Lead, LeadTenure
from tiejun.lists.actions import Wish, save_view
from tiejun.operations.models import AuditCheck
from tiejun.org.models import Leave, Login, Person, Position, Territory, TerritoryAssignment, Unit
from tiejun.pipeline.actions import collections, opportunities, orders, signing
from tiejun.pipeline.rules import LineFacts, LostReason, OpportunityFacts, ReceiptFacts, Scan
from tiejun.quality.models import FrameVisit, IntegrityCase, PanelSeat, QaTask, SamplingDraw, SeedCommitment
from tiejun.visits.actions import evidence, field, recording
from tiejun.visits.models import DayPlan, PlanItem
from tiejun.visits.rules.vocabulary import CheckInInput, ItemKind, Slot, StopReason, VisitFactsInput, VisitInput

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.access.scope import Scope

# The smallest PNG that is a picture: one pixel.
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
OWN, TEAM, OTHER, FAR, GONE, NOWHERE = "own", "team", "other", "far", "gone", "nowhere"
Ids = dict[str, Any]


@dataclass(frozen=True)
class World:
    """The ids of the objects, by place and by the name of the argument that takes them."""

    places: dict[str, Ids]
    names: dict[str, str]  # of the company at each place, which stands in no other text


def make_world(askers: Askers) -> World:
    """Make every object; the askers' company gets a second region."""
    now, rep = timezone.now(), askers[Role.REP]
    group = Unit.objects.get(pk=rep.scope.unit_id)
    region = Unit.objects.get(pk=group.parent_id)
    other = Unit.objects.filter(parent=region).exclude(pk=group.pk).get()
    far = make_unit("West 1", parent=make_unit("West", kind=Unit.Kind.REGION, parent=region.parent))
    make_pool("Everybody's")
    line, shared = make_line().pk, _company_wide(askers, group, now)
    her = Person.objects.get(pk=rep.scope.person_id)
    people = {OWN: (her, group), TEAM: (make_person(unit=group), group), OTHER: (make_person(unit=other), other)}
    people[FAR] = (make_person(unit=far), far)
    places, names = {}, {}
    for place, (person, unit) in people.items():
        names[place] = f"Zuqin{place} Holdings"
        seat = _Seat(person, unit, scope_for(person, now), askers[Role.FINANCE].scope, line, now)
        places[place] = shared | _held(seat, names[place])
    seat = _Seat(her, group, rep.scope, askers[Role.FINANCE].scope, line, now)
    places[GONE] = places[OWN] | _ended(seat, askers, places[FAR], now)
    names[GONE] = names[FAR]
    places[NOWHERE] = {kind: new_id() for kind in places[OWN]} | {
        "session_id": 2**31 - 1, "key": "no.key", "name": "no-profile", "day": places[OWN]["day"], "line": line,
    }  # fmt: skip
    return World(places, names)


@dataclass(frozen=True)
class _Seat:
    person: Person
    unit: Unit
    scope: Scope
    finance: Scope
    line: Any
    now: datetime


def _held(seat: _Seat, name: str) -> Ids:
    company = make_company(name, now=seat.now - timedelta(days=2))
    lead = make_held_lead(seat.person, seat.unit, company=company, now=seat.now - timedelta(days=1))
    field.give_location_consent(seat.scope, now=seat.now)
    login = Login.objects.filter(person=seat.person).first() or make_login(seat.person)
    session = UserSession.objects.create(user=login, ip="127.0.0.1", session_key=str(uuid4()), user_agent="x")
    scope = scope_for(seat.person, seat.now)
    return (
        {
            "company_id": company.pk,
            "lead_id": lead.pk,
            "contact_id": make_contact(company, now=seat.now).pk,
            "visit_id": (visit := _visit(seat, company.pk)).pk,
            "evidence_id": evidence.attach_photo(
                seat.scope, record_key=visit.record_key, content=PICTURE, now=seat.now
            ).pk,
            "item_id": _stop(seat, company).pk,
            "person_id": seat.person.pk,
            "unit_id": seat.unit.pk,
            "position_id": Position.objects.get(person=seat.person).pk,
            "leave_id": _leave(seat, 20).pk,
            "login_id": login.pk,
            "session_id": session.pk,
            "notice_id": _notice(seat, None).pk,
            "token_id": _token(scope, seat.now).pk,
            "view_id": _view(scope, seat.now).pk,
            "day": timezone.localdate(seat.now),
            "line": seat.line,
            "request_id": _request(seat, lead, "OPEN").pk,
            "step_id": _step(seat, company, None),
        }
        | _deal(seat, company.pk)
        | taken_out(seat.person, name, seat.now)
        | _territory(seat, name)
        | _evening(seat)
        | _pair(seat, company, name)
        | _checked(seat)
        | accompanied(seat.person, seat.unit, seat.now)
        | handed_over(seat.person, seat.unit, lead, seat.now)
        | pool_and_night(seat.person, seat.unit, lead, seat.now)
        | met(seat.person, seat.unit, seat.now)
    )


def _evening(seat: _Seat) -> Ids:
    """An open evening of the place's group, found by unit and day, and a published commitment of the person."""
    for day in {timezone.localdate(seat.now), business_day(seat.now, "Asia/Shanghai")}:
        DailyReport.objects.get_or_create(unit=seat.unit, business_day=day, defaults={"due_at": seat.now})
    row = MonthlyForecast.objects.create(
        person=seat.person, unit=seat.unit, month=timezone.localdate(seat.now).replace(day=1), state="PUBLISHED", deals=1,
        amount_minor=1, content_hash="x", rep_signed_at=seat.now, supervisor_id=seat.finance.person_id,
        published_at=seat.now, changed_at=seat.now,
    )  # fmt: skip
    return {"commitment_id": row.pk}


def _pair(seat: _Seat, company: Any, name: str, *, ended: bool = False) -> Ids:
    """A company that may be one with another, which nobody holds; and one that another was merged into."""
    twin = make_company(f"{name} Twin", now=seat.now)
    first, second = sorted((company, twin), key=lambda row: row.pk)
    proposal = DuplicateProposal.objects.create(
        first=first, second=second, confidence=80, found_at=seat.now, status="APART" if ended else "OPEN"
    )
    absorbed = make_company(f"{name} Former", now=seat.now, merged_into=None if ended else company)
    merge = CompanyMerge.objects.create(
        survivor=company, absorbed=absorbed, merged_at=seat.now, undo_until=seat.now + timedelta(days=30),
        undone_at=seat.now if ended else None,
    )  # fmt: skip
    return {
        "proposal_id": proposal.pk,
        "merge_id": merge.pk,
        "survivor_id": company.pk,
        "absorbed_id": twin.pk,
    }


def _checked(seat: _Seat) -> Ids:
    """A drawn visit of yesterday with its task, a final case of it, and the person's own seat on somebody's panel."""
    day = timezone.localdate(seat.now) - timedelta(days=1)
    company = make_company(f"Looked at {new_id()}", now=seat.now - timedelta(days=2))
    visit = _visit(seat, company.pk).pk
    draw = SamplingDraw.objects.filter(business_day=day).first() or _draw(day, seat.now)
    frame = FrameVisit.objects.create(
        draw=draw, visit_id=visit, person=seat.person, unit=seat.unit, stratum="x", risk=0.1, probability=0.1, part="RANDOM"
    )  # fmt: skip
    inspector = Person.objects.filter(pk__in=Position.objects.filter(role="QA_INSPECTOR").values("person")).first()
    task = QaTask.objects.create(
        frame=frame, visit_id=visit, company=company, person=seat.person, unit=seat.unit, business_day=day, probability=0.1,
        method="CALL", state="CLOSED", inspector=inspector, finding="CONTRADICTED", found_at=seat.now, drawn_at=seat.now,
    )  # fmt: skip
    case = IntegrityCase.objects.create(
        task=task, visit_id=visit, person=seat.person, unit=seat.unit, state="FINAL", summary="x", opened_by=inspector,
        opened_at=seat.now, notified_at=seat.now, answer_due_at=seat.now + timedelta(days=3), outcome="DISMISSED",
        decided_at=seat.now, final_at=seat.now,
    )  # fmt: skip
    member = make_person(role=Role.HR, unit=Unit.objects.get(parent=None))
    bench = PanelSeat.objects.create(case=case, person=member, unit=seat.unit, appointed_at=seat.now)
    return {"task_id": task.pk, "case_id": case.pk, "seat_id": bench.pk, "draw_id": draw.pk}


def _draw(day: date, now: datetime) -> SamplingDraw:
    promise = SeedCommitment.objects.create(
        business_day=day, seed_hash=sha256(b"x").digest(), sealed_seed=b"x", committed_at=now - timedelta(days=1),
        revealed_seed=b"x", revealed_at=now,
    )  # fmt: skip
    return SamplingDraw.objects.create(
        commitment=promise, business_day=day, random_rate=0.1, risk_rate=0, frame_count=1, frame_digest=b"x", drawn_count=1,
        committed_at=promise.committed_at, drawn_at=now,
    )  # fmt: skip


def _request(seat: _Seat, lead: Lead, status: str) -> ExtensionRequest:
    decided_at = None if status == "OPEN" else seat.now
    return ExtensionRequest.objects.create(
        tenure=LeadTenure.objects.filter(lead=lead).latest("started_at"), person=seat.person, unit=seat.unit, reason="x", days=3, asked_at=seat.now,
        status=status, decided_at=decided_at,
    )  # fmt: skip


def _territory(seat: _Seat, name: str, *, ended: bool = False) -> Ids:
    yesterday = timezone.localdate(seat.now) - timedelta(days=1)
    row = Territory.objects.create(name=f"Part {name}"[:80], unit=seat.unit, closed_on=yesterday if ended else None)
    work = TerritoryAssignment.objects.create(
        territory=row, person=seat.person, starts_on=yesterday, ends_on=yesterday if ended else None
    )
    return {"territory_id": row.pk, "assignment_id": work.pk}


def _deal(seat: _Seat, company_id: Any) -> Ids:
    today = timezone.localdate(seat.now)
    facts = OpportunityFacts(100_000, today + timedelta(days=9))
    row = opportunities.open_opportunity(
        seat.scope, company_id=company_id, product_line_id=seat.line, facts=facts, now=seat.now
    )
    lines = [LineFacts(seat.line, 1, 100_000)]
    order = orders.draft_order(seat.scope, opportunity_id=row.pk, lines=lines, now=seat.now)
    order = signing.sign_order(seat.scope, order_id=order.pk, version=order.version, signed_on=today, now=seat.now)
    scan = Scan("x.pdf", "application/pdf", [b"%PDF-1.4 ", str(row.pk).encode()])
    contract = signing.record_contract(
        seat.scope, order_id=order.pk, number=str(row.pk), signed_on=today, scan=scan, now=seat.now
    )
    money = ReceiptFacts(30_000, "CASH", today)
    receipt = collections.record_receipt(seat.finance, order_id=order.pk, facts=money, now=seat.now)
    ids = {"opportunity_id": row.pk, "order_id": order.pk, "contract_id": contract.pk, "receipt_id": receipt.pk}
    return ids | learned(seat.person, row.pk, seat.now) | cared_for(seat.person, company_id, seat.now)


def _ended(seat: _Seat, askers: Askers, far: Ids, now: datetime) -> Ids:
    """What was hers: the company is another's now, and all else is closed, cancelled, removed or revoked."""
    mine = make_company("Zuqinclosed Holdings", now=now - timedelta(days=2))
    lead = make_held_lead(seat.person, seat.unit, company=mine, now=now - timedelta(days=1))
    deal = _deal(seat, mine.pk)
    collections.reverse_receipt(seat.finance, receipt_id=deal["receipt_id"], reason="wrong", now=now)
    facts = OpportunityFacts(1_000, timezone.localdate(now) + timedelta(days=9))
    lost = opportunities.open_opportunity(
        seat.scope, company_id=mine.pk, product_line_id=make_line().pk, facts=facts, now=now
    )
    opportunities.lose_opportunity(
        seat.scope, opportunity_id=lost.pk, version=lost.version, reason=next(iter(LostReason)), note="", now=now
    )
    contact = make_contact(mine, now=now, phone="")
    contact.removed_at = now
    contact.save(update_fields=["removed_at"])
    stop = _stop(seat, mine, day=1)
    stop.removed_in = 2
    stop.save(update_fields=["removed_in"])
    left = make_person(unit=seat.unit, ends_on=timezone.localdate(now) - timedelta(days=9))
    login = make_login(left)
    login.is_active = False
    login.save(update_fields=["is_active"])
    closed = make_unit("East 9", parent=Unit.objects.get(pk=seat.unit.parent_id))
    Unit.objects.filter(pk=closed.pk).update(closed_on=timezone.localdate(now))
    token = _token(seat.scope, now)
    revoke_token(seat.scope, token_id=token.pk, now=now)
    leave = _leave(seat, 40)
    Leave.objects.filter(pk=leave.pk).update(cancelled_at=now)
    yesterday = timezone.localdate(now) - timedelta(days=1)
    position = make_position(left, role=Role.REP, unit=seat.unit, ends_on=yesterday, is_primary=False)
    run, version, file = _ended_company_wide(askers, seat.unit, now)
    return (
        deal
        | _territory(seat, "closed", ended=True)
        | _pair(seat, mine, "Zuqinclosed", ended=True)
        | pool_and_night(seat.person, seat.unit, lead, now, ended=True)
        | marketing(now, ended=True)
        | {
            "request_id": _request(seat, lead, "DENIED").pk,
            "step_id": _step(seat, mine, now),
            "company_id": far["company_id"],
            "lead_id": far["lead_id"],
            "contact_id": contact.pk,
            "opportunity_id": lost.pk,
            "item_id": stop.pk,
            "visit_id": _cancelled_visit(seat, mine.pk),
            "person_id": left.pk,
            "login_id": login.pk,
            "unit_id": closed.pk,
            "position_id": position.pk,
            "leave_id": leave.pk,
            "notice_id": _notice(seat, now).pk,
            "token_id": token.pk,
            "run_id": run,
            "version_id": version,
            "import_id": file,
        }
        | handed_over(seat.person, seat.unit, lead, now, ended=True)
        | met(seat.person, seat.unit, now, ended=True)
        | accompanied(seat.person, seat.unit, now, ended=True)
    )


def _step(seat: _Seat, company: Any, ended_at: datetime | None) -> Any:
    plan = FollowUpPlan.objects.create(company=company, opened_at=seat.now, ended_at=ended_at)
    return FollowUpStep.objects.create(plan=plan, origin="CLASS", due_at=seat.now + timedelta(days=1)).pk


def _visit(seat: _Seat, company_id: Any) -> Any:
    facts = VisitInput(client_key=uuid4(), company_id=company_id, facts=VisitFactsInput(service_explained=True))
    return recording.record_visit(seat.scope, facts=facts, now=seat.now)


def _cancelled_visit(seat: _Seat, company_id: Any) -> Any:
    begun = field.check_in(seat.scope, facts=CheckInInput(client_key=uuid4(), company_id=company_id), now=seat.now)
    return field.cancel_visit(seat.scope, visit_id=begun.pk, reason="closed", now=seat.now).pk


def _stop(seat: _Seat, company: Any, *, day: int = 0) -> PlanItem:
    plan = DayPlan.objects.create(
        person=seat.person,
        unit=seat.unit,
        business_day=timezone.localdate(seat.now) + timedelta(days=day),
        morning_count=3,
        afternoon_count=5,
        changed_at=seat.now,
    )
    return PlanItem.objects.create(
        plan=plan, kind=ItemKind.ANCHOR, company=company, position=1, slot=Slot.MORNING, reason=StopReason.NEXT_STEP,
        added_in=1,
    )  # fmt: skip


def _leave(seat: _Seat, days: int) -> Leave:
    return make_leave(seat.person, unit=seat.unit, starts_on=timezone.localdate(seat.now) + timedelta(days=days))


def _notice(seat: _Seat, read_at: datetime | None) -> Notice:
    facts = {"company": "x", "day": "x", "reason": "x"}
    return Notice.objects.create(
        person=seat.person, code="visits.amended", facts=facts, dedupe_key=str(uuid4()), sent_at=seat.now,
        read_at=read_at,
    )  # fmt: skip


def _view(scope: Scope, now: datetime) -> Any:
    return save_view(scope, kind="leads.mine", address="sort=due", wish=Wish(uuid4().hex), now=now)


def _token(scope: Scope, now: datetime) -> Any:
    return issue_token(scope, name=uuid4().hex, abilities=["home.search"], days=30, secret=f"tj_{uuid4().hex}", now=now)


def _company_wide(askers: Askers, group: Unit, now: datetime) -> Ids:
    return {
        **marketing(now),
        **night_of_all(make_person(unit=group), group, now),
        "import_id": _upload(askers, now).pk,
        "run_id": _run(group, 0, now).pk,
        "version_id": _version("DRAFT", now).pk,
        "check_id": AuditCheck.objects.create(asked_at=now, status="ASKED").pk,
        "key": "lead.private_cap",
        "name": "iron",
    }


def _ended_company_wide(askers: Askers, group: Unit, now: datetime) -> tuple[Any, Any, Any]:
    file = cancel_import(askers[Role.SALES_OPS].scope, import_id=_upload(askers, now).pk, now=now)
    return _run(group, 1, now).pk, _version("WITHDRAWN", now).pk, file.pk


def _upload(askers: Askers, now: datetime) -> Any:
    return upload_import(
        askers[Role.SALES_OPS].scope, name="x.csv", content_type="text/csv", chunks=[b"name\nx\n"],
        pool_id=make_pool().pk, source_id=make_source().pk, now=now,
    )  # fmt: skip


def _run(group: Unit, days_ago: int, now: datetime) -> ClockRun:
    day = timezone.localdate(now) - timedelta(days=days_ago)
    return ClockRun.objects.create(
        unit_id=group.pk, event="customers.class_a_expiry", business_day=day, position=1, due_at=now,
        status="DONE" if days_ago else "FAILED",
    )  # fmt: skip


def _version(status: str, now: datetime) -> PolicyVersion:
    return PolicyVersion.objects.create(
        key="lead.private_cap", value=100, status=status, valid_from=now, reason="x", made_at=now
    )
