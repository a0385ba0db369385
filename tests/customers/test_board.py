"""The class board: who stands where and lacks what, plans with steps, maturity, backups, for a holder and for who leads."""

import json
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.customers import make_company, make_contact
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.customers import actions
from tiejun.customers.actions import follow_up
from tiejun.customers.models import ClosingClassChange, Company, FollowUpPlan, FollowUpStep, MaturityAnswer
from tiejun.customers.queries.board import class_board
from tiejun.customers.rules import ClassRequest, Refusal, VisitNote
from tiejun.customers.rules.closing import (
    Answer,
    Criterion,
    StepFacts,
    Tier,
    TierPolicy,
    maturity,
    refusal_after,
    value_tier,
)
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.org.models import Login

DAY = timedelta(days=1)
TOMORROW = date(2026, 3, 12)
LIMITS = TierPolicy(amount_high=500, amount_middle=100, capital_high=9000, capital_middle=1000)


@pytest.mark.parametrize(
    ("amount", "capital", "expected"),
    [
        (500, None, (Tier.HIGH, "AMOUNT")),
        (499, 99999, (Tier.MIDDLE, "AMOUNT")),
        (99, None, (Tier.LOW, "AMOUNT")),
        (None, 9000, (Tier.HIGH, "CAPITAL")),
        (0, 1000, (Tier.MIDDLE, "CAPITAL")),
        (None, 999, (Tier.LOW, "CAPITAL")),
        (None, None, (Tier.UNKNOWN, "")),
    ],
)
def test_the_value_tier_follows_the_amount_then_the_capital(amount, capital, expected) -> None:
    assert value_tier(amount, capital, LIMITS) == expected


def test_maturity_counts_what_is_answered_with_yes() -> None:
    found = maturity({Criterion.NEED: Answer.YES, Criterion.TIMING: Answer.NO})

    assert (found.met, found.of) == (1, 6)
    assert found.open_criteria == (
        Criterion.DECIDER, Criterion.BUDGET, Criterion.TIMING, Criterion.RIVAL, Criterion.TERMS,
    )  # fmt: skip


def note(at, *, refused=False, explained=False) -> VisitNote:
    return VisitNote(new_id(), new_id(), at, effective_visit=False, service_explained=explained, clear_refusal=refused)


