from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.factories.org import NOW
from tests.factories.pipeline import TODAY, Cast, make_cast, make_opportunity, make_order, make_signed_order
from tiejun.access.scope import Scope
from tiejun.foundation.clock import Occasion
from tiejun.inbox.models import Notice
from tiejun.inbox.rules import words_of_notice
from tiejun.leads.events import LeadClaimed, LeadTransferred
from tiejun.org.events import PersonLeft
from tiejun.pipeline import jobs
from tiejun.pipeline.events import ApprovalAnswered, ApprovalAsked, OrderSigned, ReceiptRecorded
from tiejun.pipeline.models import Opportunity
from tiejun.visits.events import VisitRecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def told() -> set[tuple[object, str]]:
    return set(Notice.objects.values_list("person_id", "code"))


def test_a_recorded_visit_moves_the_stage_once(cast: Cast) -> None:
    row = make_opportunity(cast)
    event = VisitRecorded(
        visit_id=uuid4(), company_id=cast.company.pk, person_id=cast.rep.pk, effective_visit=True, new_effective_customer=True,
        kp_met=True, service_explained=True, demo_steps=2, trial_close="MAYBE", advancement="NEXT_STEP_AGREED", order_presented=False,
        happened_at=NOW,
    )  # fmt: skip

    jobs.advance_stages(event)
    jobs.advance_stages(event)

    row.refresh_from_db()
    assert row.stage == "TRIAL_CLOSED"


def test_owner_follows_a_claim_and_a_transfer(cast: Cast) -> None:
    row = make_opportunity(cast)

    jobs.follow_claim(LeadClaimed(uuid4(), cast.company.pk, cast.stranger.pk, NOW))
    row.refresh_from_db()
    assert (row.owner_id, row.unit_id) == (cast.stranger.pk, cast.tree.other_group.pk)
    jobs.follow_transfer(LeadTransferred(uuid4(), cast.company.pk, cast.stranger.pk, cast.rep.pk, None, NOW))
    row.refresh_from_db()
    assert (row.owner_id, row.unit_id) == (cast.rep.pk, cast.tree.group.pk)


def test_a_leavers_opportunities_go_to_the_leader(cast: Cast) -> None:
    make_opportunity(cast)

    jobs.hand_over_leaver(PersonLeft(cast.rep.pk, cast.tree.group.pk, TODAY))

    assert Opportunity.objects.get().owner_id == cast.supervisor.pk


def test_owner_and_supervisor_read_of_signing_and_money_once(cast: Cast) -> None:
    order = make_signed_order(cast)
    ids = (order.opportunity_id, order.company_id, order.owner_id, order.unit_id)
    signed = OrderSigned(order.pk, *ids, order.number, 1, order.amount_minor, order.amount_minor, "CNY", TODAY)
    money = ReceiptRecorded(uuid4(), order.pk, *ids[1:], order.number, 5, "CNY", TODAY, is_collected=False)

    for _ in range(2):
        jobs.tell_of_signing(signed)
        jobs.tell_of_receipt(money)

    people = (cast.rep.pk, cast.supervisor.pk)
    assert told() == {
        (person, code) for person in people for code in ("pipeline.order_signed", "pipeline.receipt_recorded")
    }
    notice = Notice.objects.filter(code="pipeline.order_signed").first()
    assert notice is not None
    assert order.number in words_of_notice(notice.code, notice.facts)


def test_the_supervisor_is_asked_and_the_seller_answered(cast: Cast) -> None:
    order = make_order(cast)

    jobs.tell_approver(ApprovalAsked(order.pk, cast.rep.pk, cast.tree.group.pk, order.number, NOW))
    jobs.tell_seller(ApprovalAnswered(order.pk, cast.rep.pk, order.number, is_approved=True, answered_at=NOW))

    assert told() == {(cast.supervisor.pk, "pipeline.approval_asked"), (cast.rep.pk, "pipeline.approval_given")}


def test_overdue_instalments_are_told_once(cast: Cast) -> None:
    make_signed_order(cast)
    due = datetime(2026, 3, 26, 19, 0, tzinfo=UTC)
    scope = Scope.system("clock", unit_chain=(cast.tree.group.pk,))
    occasion = Occasion(scope, cast.tree.group.pk, TODAY + timedelta(days=14), due, due)

    assert (jobs.remind_of_overdue(occasion), jobs.remind_of_overdue(occasion)) == ({"overdue": 1}, {"overdue": 1})
    assert told() == {(cast.rep.pk, "pipeline.overdue"), (cast.supervisor.pk, "pipeline.overdue")}


def test_silent_opportunities_rest_after_the_policys_days(cast: Cast) -> None:
    row = make_opportunity(cast)
    scope = Scope.system("clock", unit_chain=(cast.tree.group.pk,))

    def run(days: int) -> dict[str, object]:
        at = NOW + timedelta(days=days)
        return jobs.rest_silent(Occasion(scope, cast.tree.group.pk, at.date(), at, at))

    assert (run(44), run(46)) == ({"rested": 0}, {"rested": 1})
    row.refresh_from_db()
    assert row.stage == "DORMANT"
