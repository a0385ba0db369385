from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.factories.org import NOW
from tests.factories.pipeline import (
    TODAY,
    Cast,
    make_cast,
    make_company,
    make_line,
    make_opportunity,
    make_order,
    make_signed_order,
)
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.pipeline.actions import opportunities, stages
from tiejun.pipeline.models import Opportunity, Order, Proof, StageChange
from tiejun.pipeline.rules import Category, LostReason, NotedVisit, OpportunityFacts, Refusal, Stage

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def note(cast: Cast, *proven: Stage, visit_id: object = None, at: object = NOW) -> object:
    visit_id = visit_id or uuid4()
    visit = NotedVisit(visit_id, cast.company.pk, frozenset(proven), at)  # type: ignore[arg-type]
    stages.note_visits(SYSTEM, visits=[visit], now=NOW)
    return visit_id


def edit(cast: Cast, row: Opportunity, **changes: object) -> Opportunity:
    facts: dict[str, Any] = {
        "amount_minor": row.amount_minor,
        "close_on": row.close_on,
        "category": Category(row.category),
    } | changes
    version = facts.pop("version", row.version)
    return opportunities.edit_opportunity(
        cast.scope(), opportunity_id=row.pk, version=version, facts=OpportunityFacts(**facts), now=NOW
    )


def test_open_opportunity_writes_row_first_stage_and_audit(cast: Cast) -> None:
    row = make_opportunity(cast)

    row.refresh_from_db()
    assert (row.stage, row.category, row.owner_id, row.unit_id, row.currency) == (
        "IDENTIFIED",
        "PIPELINE",
        cast.rep.pk,
        cast.tree.group.pk,
        "CNY",
    )
    assert list(StageChange.objects.values_list("stage_from", "stage_to", "source")) == [("", "IDENTIFIED", "OPENING")]
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["pipeline.opportunity_opened"]


def test_of_a_visit_that_is_told_twice_at_once_the_last_word_counts(cast: Cast) -> None:
    row, visit_id = make_opportunity(cast), uuid4()
    told = [
        NotedVisit(visit_id, cast.company.pk, frozenset(proven), NOW)
        for proven in ({Stage.KP_MET, Stage.DEMONSTRATED}, {Stage.KP_MET})
    ]

    stages.note_visits(SYSTEM, visits=told, now=NOW)

    row.refresh_from_db()
    assert row.stage == Stage.KP_MET
    assert set(Proof.objects.values_list("source_id", "stage")) == {(visit_id, "KP_MET")}


