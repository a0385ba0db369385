"""Complaints, surveys on satisfaction, renewals and add-on sales: what they write, whom they tell, what they refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.org import NOW
from tests.factories.pipeline import TODAY, make_company, make_line
from tests.pipeline.test_views import client_of
from tests.success.conftest import SYSTEM
from tests.success.test_handovers import hand_over, occasion
from tiejun.access.scope import PermissionRefused
from tiejun.customers.actions import merging
from tiejun.customers.models import Company
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.inbox.models import Notice
from tiejun.marketing.models import Referral
from tiejun.pipeline.actions import collections
from tiejun.pipeline.events import ReceiptRecorded
from tiejun.pipeline.models import Opportunity
from tiejun.pipeline.rules import ReceiptFacts
from tiejun.success import jobs
from tiejun.success.actions import complaints, follow_ons, lives, surveys
from tiejun.success.events import ComplaintAnswered, ComplaintOpened, SatisfactionGiven
from tiejun.success.models import Complaint, CustomerLife, FollowOnDeal, SatisfactionSurvey
from tiejun.success.queries import desk
from tiejun.success.rules import ComplaintFacts, ComplaintSubject, SurveyFacts

pytestmark = pytest.mark.django_db
DUE = TODAY + timedelta(days=2)


def complain(cast, *, who="rep", owner=None, words="It stops every noon", due_on=DUE):
    facts = ComplaintFacts(ComplaintSubject.QUALITY, words, (owner or cast.rep).pk, due_on, "Ms Wang")
    return complaints.open_complaint(cast.scope(who), company_id=cast.company.pk, facts=facts, now=NOW)


def answer(cast, row, *, who="rep", words="Replaced, told Ms Wang", version=None):
    return complaints.answer_complaint(
        cast.scope(who), complaint_id=row.pk, version=row.version if version is None else version, answer=words, now=NOW
    )


def test_a_complaint_is_an_action_with_owner_day_and_closing_answer(cast, handover):
    row = complain(cast)
    assert (row.owner, row.due_on, row.source, CustomerLife.objects.get().score) == (cast.rep, DUE, "TOLD", 80)
    with pytest.raises(Invalid):
        answer(cast, row, words=" ")
    with pytest.raises(Stale):
        answer(cast, row, version=7)
    closed = answer(cast, row)

    assert (closed.answer, closed.answered_by, CustomerLife.objects.get().score) == (
        "Replaced, told Ms Wang",
        cast.rep,
        100,
    )
    with pytest.raises(Refused, match="COMPLAINT_CLOSED"):
        answer(cast, closed)
    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.update(answer="never happened")


@pytest.mark.parametrize("changed", [{"words": " "}, {"due_on": TODAY - timedelta(days=1)}], ids=["words", "day"])
def test_a_complaint_that_says_nothing_or_was_due_yesterday_is_refused(cast, handover, changed):
    with pytest.raises(Invalid):
        complain(cast, **changed)
    with pytest.raises(Invalid):
        complain(cast, owner=cast.stranger)

    assert not Complaint.objects.exists()


def test_a_complaint_given_to_sales_operations_is_theirs_and_the_leaders(cast, handover):
    row = complain(cast)
    row = complaints.move_complaint(
        cast.scope("supervisor"), complaint_id=row.pk, version=row.version, owner_id=cast.ops.pk, due_on=DUE, now=NOW
    )
    assert row.owner == cast.ops
    with pytest.raises(NotFound):
        answer(cast, row)
    page = desk.complaints_page(cast.scope(), today=TODAY)
    assert [(one.complaint.pk, one.is_mine) for one in page.rows] == [(row.pk, False)]
    with pytest.raises(NotFound):
        answer(cast, row, who="stranger")
    with pytest.raises(PermissionRefused):
        answer(cast, row, who="finance")
    assert answer(cast, row, who="ops").answered_by == cast.ops


def test_late_complaints_are_told_to_owner_and_leader_once(cast, handover):
    row = complain(cast)
    at = NOW + timedelta(days=4)
    jobs.check_lives(occasion(cast, at))
    jobs.check_lives(occasion(cast, at))

    told = Notice.objects.filter(code="success.complaint_late").values_list("person", flat=True)
    assert sorted(told) == sorted([cast.rep.pk, cast.supervisor.pk])
    # Late and open together, and the hand-over that nobody made.
    assert CustomerLife.objects.get().score == 50
    at_risk = Notice.objects.filter(code="success.at_risk").values_list("person", flat=True)
    assert sorted(at_risk) == sorted([cast.rep.pk, cast.supervisor.pk])
    assert row.answer == ""


def test_owner_and_writer_of_a_complaint_are_told(cast, handover):
    row = complain(cast, who="ops")
    jobs.tell_owner(ComplaintOpened(row.pk, cast.company.pk, cast.rep.pk, row.subject, row.source, row.due_on))
    jobs.tell_of_answer(ComplaintAnswered(row.pk, cast.company.pk, cast.ops.pk, cast.rep.pk))
    jobs.tell_of_answer(ComplaintAnswered(row.pk, cast.company.pk, cast.rep.pk, cast.rep.pk))

    assert set(Notice.objects.values_list("person", "code")) == {
        (cast.rep.pk, "success.complaint"), (cast.ops.pk, "success.complaint_answered"),
    }  # fmt: skip


def test_the_reason_of_a_refund_reaches_sales_operations_once(cast, handover):
    money = ReceiptFacts(1_000_00, "BANK", TODAY, reference="B1")
    receipt = collections.record_receipt(cast.scope("finance"), order_id=handover.order_id, facts=money, now=NOW)
    back = collections.reverse_receipt(cast.scope("finance"), receipt_id=receipt.pk, reason="It never ran", now=NOW)
    event = ReceiptRecorded(
        back.pk,
        handover.order_id,
        cast.company.pk,
        cast.rep.pk,
        cast.tree.group.pk,
        back.number,
        -1_000_00,
        "CNY",
        TODAY,
        False,
    )
    jobs.look_at_receipt(event)
    jobs.look_at_receipt(event)

    row = Complaint.objects.get()
    assert (row.words, row.owner, row.source, row.order_id) == ("It never ran", cast.ops, "REFUND", handover.order_id)


def ask(cast, *, who="rep", now=NOW):
    return surveys.ask_satisfaction(cast.scope(who), company_id=cast.company.pk, now=now)


def take(row, score, words="", now=NOW):
    return surveys.take_satisfaction(SYSTEM, code=row.code, facts=SurveyFacts(score, words, "Ms Wang"), now=now)


def test_a_customer_is_asked_once_in_the_policys_days_and_answers_once(cast, handover):
    row = ask(cast)
    assert (ask(cast).pk, len(row.code), row.open_until) == (row.pk, 32, NOW + timedelta(days=14))
    done = take(row, 9, "Good people")

    assert (done.score, done.words, Complaint.objects.count()) == (9, "Good people", 0)
    with pytest.raises(Refused, match="SURVEY_OVER"):
        take(row, 1)
    with pytest.raises(Refused, match="ASKED_LATELY"):
        ask(cast, now=NOW + timedelta(days=89))
    assert ask(cast, now=NOW + timedelta(days=91)).pk != row.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        SatisfactionSurvey.objects.filter(pk=row.pk).update(score=10)


def test_a_low_score_with_words_becomes_a_complaint_of_the_holder(cast, handover):
    take(ask(cast), 3, "Nobody called back")

    row = Complaint.objects.get()
    assert (row.owner, row.words, row.source, row.due_on) == (
        cast.rep,
        "Nobody called back",
        "SURVEY",
        date(2026, 3, 16),
    )
    assert CustomerLife.objects.values_list("score", "standing").get() == (55, "AT_RISK")


@pytest.mark.parametrize("score", [-1, 11])
def test_a_score_that_does_not_exist_and_an_end_that_passed_write_nothing(cast, handover, score):
    row = ask(cast)
    with pytest.raises(Invalid):
        take(row, score)
    with pytest.raises(Refused, match="SURVEY_OVER"):
        take(row, 5, now=row.open_until)
    with pytest.raises(NotFound):
        surveys.take_satisfaction(SYSTEM, code="guessed", facts=SurveyFacts(5), now=NOW)

    assert SatisfactionSurvey.objects.get().answered_at is None


def test_holder_and_asker_are_told_the_score(cast, handover):
    row = ask(cast, who="ops")
    jobs.tell_of_score(SatisfactionGiven(row.pk, cast.company.pk, cast.ops.pk, 8, NOW))

    assert set(Notice.objects.values_list("person", flat=True)) == {cast.rep.pk, cast.ops.pk}


def renew(cast, row):
    return follow_ons.renew(cast.scope(), company_id=cast.company.pk, order_id=row.order_id, now=NOW)


def test_a_contract_that_ends_soon_is_proposed_and_renewed_by_one_tap(cast, handover):
    ends_on = TODAY + timedelta(days=40)
    hand_over(cast, handover, ends_on=ends_on)
    jobs.check_lives(occasion(cast, NOW))
    assert list(Notice.objects.filter(code="success.renewal_due").values_list("person", flat=True)) == [cast.rep.pk]
    assert desk.desk_counts(cast.scope(), now=NOW).renew == 1

    row = renew(cast, handover)
    deal = Opportunity.objects.get(pk=row.opportunity_id)
    assert (deal.amount_minor, deal.close_on, deal.product_line_id) == (1_000_00, ends_on, cast.line.pk)
    assert (row.kind, row.order_id, desk.desk_counts(cast.scope(), now=NOW).renew) == ("RENEWAL", handover.order_id, 0)
    with pytest.raises(Refused, match="RENEWAL_DECIDED"):
        renew(cast, handover)


def test_a_contract_is_not_renewed_for_a_reason(cast, handover):
    decline = {"company_id": cast.company.pk, "order_id": handover.order_id, "now": NOW}
    with pytest.raises(Invalid):
        follow_ons.decline_renewal(cast.scope(), reason=" ", **decline)
    row = follow_ons.decline_renewal(cast.scope(), reason="They moved away", **decline)

    assert (row.reason, row.opportunity_id) == ("They moved away", None)


def test_an_add_on_knows_where_it_comes_from(cast, handover):
    line = make_line()
    wish = {"company_id": cast.company.pk, "product_line_id": line.pk, "amount_minor": 500, "close_on": DUE, "now": NOW}
    row = follow_ons.open_add_on(cast.scope(), **wish)
    with pytest.raises(Refused, match="ALREADY_OPEN"):
        follow_ons.open_add_on(cast.scope(), **wish)
    with pytest.raises(PermissionRefused):
        follow_ons.open_add_on(cast.scope("ops"), **wish)

    assert list(FollowOnDeal.objects.values_list("pk", "kind", "opportunity__product_line")) == [
        (row.pk, "ADD_ON", line.pk)
    ]


def test_a_referral_makes_a_customer_a_referring_one(cast, handover):
    Referral.objects.create(
        lead_id=cast.company.pk, referrer_company_id=cast.company.pk, referrer_name="x", told_by=cast.rep, told_at=NOW
    )
    lives.check_lives(SYSTEM, company_ids=[cast.company.pk], now=NOW)

    assert Company.objects.get(pk=cast.company.pk).lifecycle == "REFER"


def test_what_waits_follows_a_merge_and_what_happened_is_read_together(cast, handover):
    survivor = make_company(cast.rep, cast.tree.group.pk)
    row = complain(cast)
    merge = merging.merge_companies(
        cast.scope("supervisor"),
        survivor_id=survivor.pk,
        absorbed_id=cast.company.pk,
        chosen={},
        note="one door",
        now=NOW,
    )
    lives.check_lives(SYSTEM, company_ids=[survivor.pk], now=NOW)

    assert Complaint.objects.get().company_id == survivor.pk
    assert CustomerLife.objects.get(company=survivor).score == 80
    assert merge is not None
    assert row.pk


def test_lists_cost_the_same_with_one_and_three(cast, handover):
    def lists():
        for which in ("at_risk", "renew", "all"):
            desk.lives_page(cast.scope(), which=which, now=NOW)
        desk.handovers_page(cast.scope(), now=NOW)
        desk.complaints_page(cast.scope(), today=TODAY)
        desk.desk_counts(cast.scope(), now=NOW)

    complain(cast)
    with CaptureQueriesContext(connection) as once:
        lists()
    for _number in range(2):
        complain(cast)
    with CaptureQueriesContext(connection) as again:
        lists()
    assert len(once) == len(again)


def test_the_seller_sees_on_the_own_day_what_is_owed(cast, handover):
    complain(cast, due_on=TODAY)
    at = handover.due_at + timedelta(minutes=1)

    owed = desk.own_care(cast.scope(), now=at, limit=5)
    assert [(one.kind, one.company_id, one.is_late) for one in owed] == [
        ("COMPLAINT", cast.company.pk, True), ("HAND_OVER", cast.company.pk, True),
    ]  # fmt: skip
    assert [one.kind for one in desk.own_care(cast.scope(), now=NOW, limit=5) if one.is_late] == []
    assert desk.own_care(cast.scope("stranger"), now=at, limit=5) == []
    page = client_of(cast).get("/")
    assert cast.company.name in page.content.decode()
