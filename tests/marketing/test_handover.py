"""What leads tell marketing: new registrations, closings, disputes that bring a lead back, overdue first contacts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.leads import make_held_lead, make_lead
from tests.factories.marketing import make_handover, source
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.customers.rules import CompanyFacts
from tiejun.foundation.clock import Occasion
from tiejun.foundation.ids import new_id
from tiejun.inbox.models import Notice
from tiejun.leads import jobs
from tiejun.leads.actions import import_leads
from tiejun.leads.actions.closing import close_lead
from tiejun.leads.events import LeadClosed
from tiejun.leads.models import Lead
from tiejun.leads.queries.intake import ready
from tiejun.leads.rules import LeadRow
from tiejun.leads.rules.closing import Evidence
from tiejun.marketing.actions.disputes import decide_dispute, open_dispute
from tiejun.marketing.events import DisputeDecided
from tiejun.marketing.jobs import draw_invalid_marks
from tiejun.marketing.models import Handover, InvalidDraw, Touch

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("tests")


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_new_registrations_get_a_deadline_and_old_ones_none() -> None:
    pool = make_lead().pool
    days = (0, 10, 400)
    rows = [
        LeadRow(row=n, company=CompanyFacts(f"Harbour {n} Ltd", registered_on=(NOW - timedelta(days=n)).date()))
        for n in days
    ]

    import_leads(
        SYSTEM,
        batch=ready(SYSTEM, rows),
        pool_id=pool.pk,
        source_id=source("REGISTRY").pk,
        batch_id=new_id(),
        now=NOW,
    )

    due = dict(Handover.objects.values_list("company_name", "due_at"))
    # five working days after the registration, and never sooner than the first-contact hours
    assert sorted(due) == ["Harbour 0 Ltd", "Harbour 10 Ltd"]
    assert due["Harbour 0 Ltd"] == NOW.replace(day=18, hour=10)
    assert due["Harbour 10 Ltd"] > NOW
    assert Touch.objects.filter(is_first=True).count() == 3


def test_a_closing_is_told_and_an_upheld_dispute_brings_the_lead_back() -> None:
    tree = make_company_tree()
    rep = make_person(unit=tree.group)
    desk, head = (
        scope_for(make_person(role=role, unit=tree.company)) for role in (Role.MARKETING_HEAD, Role.SALES_HEAD)
    )
    lead = make_held_lead(rep, tree.group)
    row = make_handover(lead_id=lead.pk, company_id=lead.company_id)
    evidence = Evidence("REGISTER", "The register says that it was closed in May.")
    close_lead(scope_for(rep), lead_id=lead.pk, outcome="INVALID", reason="CLOSED_DOWN", evidence=evidence, now=NOW)
    closed = LeadClosed(lead.pk, lead.company_id, rep.pk, "INVALID", "CLOSED_DOWN", lead.source_id, NOW)
    jobs.tell_marketing_of_closing(closed)

    row.refresh_from_db()
    assert (row.stage, row.disposition, row.evidence, row.disposed_by_id) == (
        "INVALID",
        "CLOSED_DOWN",
        evidence.note,
        rep.pk,
    )

    dispute = open_dispute(desk, handover_id=row.pk, reason="We spoke yesterday.", now=NOW)
    decide_dispute(head, dispute_id=dispute.pk, is_upheld=True, note="Heard the call.", now=NOW)
    decided = DisputeDecided(dispute.pk, lead.pk, rep.pk, desk.person_id, is_upheld=True, at=NOW)
    jobs.settle_dispute(decided)
    jobs.settle_dispute(decided)

    row.refresh_from_db()
    assert (row.stage, row.is_valid_by_dispute, Lead.objects.get(pk=lead.pk).status) == ("HANDED", True, "POOLED")
    told = Notice.objects.filter(code="leads.dispute_upheld").values_list("person", flat=True)
    assert set(told) == {rep.pk, desk.person_id}


def test_leaders_are_told_once_of_overdue_first_contacts() -> None:
    tree = make_company_tree()
    rep = make_person(unit=tree.group)
    supervisor = make_person(role=Role.SUPERVISOR, unit=tree.group)
    head = make_person(role=Role.SALES_HEAD, unit=tree.company)
    held, pooled = make_held_lead(rep, tree.group), make_lead()
    for lead in (held, pooled):
        make_handover(lead_id=lead.pk, company_id=lead.company_id, due_at=NOW - timedelta(hours=1))
    make_handover(due_at=NOW + timedelta(hours=1))

    jobs.tell_of_overdue_contacts()
    jobs.tell_of_overdue_contacts()

    told = [(row.person_id, row.facts["count"]) for row in Notice.objects.all()]
    assert sorted(told, key=str) == sorted([(supervisor.pk, 1), (head.pk, 1)], key=str)
    assert Handover.objects.filter(breach_told_at=NOW).count() == 2


# -- the week's sample -------------------------------------------------------------------------------------------------
def test_invalid_marks_of_a_week_are_drawn_by_themselves_once_and_the_inspector_is_told() -> None:
    tree = make_company_tree()
    inspector = make_person(unit=tree.company, role=Role.QA_INSPECTOR)
    for days in (1, 2, 9):
        make_handover(stage="INVALID", now=NOW - timedelta(days=days))
    sunday = NOW.date() + timedelta(days=7 - NOW.isoweekday())

    def night(day):
        return draw_invalid_marks(Occasion(SYSTEM, tree.company.pk, day, due_at=NOW, now=NOW))

    assert night(sunday - timedelta(days=1)) == {}
    assert night(sunday) == {"drawn": 1}
    assert night(sunday) == {}
    draw = InvalidDraw.objects.get()
    assert (draw.first_on, draw.last_on, draw.frame_count, draw.drawn_by) == (
        sunday - timedelta(days=6),
        sunday,
        2,
        None,
    )
    told = Notice.objects.get(code="marketing.sample_waits")
    assert (told.person_id, told.facts) == (inspector.pk, {"drawn": 1, "frame": 2})
    assert night(sunday + timedelta(days=7)) == {"drawn": 0}