def test_open_opportunity_twice_for_a_product_line_is_refused(cast: Cast) -> None:
    make_opportunity(cast)

    with pytest.raises(Refused) as refused:
        make_opportunity(cast)

    assert refused.value.refusal is Refusal.ALREADY_OPEN
    assert (Opportunity.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_open_opportunity_for_another_product_line_is_possible(cast: Cast) -> None:
    make_opportunity(cast)
    make_opportunity(cast, line=make_line())

    assert Opportunity.objects.count() == 2


def test_open_opportunity_of_a_company_out_of_reach_is_not_found(cast: Cast) -> None:
    theirs = make_company(cast.stranger, cast.tree.other_group.pk)

    with pytest.raises(NotFound):
        opportunities.open_opportunity(
            cast.scope(), company_id=theirs.pk, product_line_id=cast.line.pk, facts=OpportunityFacts(1, TODAY), now=NOW
        )

    assert Opportunity.objects.count() == 0


def test_open_opportunity_by_finance_is_not_allowed(cast: Cast) -> None:
    with pytest.raises(PermissionRefused):
        opportunities.open_opportunity(
            cast.scope("finance"),
            company_id=cast.company.pk,
            product_line_id=cast.line.pk,
            facts=OpportunityFacts(1, TODAY),
            now=NOW,
        )


def test_open_opportunity_with_a_close_date_in_the_past_is_invalid(cast: Cast) -> None:
    with pytest.raises(Invalid) as invalid:
        make_opportunity(cast, close_on=TODAY - timedelta(days=1))

    assert list(invalid.value.errors) == ["close_on"]


def test_visits_before_the_opening_prove_its_first_stages(cast: Cast) -> None:
    visit = note(cast, Stage.KP_MET, Stage.EXPLAINED, at=NOW - timedelta(days=3))
    note(cast, Stage.DEMONSTRATED, at=NOW - timedelta(days=100))

    row = make_opportunity(cast)

    assert row.stage == "EXPLAINED"
    assert list(StageChange.objects.order_by("id").values_list("stage_to", "source", "source_id")) == [
        ("IDENTIFIED", "OPENING", None),
        ("EXPLAINED", "VISIT", visit),
    ]


def test_visits_advance_the_stage_and_name_the_fact(cast: Cast) -> None:
    row = make_opportunity(cast)
    first = note(cast, Stage.KP_MET)
    second = note(cast, Stage.EXPLAINED, Stage.DEMONSTRATED)

    row.refresh_from_db()
    assert row.stage == "DEMONSTRATED"
    changes = (
        StageChange.objects.filter(source="VISIT").order_by("id").values_list("stage_from", "stage_to", "source_id")
    )
    assert list(changes) == [("IDENTIFIED", "KP_MET", first), ("KP_MET", "DEMONSTRATED", second)]


def test_a_visit_noted_again_with_less_takes_the_stage_back(cast: Cast) -> None:
    row = make_opportunity(cast)
    visit = note(cast, Stage.KP_MET, Stage.EXPLAINED)
    note(cast, Stage.KP_MET, visit_id=visit)

    row.refresh_from_db()
    assert row.stage == "KP_MET"
    assert set(Proof.objects.filter(withdrawn_at=None).values_list("stage", flat=True)) == {"KP_MET"}


def test_a_visit_noted_twice_changes_nothing(cast: Cast) -> None:
    make_opportunity(cast)
    visit = note(cast, Stage.KP_MET)
    note(cast, Stage.KP_MET, visit_id=visit)

    assert (Proof.objects.count(), StageChange.objects.count()) == (1, 2)


def test_edit_with_a_later_close_date_counts_a_push(cast: Cast) -> None:
    row = edit(cast, make_opportunity(cast), close_on=date(2026, 4, 15), amount_minor=5)
    row = edit(cast, row, close_on=date(2026, 4, 10))

    assert (row.pushes, row.close_on, row.amount_minor, row.version) == (1, date(2026, 4, 10), 5, 3)


def test_three_pushes_end_a_commitment(cast: Cast) -> None:
    row = edit(cast, make_opportunity(cast), category=Category.COMMIT)
    for day in (1, 2):
        row = edit(cast, row, close_on=date(2026, 4, day))

    with pytest.raises(Refused) as refused:
        edit(cast, row, close_on=date(2026, 4, 3))

    assert refused.value.refusal is Refusal.PUSHED_TOO_OFTEN
    row = edit(cast, row, close_on=date(2026, 4, 3), category=Category.BEST_CASE)
    assert (row.pushes, row.category) == (3, "BEST_CASE")


def test_edit_of_a_stale_version_is_refused(cast: Cast) -> None:
    row = make_opportunity(cast)
    edit(cast, row, amount_minor=7)

    with pytest.raises(Stale):
        edit(cast, row, version=1, amount_minor=8)

    row.refresh_from_db()
    assert row.amount_minor == 7


def test_edit_by_the_supervisor_is_possible_and_by_a_stranger_not_found(cast: Cast) -> None:
    row = make_opportunity(cast)
    facts: dict[str, Any] = {
        "opportunity_id": row.pk,
        "version": 1,
        "facts": OpportunityFacts(9, row.close_on),
        "now": NOW,
    }

    with pytest.raises(NotFound):
        opportunities.edit_opportunity(cast.scope("stranger"), **facts)
    opportunities.edit_opportunity(cast.scope("supervisor"), **facts)

    row.refresh_from_db()
    assert row.amount_minor == 9


def test_lose_keeps_the_reason_and_cancels_the_draft(cast: Cast) -> None:
    order = make_order(cast)
    row = Opportunity.objects.get()

    opportunities.lose_opportunity(
        cast.scope(), opportunity_id=row.pk, version=row.version, reason=LostReason.PRICE, note="", now=NOW
    )

    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.stage, row.category, row.lost_reason, row.closed_at) == ("LOST", "OMITTED", "PRICE", NOW)
    assert order.status == Order.Status.CANCELLED


