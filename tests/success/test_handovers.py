"""Hand-overs after signing and the six steps: what they write, whom they tell, what they refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.factories.org import NOW, make_person, scope_for
from tests.factories.pipeline import TODAY
from tests.success.conftest import SYSTEM, begin
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.customers.models import Company, LifecycleChange
from tiejun.foundation.clock import Occasion
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.inbox.models import Notice
from tiejun.org.queries import unit_chain
from tiejun.pipeline.actions import orders
from tiejun.pipeline.events import OrderSigned
from tiejun.success import jobs
from tiejun.success.actions import care, handovers, lives
from tiejun.success.events import CustomerHandedOver, CustomerReceived, HandoverReturned
from tiejun.success.models import CustomerHandover, CustomerLife, EnablementStep, HealthSignal
from tiejun.success.queries import desk
from tiejun.success.queries.handovers import receivers_of
from tiejun.success.rules import HandoverFacts, Step, Usage, Voice, VoiceFacts

pytestmark = pytest.mark.django_db
ENDS_ON = date(2027, 3, 11)


def hand_over(cast, row, *, who="rep", receiver=None, version=None, **changed):
    facts = {
        "promised": "Two trainings", "contacts": "Ms Wang, accounts", "payment": "in 14 days", "ends_on": ENDS_ON,
        "receiver_id": (receiver or cast.ops).pk,
    } | changed  # fmt: skip
    return handovers.hand_over(
        cast.scope(who), handover_id=row.pk, version=row.version if version is None else version,
        facts=HandoverFacts(**facts), now=NOW,
    )  # fmt: skip


def occasion(cast, at):
    scope = type(SYSTEM).system("test", unit_chain=unit_chain(SYSTEM, cast.tree.group.pk))
    return Occasion(scope, cast.tree.group.pk, (at - timedelta(hours=6)).date(), at, at)


def test_a_signature_begins_a_hand_over_due_in_two_working_days(cast, handover):
    assert (handover.company, handover.seller, handover.receiver) == (cast.company, cast.rep, None)
    # Signed on a Wednesday: due on Friday at the end of work.
    assert handover.due_at.isoformat() == "2026-03-13T10:00:00+00:00"
    assert CustomerLife.objects.values_list("company", "since", "score", "standing").get() == (
        cast.company.pk, TODAY, 100, "WELL",
    )  # fmt: skip
    assert Company.objects.get(pk=cast.company.pk).lifecycle == "ACQUIRE"


def test_the_event_of_a_signature_begins_it_once_and_tells_the_seller(cast):
    order = begin(cast).order
    CustomerHandover.objects.all().delete()
    event = OrderSigned(
        order.pk,
        order.opportunity_id,
        cast.company.pk,
        cast.rep.pk,
        cast.tree.group.pk,
        order.number,
        1,
        1,
        1,
        "CNY",
        TODAY,
    )
    jobs.begin_handover(event)
    jobs.begin_handover(event)

    assert CustomerHandover.objects.count() == 1
    assert list(Notice.objects.values_list("person", "code")) == [(cast.rep.pk, "success.handover_due")]


def test_a_customer_is_handed_over_and_received(cast, handover):
    row = hand_over(cast, handover)
    assert (row.receiver, row.handed_by, row.handed_at) == (cast.ops, cast.rep, NOW)
    with pytest.raises(Refused, match="HANDED_OVER"):
        hand_over(cast, row)
    received = handovers.receive(cast.scope("ops"), handover_id=row.pk, version=row.version, now=NOW)

    assert received.received_at == NOW
    assert AuditEntry.objects.filter(event__in=["success.handed_over", "success.received"]).count() == 2
    assert desk.desk_counts(cast.scope(), now=NOW).hand_over == 0


def test_who_receives_may_send_it_back_and_it_goes_over_again(cast, handover):
    row = hand_over(cast, handover)
    with pytest.raises(Invalid):
        handovers.send_back(cast.scope("ops"), handover_id=row.pk, version=row.version, note=" ", now=NOW)
    row = handovers.send_back(cast.scope("ops"), handover_id=row.pk, version=row.version, note="Who trains?", now=NOW)

    assert (row.handed_at, row.receiver_id, row.promised, row.returned_note) == (
        None,
        None,
        "Two trainings",
        "Who trains?",
    )
    assert hand_over(cast, row, promised="Two trainings by Chen").handed_at == NOW


@pytest.mark.parametrize(
    "changed",
    [{"promised": " "}, {"contacts": ""}, {"ends_on": date(2026, 3, 10)}],
    ids=["promises", "contacts", "end"],
)
def test_an_incomplete_hand_over_writes_nothing(cast, handover, changed):
    with pytest.raises(Invalid):
        hand_over(cast, handover, **changed)

    assert CustomerHandover.objects.get().handed_at is None


def test_who_may_hand_over_and_receive(cast, handover):
    for who in ("stranger", "supervisor"):
        with pytest.raises(NotFound if who == "stranger" else Invalid):
            hand_over(cast, handover, who=who, receiver=cast.stranger)
    with pytest.raises(PermissionRefused):
        hand_over(cast, handover, who="ops")
    with pytest.raises(Invalid):
        hand_over(cast, handover, receiver=cast.finance)
    with pytest.raises(Stale):
        hand_over(cast, handover, version=9)
    row = hand_over(cast, handover, receiver=cast.supervisor)
    with pytest.raises(Refused, match="NOT_THE_RECEIVER"):
        handovers.receive(cast.scope("ops"), handover_id=row.pk, version=row.version, now=NOW)
    with pytest.raises(PermissionRefused):
        handovers.receive(cast.scope(), handover_id=row.pk, version=row.version, now=NOW)


def test_receivers_are_sales_operations_and_the_line_never_the_seller(cast, handover):
    far = make_person(role=Role.SUPERVISOR, unit=cast.tree.other_group)
    offered = [person_id for person_id, _name in receivers_of(cast.scope(), handover, on=TODAY)]

    assert offered[0] == cast.ops.pk
    assert set(offered) >= {cast.ops.pk, cast.supervisor.pk}
    assert {far.pk, cast.rep.pk}.isdisjoint(offered)


def test_a_late_hand_over_is_shown_and_told_to_holder_and_leader(cast, handover):
    late = handover.due_at + timedelta(hours=12)
    jobs.check_lives(occasion(cast, late))
    jobs.check_lives(occasion(cast, late))

    told = Notice.objects.filter(code="success.handover_late").values_list("person", flat=True)
    assert sorted(told) == sorted([cast.rep.pk, cast.supervisor.pk])
    page = desk.handovers_page(scope_for(cast.supervisor, late), now=late)
    assert [(row.handover.pk, row.is_late, row.is_mine) for row in page.rows] == [(handover.pk, True, False)]
    assert HealthSignal.objects.values_list("kind", "points").get() == ("NOT_HANDED", 10)


def test_everybody_concerned_is_told(cast, handover):
    hand_over(cast, handover)
    company = cast.company.pk
    jobs.tell_receiver(CustomerHandedOver(handover.pk, company, cast.rep.pk, cast.ops.pk, NOW))
    jobs.tell_of_return(HandoverReturned(handover.pk, company, cast.rep.pk, cast.ops.pk, "Who trains?", NOW))
    jobs.tell_of_receiving(CustomerReceived(handover.pk, company, cast.rep.pk, cast.ops.pk, NOW))

    assert set(Notice.objects.values_list("person", "code")) == {
        (cast.ops.pk, "success.handed_over"), (cast.rep.pk, "success.returned"), (cast.rep.pk, "success.received"),
    }  # fmt: skip


def test_a_cancelled_order_leaves_the_lists_and_the_stage(cast, handover):
    version = handover.order.version
    orders.cancel_order(cast.scope("supervisor"), order_id=handover.order_id, version=version, reason="wrong", now=NOW)
    lives.check_lives(SYSTEM, company_ids=[cast.company.pk], now=NOW)

    handover.refresh_from_db()
    assert (handover.is_over, desk.desk_counts(cast.scope(), now=NOW).hand_over) == (True, 0)
    assert Company.objects.get(pk=cast.company.pk).lifecycle == "PROSPECT"
    assert LifecycleChange.objects.latest("changed_at", "pk").reason == "FACTS"
    with pytest.raises(Refused, match="ORDER_OVER"):
        hand_over(cast, handover)


def note_step(cast, row, step=Step.TRAIN, *, who="rep", done_on=TODAY, evidence="Six people trained"):
    return care.note_step(
        cast.scope(who),
        company_id=cast.company.pk,
        order_id=row.order_id,
        step=step,
        done_on=done_on,
        evidence=evidence,
        now=NOW,
    )


def test_a_step_is_noted_once_with_who_when_and_evidence_and_moves_the_stage(cast, handover):
    row = note_step(cast, handover, who="ops")
    with pytest.raises(Refused, match="STEP_DONE"):
        note_step(cast, handover)

    assert (row.done_by, row.done_on, row.evidence) == (cast.ops, TODAY, "Six people trained")
    assert Company.objects.get(pk=cast.company.pk).lifecycle == "ACTIVATE"
    assert EnablementStep.objects.count() == 1


def test_a_step_without_evidence_or_on_an_impossible_day_is_refused(cast, handover):
    for changed in (
        {"evidence": " "}, {"done_on": TODAY - timedelta(days=1)}, {"done_on": TODAY + timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            note_step(cast, handover, **changed)
    with pytest.raises(NotFound):
        note_step(cast, handover, who="stranger")

    assert not EnablementStep.objects.exists()


def test_use_moves_stage_and_health(cast, handover):
    def use(level):
        care.note_voice(cast.scope(), company_id=cast.company.pk, facts=VoiceFacts(Voice.USAGE, usage=level), now=NOW)
        return CustomerLife.objects.values_list("score", flat=True).get(), Company.objects.get(
            pk=cast.company.pk
        ).lifecycle

    assert use(Usage.SELDOM) == (75, "ACQUIRE")
    with pytest.raises(Invalid):
        care.note_voice(cast.scope(), company_id=cast.company.pk, facts=VoiceFacts(Voice.WISH, words=" "), now=NOW)


def test_what_happened_is_never_rewritten(cast, handover):
    note_step(cast, handover)
    for change in (
        lambda: EnablementStep.objects.update(evidence="nothing"), EnablementStep.objects.all().delete,
        lambda: CustomerHandover.objects.update(received_at=NOW),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_next_step_is_set_with_its_day(cast, handover):
    for words, due_on in ((" ", TODAY), ("Visit", TODAY - timedelta(days=1))):
        with pytest.raises(Invalid):
            lives.set_next_step(cast.scope(), company_id=cast.company.pk, words=words, due_on=due_on, now=NOW)
    row = lives.set_next_step(cast.scope(), company_id=cast.company.pk, words="Visit the users", due_on=TODAY, now=NOW)

    assert (row.next_step, row.next_step_on, row.next_step_by) == ("Visit the users", TODAY, cast.rep)


def test_who_signed_nothing_is_no_customer(cast):
    with pytest.raises(Refused, match="NO_CUSTOMER"):
        lives.set_next_step(cast.scope(), company_id=cast.company.pk, words="Visit", due_on=TODAY, now=NOW)
    assert lives.check_lives(SYSTEM, company_ids=[cast.company.pk], now=NOW) == 0
    assert not CustomerLife.objects.exists()