@pytest.mark.parametrize(
    ("known", "last", "visit", "expected"),
    [
        (None, None, note(NOW, refused=True), NOW),
        (NOW - DAY, NOW - DAY, note(NOW, explained=True), None),
        (NOW - DAY, NOW - DAY, note(NOW), NOW - DAY),
        (None, NOW, note(NOW - DAY, refused=True), None),
    ],
    ids=["refused", "a later visit reached them", "a later visit found nobody", "an older one arrives late"],
)
def test_the_latest_visit_that_reached_somebody_tells_whether_they_refuse(known, last, visit, expected) -> None:
    assert refusal_after(known, last, visit) == expected


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.colleague = make_person(unit=self.tree.group)
        self.stranger = make_person(unit=self.tree.other_group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.hot = self.company("Harbour Light Ltd")
        self.warm = self.company("Mill Street Ltd")
        self.scope = scope_for(self.rep)

    def company(self, name: str, owner=None) -> Company:
        company = make_company(name, owner=owner or self.rep, unit=self.tree.group, explained_at=NOW - DAY)
        make_contact(company, roles=("KP",))
        return company

    def set_a(self, company=None) -> Company:
        wish = ClassRequest("A", amount_minor=880000, expected_on=TOMORROW)
        return actions.set_closing_class(self.scope, company_id=(company or self.hot).pk, wish=wish, now=NOW)

    def set_b(self, company=None, scope=None, **facts) -> Company:
        wish = ClassRequest("B", next_step_at=NOW + 2 * DAY, **facts)
        company_id = (company or self.warm).pk
        return actions.set_closing_class(scope or self.scope, company_id=company_id, wish=wish, now=NOW)

    def visit(self, company: Company, at, **facts) -> Company:
        given = {"effective_visit": False, "service_explained": True, "clear_refusal": False} | facts
        return actions.note_visit(self.scope, visit=VisitNote(company.pk, new_id(), at, **given), now=at)

    def client(self, person) -> Client:
        login = Login.objects.filter(person=person).first() or make_login(person)
        Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
        client = Client(headers={"accept-language": "en"})
        client.force_login(login)
        return client


@pytest.fixture
def world(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


def refusal_of(step) -> Refusal:
    with pytest.raises(Refused) as caught:
        step()
    return caught.value.refusal


# -- class A and a clear refusal ---------------------------------------------------------------------------------------
def test_a_clear_refusal_bars_class_a_until_a_visit_changes_it(world) -> None:
    world.set_a()
    refused = world.visit(world.hot, NOW, clear_refusal=True)
    assert (refused.closing_class, refused.refused_at) == ("D", NOW)

    assert refusal_of(world.set_a) == Refusal.A_WAS_REFUSED
    assert ClosingClassChange.objects.filter(ended_at=None, closing_class="A").count() == 0

    world.visit(world.hot, NOW + timedelta(minutes=1))
    assert world.set_a().closing_class == "A"


def test_the_database_refuses_class_a_beside_a_clear_refusal(world) -> None:
    world.set_a()
    with pytest.raises(IntegrityError, match="class_a_and_a_clear_refusal_exclude_each_other"), transaction.atomic():
        Company.objects.filter(pk=world.hot.pk).update(refused_at=NOW)


# -- follow-up plans ---------------------------------------------------------------------------------------------------
def test_class_b_opens_a_plan_with_its_step_and_class_d_ends_it(world) -> None:
    world.set_b(next_step="Send the quote")

    plan = FollowUpPlan.objects.get()
    step = FollowUpStep.objects.get()
    assert (plan.company_id, plan.ended_at) == (world.warm.pk, None)
    assert (step.plan_id, step.what, step.due_at) == (plan.pk, "Send the quote", NOW + 2 * DAY)

    actions.set_closing_class(world.scope, company_id=world.warm.pk, wish=ClassRequest("D"), now=NOW)
    plan.refresh_from_db()
    assert plan.ended_at == NOW


def test_class_b_with_a_plan_needs_no_further_step(world) -> None:
    step = StepFacts("Show them the case", NOW + DAY)
    follow_up.plan_step(world.scope, company_id=world.warm.pk, step=step, goal="Yearly package", now=NOW)

    company = actions.set_closing_class(world.scope, company_id=world.warm.pk, wish=ClassRequest("B"), now=NOW)

    spell = ClosingClassChange.objects.get(company=company, ended_at=None)
    assert (spell.closing_class, spell.next_step_at, FollowUpStep.objects.count()) == ("B", NOW + DAY, 1)


def test_the_last_step_of_class_b_is_done_only_with_a_next_one_in_time(world) -> None:
    world.set_b(next_step="Send the quote")
    step = FollowUpStep.objects.get()

    def finish(following=None):
        return follow_up.finish_step(world.scope, step_id=step.pk, outcome="sent", next_step=following, now=NOW)

    assert refusal_of(finish) == Refusal.B_NEEDS_NEXT_STEP
    assert refusal_of(lambda: finish(StepFacts("Later", NOW + 8 * DAY))) == Refusal.B_STEP_IS_TOO_LATE
    assert refusal_of(lambda: finish(StepFacts("Earlier", NOW - DAY))) == Refusal.STEP_IS_PAST
    assert refusal_of(lambda: finish(StepFacts(" ", NOW + DAY))) == Refusal.STEP_SAYS_NOTHING
    assert FollowUpStep.objects.get().done_at is None

    finish(StepFacts("Ask the boss", NOW + 3 * DAY))
    rows = FollowUpStep.objects.order_by("due_at").values_list("what", "done_at", "outcome")
    assert list(rows) == [("Send the quote", NOW, "sent"), ("Ask the boss", None, "")]
    assert Company.objects.get(pk=world.warm.pk).next_step_at == NOW + 3 * DAY
    assert refusal_of(finish) == Refusal.STEP_IS_DONE


def test_a_visit_does_the_step_of_its_day_and_what_it_agreed_is_the_next_once(world) -> None:
    wish = ClassRequest("B", next_step_at=NOW + timedelta(hours=1), next_step="Show the case")
    actions.set_closing_class(world.scope, company_id=world.warm.pk, wish=wish, now=NOW)
    contact = make_contact(world.warm, "Wu")
    met = (actions.rules.ConfirmedContact(contact.pk, "KP", is_senior=True),)

    for days in (3, 4):
        world.visit(world.warm, NOW + timedelta(minutes=30), met=met, next_step_at=NOW + days * DAY)

    rows = FollowUpStep.objects.order_by("due_at").values_list("origin", "due_at", "outcome")
    assert list(rows) == [
        ("PLANNED", NOW + timedelta(hours=1), "VISIT"),
        ("VISIT", NOW + 4 * DAY, ""),
    ]


def test_a_visit_that_met_nobody_leaves_the_step_open(world) -> None:
    world.set_b(next_step="Show the case")
    world.visit(world.warm, NOW + 2 * DAY, service_explained=False)
    assert FollowUpStep.objects.get().done_at is None


# -- maturity and backups ----------------------------------------------------------------------------------------------
def test_only_answers_that_differ_are_kept_and_the_latest_counts(world) -> None:
    def answer(**answers: str) -> int:
        return follow_up.answer_maturity(world.scope, company_id=world.hot.pk, answers=answers, now=timezone.now())

    assert answer(NEED="YES", BUDGET="UNKNOWN") == 1
    assert answer(NEED="YES", BUDGET="NO") == 1
    assert answer(NEED="NO") == 1
    with pytest.raises(Invalid):
        answer(WEATHER="YES")
    assert list(MaturityAnswer.objects.order_by("pk").values_list("criterion", "answer")) == [
        ("NEED", "YES"), ("BUDGET", "NO"), ("NEED", "NO"),
    ]  # fmt: skip


def test_a_backup_is_a_b_of_the_same_holder_and_stays_through_a_renewal(world) -> None:
    theirs = world.company("Their Ltd", owner=world.colleague)
    world.set_b(theirs, scope_for(world.colleague))

    def choose(company, backup, scope=world.scope):
        return follow_up.choose_backup(scope, company_id=company.pk, backup_id=backup.pk if backup else None, now=NOW)

    assert refusal_of(lambda: choose(world.hot, world.warm)) == Refusal.BACKUP_IS_FOR_A
    world.set_a()
    assert refusal_of(lambda: choose(world.hot, world.warm)) == Refusal.BACKUP_IS_NOT_B
    world.set_b()
    with pytest.raises(NotFound):
        choose(world.hot, theirs)
    leader = scope_for(world.supervisor)
    assert refusal_of(lambda: choose(world.hot, theirs, leader)) == Refusal.BACKUP_IS_NOT_B
    assert not ClosingClassChange.objects.filter(backup__isnull=False).exists()

    choose(world.hot, world.warm)
    world.set_a()
    assert ClosingClassChange.objects.get(company=world.hot, ended_at=None).backup_id == world.warm.pk
    choose(world.hot, None)
    assert ClosingClassChange.objects.get(company=world.hot, ended_at=None).backup_id is None


# -- the board ---------------------------------------------------------------------------------------------------------
def test_the_board_says_what_each_customer_lacks(world) -> None:
    world.set_a()
    world.set_b(next_step="Send the quote", amount_minor=5000000)
    follow_up.choose_backup(world.scope, company_id=world.hot.pk, backup_id=world.warm.pk, now=NOW)

    board = class_board(world.scope, holder_id=None, now=NOW)

    assert [(column.closing_class, column.count, column.amount_minor) for column in board.columns] == [
        ("A", 1, 880000), ("B", 1, 0), ("C", 0, 0), ("D", 0, 0), ("-", 0, 0),
    ]  # fmt: skip
    [hot], [warm] = board.columns[0].cards, board.columns[1].cards
    assert (hot.backup_id, hot.runs_out, hot.renewals_left, hot.has_kp) == (world.warm.pk, False, 2, True)
    assert (warm.step.what, warm.tier, warm.is_overdue) == ("Send the quote", Tier.HIGH, False)
    assert board.holders == []

    # A backup that left class B stands by no more; on its day the A runs out.
    actions.set_closing_class(world.scope, company_id=world.warm.pk, wish=ClassRequest("D"), now=NOW)
    [hot] = class_board(scope_for(world.rep, NOW + DAY), holder_id=None, now=NOW + DAY).columns[0].cards
    assert (hot.backup_id, hot.runs_out) == (None, True)


def test_who_leads_sees_the_team_by_holder_and_a_stranger_nothing(world) -> None:
    world.set_a()
    theirs = world.company("Their Ltd", owner=world.colleague)
    world.set_b(theirs, scope_for(world.colleague))

    leader = scope_for(world.supervisor)
    board = class_board(leader, holder_id=None, now=NOW + 3 * DAY)
    assert [(line.person_id, line.a, line.a_minor, line.a_bare, line.b_overdue) for line in board.holders] == [
        (world.rep.pk, 1, 880000, 1, 0),
        (world.colleague.pk, 0, 0, 0, 1),
    ]
    of_one = class_board(leader, holder_id=world.colleague.pk, now=NOW)
    assert [column.count for column in of_one.columns] == [0, 1, 0, 0, 0]
    nothing = class_board(scope_for(world.stranger), holder_id=world.rep.pk, now=NOW)
    assert [column.count for column in nothing.columns] == [0, 0, 0, 0, 0]


def test_the_board_costs_the_same_for_one_customer_and_for_many(world, django_assert_max_num_queries) -> None:
    counts = []
    for _round in range(2):
        with django_assert_max_num_queries(40) as seen:
            class_board(world.scope, holder_id=None, now=NOW)
        counts.append(len(seen))
        for number in range(3):
            world.company(f"Further {number} {_round} Ltd")
    assert counts[0] == counts[1]


def test_the_pages_of_the_board_work_for_holder_and_leader_and_refuse_others(world) -> None:
    world.set_a()
    rep, leader, stranger = (world.client(one) for one in (world.rep, world.supervisor, world.stranger))
    mine = rep.get(reverse("customers:list")).content.decode()
    assert all(words in mine for words in ("Harbour Light Ltd", "no backup", "to sign", "0/6"))
    theirs = leader.get(reverse("customers:list") + "?layout=board").content.decode()
    assert "Without backup" in theirs
    one = leader.get(f"{reverse('customers:list')}?layout=board&holder={world.rep.pk}").content.decode()
    assert "Everybody" in one
    assert "Harbour Light Ltd" in leader.get(reverse("customers:company", args=[world.hot.pk])).content.decode()

    for name in ("plan-step", "maturity", "backup"):
        address = reverse(f"customers:{name}", args=[world.hot.pk])
        assert [client.get(address).status_code for client in (rep, leader, stranger)] == [200, 200, 404]
        assert rep.put(address).status_code == 405


def test_a_step_is_planned_and_done_on_the_page(world) -> None:
    world.set_b(next_step="Send the quote")
    rep = world.client(world.rep)
    late = (NOW + DAY).astimezone().strftime("%Y-%m-%dT%H:%M")
    address = reverse("customers:plan-step", args=[world.warm.pk])
    empty = rep.post(address, {"client_key": str(new_id()), "what": "", "due_at": late})
    assert (empty.status_code, FollowUpStep.objects.count()) == (422, 1)
    planned = rep.post(address, {"client_key": str(new_id()), "what": "Ask", "due_at": late, "goal": "Yearly"})
    assert (planned.status_code, FollowUpPlan.objects.get().goal) == (302, "Yearly")

    step = FollowUpStep.objects.get(what="Ask")
    address = reverse("customers:finish-step", args=[step.pk])
    half = rep.post(address, {"client_key": str(new_id()), "what": "Then", "due_at": ""})
    assert (half.status_code, "When is it to be done?" in half.content.decode()) == (422, True)
    assert rep.post(address, {"client_key": str(new_id()), "outcome": "asked"}).status_code == 302
    step.refresh_from_db()
    assert step.outcome == "asked"


def test_maturity_and_backup_are_chosen_on_the_page(world) -> None:
    world.set_a()
    world.set_b()
    rep = world.client(world.rep)
    answers = {criterion.value: "YES" for criterion in Criterion}
    address = reverse("customers:maturity", args=[world.hot.pk])
    assert rep.post(address, {"client_key": str(new_id())} | answers | {"NEED": "PERHAPS"}).status_code == 422
    assert rep.post(address, {"client_key": str(new_id())} | answers).status_code == 302
    address = reverse("customers:backup", args=[world.hot.pk])
    assert "Mill Street Ltd" in rep.get(address).content.decode()
    assert rep.post(address, {"client_key": str(new_id()), "backup": str(world.warm.pk)}).status_code == 302
    html = rep.get(reverse("customers:company", args=[world.hot.pk])).content.decode()
    assert "Stands by: Mill Street Ltd" in html
    assert "Maturity 6 of 6" in html


def test_the_way_to_a_signature_by_program(world) -> None:
    world.set_a()
    world.set_b()
    client, base = world.client(world.rep), "/api/v1"

    def send(path: str, body: dict) -> tuple[int, object]:
        answer = client.post(
            base + path, json.dumps(body), content_type="application/json", headers={"idempotency-key": str(new_id())}
        )
        return answer.status_code, answer.json()

    due = (NOW + DAY).isoformat()
    status, step = send(f"/companies/{world.warm.pk}/steps", {"what": "Ask", "due_at": due})
    assert (status, step["what"]) == (201, "Ask")
    assert send(f"/steps/{step['id']}/finish", {"outcome": "asked"})[0] == 200
    assert send(f"/companies/{world.hot.pk}/maturity", {"answers": {"NEED": "YES"}}) == (200, 1)
    assert send(f"/companies/{world.hot.pk}/maturity", {"answers": {"NEED": "SO-SO"}})[0] == 422
    assert send(f"/companies/{world.hot.pk}/backup", {"backup_id": str(world.warm.pk)}) == (200, str(world.warm.pk))

    found = client.get(f"{base}/companies/{world.hot.pk}/follow-up").json()
    assert (found["maturity"]["met"], found["backup_id"]) == (1, str(world.warm.pk))
    board = client.get(f"{base}/companies/board").json()
    assert [column["count"] for column in board["columns"]] == [1, 1, 0, 0, 0]
    assert client.get(f"{base}/companies/board?holder={world.colleague.pk}").json()["columns"][0]["count"] == 0