def test_lose_for_another_reason_needs_a_note(cast: Cast) -> None:
    row = make_opportunity(cast)

    with pytest.raises(Invalid):
        opportunities.lose_opportunity(
            cast.scope(), opportunity_id=row.pk, version=1, reason=LostReason.OTHER, note=" ", now=NOW
        )

    row.refresh_from_db()
    assert row.stage == "IDENTIFIED"


def test_reopen_returns_to_the_proven_stage(cast: Cast) -> None:
    row = make_opportunity(cast)
    note(cast, Stage.KP_MET)
    opportunities.lose_opportunity(
        cast.scope(), opportunity_id=row.pk, version=1, reason=LostReason.TIMING, note="", now=NOW
    )

    row = opportunities.reopen_opportunity(cast.scope(), opportunity_id=row.pk, close_on=date(2026, 5, 1), now=NOW)

    row.refresh_from_db()
    assert (row.stage, row.category, row.lost_reason, row.closed_at) == ("KP_MET", "PIPELINE", "", None)


def test_reopen_beside_an_open_one_is_refused(cast: Cast) -> None:
    row = make_opportunity(cast)
    opportunities.lose_opportunity(
        cast.scope(), opportunity_id=row.pk, version=1, reason=LostReason.TIMING, note="", now=NOW
    )
    make_opportunity(cast)

    with pytest.raises(Refused) as refused:
        opportunities.reopen_opportunity(cast.scope(), opportunity_id=row.pk, close_on=date(2026, 5, 1), now=NOW)

    assert refused.value.refusal is Refusal.ALREADY_OPEN
    row.refresh_from_db()
    assert row.stage == "LOST"


def test_reopen_of_an_open_one_is_refused(cast: Cast) -> None:
    row = make_opportunity(cast)

    with pytest.raises(Refused) as refused:
        opportunities.reopen_opportunity(cast.scope(), opportunity_id=row.pk, close_on=date(2026, 5, 1), now=NOW)

    assert refused.value.refusal is Refusal.NOT_CLOSED


def test_undecided_opportunities_follow_the_holder_and_signed_ones_stay(cast: Cast) -> None:
    signed = make_signed_order(cast)
    open_one = make_opportunity(cast, line=make_line())

    count = stages.follow_holder(
        SYSTEM, company_id=cast.company.pk, person_id=cast.stranger.pk, unit_id=cast.tree.other_group.pk, now=NOW
    )

    open_one.refresh_from_db()
    assert (count, open_one.owner_id, open_one.unit_id) == (1, cast.stranger.pk, cast.tree.other_group.pk)
    assert Opportunity.objects.get(pk=signed.opportunity_id).owner_id == cast.rep.pk


def test_silent_opportunities_rest_and_wake_by_a_visit(cast: Cast) -> None:
    row = make_opportunity(cast)

    assert stages.rest_silent(SYSTEM, unit_id=cast.tree.group.pk, silent_since=NOW + timedelta(days=1), now=NOW) == 1
    row.refresh_from_db()
    assert row.stage == "DORMANT"
    note(cast, Stage.KP_MET)
    row.refresh_from_db()
    assert row.stage == "KP_MET"


def test_everything_undecided_of_a_leaver_goes_to_the_leader(cast: Cast) -> None:
    row = make_opportunity(cast)

    stages.hand_over_all(
        SYSTEM, from_person_id=cast.rep.pk, person_id=cast.supervisor.pk, unit_id=cast.tree.group.pk, now=NOW
    )

    row.refresh_from_db()
    assert row.owner_id == cast.supervisor.pk
