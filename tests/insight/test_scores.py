"""Scores of leads from the company's own history: learned, refused, shown, kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from django.test import Client

from tests.factories.customers import make_contact
from tests.factories.leads import make_lead, make_pool, make_source, make_tenure
from tests.factories.org import NOW, Tree, make_company_tree, make_login, make_person, scope_for
from tests.factories.pipeline import make_line
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.customers.actions import edit_company
from tiejun.customers.models import Company, Contact
from tiejun.customers.rules import CompanyFacts
from tiejun.engines.scoring import learning
from tiejun.engines.scoring.apart import LearnerMissing
from tiejun.engines.scoring.judging import judged
from tiejun.engines.scoring.model import Model
from tiejun.engines.scoring.problem import Chance, Columns, Verdict, Why
from tiejun.foundation.clock import Occasion
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Refused, words_of_code
from tiejun.insight import jobs, queries
from tiejun.insight.models import ScoreModel
from tiejun.leads.actions import record_follow_up
from tiejun.leads.models import Lead, LeadScore, LeadTenure
from tiejun.leads.queries.snapshots import past_snapshots, snapshots_now
from tiejun.leads.rules import FollowUpFacts
from tiejun.leads.rules.scoring import NUMBERS, WORDS, Feature, Snapshot
from tiejun.operations.actions import policies
from tiejun.org.models import Person, Unit
from tiejun.pipeline.models import Opportunity, Order

pytestmark = pytest.mark.django_db

SYSTEM = Scope.system("insight.scores", zone="Asia/Shanghai")
TRIES = 300
NO_ID = UUID(int=0)


@pytest.fixture
def tree() -> Tree:
    for key, value in (("lead.score_least_rows", 200), ("lead.score_least_outcomes", 20)):
        draft = policies.draft_policy(
            SYSTEM, key=key, value=value, unit_id=None, valid_from=None, reason="small", now=NOW - timedelta(days=400)
        )
        policies.put_in_force(SYSTEM, version_id=draft.pk, now=NOW - timedelta(days=400))
    return make_company_tree()


class JudgeHere:
    """Judges in this process."""

    def __init__(self, models: dict[str, bytes]) -> None:
        self.models = {name: Model.unpacked(data) for name, data in models.items()}

    def __enter__(self) -> JudgeHere:
        return self

    def __exit__(self, *_ended: object) -> None:
        pass

    def judged(self, columns: Columns) -> dict[str, list[Chance]]:
        return judged(self.models, columns)


@pytest.fixture(autouse=True)
def _learned_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learn in this process: another one costs seconds; that it learns the same is proved beside the engine."""
    monkeypatch.setattr(jobs, "learned_apart", learning.learned)
    monkeypatch.setattr(jobs, "Judge", JudgeHere)


def history(rep: Person, unit: Unit, *, tells: bool = True) -> None:
    """Fill a year with tries: referrals mostly sign, imports hardly; without `tells` it hangs on nothing at all."""
    chance, pool, line = Random(4), make_pool(), make_line()
    sources = {code: make_source(code) for code in ("REFERRAL", "IMPORT")}
    companies, leads, tenures, deals, orders = [], [], [], [], []
    for number in range(TRIES):
        at = NOW - timedelta(days=460 - number)
        code = chance.choice(list(sources))
        won = chance.random() < ({"REFERRAL": 0.7, "IMPORT": 0.1}[code] if tells else 0.4)
        company = Company(
            name=f"Past {number}", normalised_name=f"past {number}", created_at=at, changed_at=at, industry="Retail"
        )
        lead = Lead(
            company=company, pool=pool, source=sources[code], status=Lead.Status.CLOSED_LOST, created_at=at,
            last_activity_at=at,
        )  # fmt: skip
        tenure = LeadTenure(
            lead=lead, person=rep, unit=unit, kind="PRIVATE", start_reason="CLAIMED", started_at=at,
            ended_at=at + timedelta(days=60), end_reason="CLOSED",
        )  # fmt: skip
        companies.append(company)
        leads.append(lead)
        tenures.append(tenure)
        if won:
            day = at.date() + timedelta(days=20)
            deal = Opportunity(
                company=company, product_line=line, owner=rep, unit=unit, amount_minor=1, currency="CNY", close_on=day,
                stage_at=at, opened_at=at, changed_at=at, stage="SIGNED", category="CLOSED", closed_at=at,
            )  # fmt: skip
            deals.append(deal)
            order = Order(
                number=f"P{number}", opportunity=deal, company=company, owner=rep, unit=unit, status="SIGNED",
                currency="CNY", amount_minor=1, signed_on=day, signed_at=at, created_at=at, changed_at=at,
            )  # fmt: skip
            orders.append(order)
    Company.objects.bulk_create(companies)
    Lead.objects.bulk_create(leads)
    LeadTenure.objects.bulk_create(tenures)
    Opportunity.objects.bulk_create(deals)
    Order.objects.bulk_create(orders)


def night(tree: Tree, now: datetime = NOW) -> dict[str, int]:
    return jobs.refresh_scores(Occasion(SYSTEM, tree.company.pk, now.date(), now, now))


def test_a_chance_that_history_tells_is_learned_and_shown_with_reasons(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    history(rep, tree.group)
    referred, imported = make_lead(source=make_source("REFERRAL")), make_lead(source=make_source("IMPORT"))

    outcome = night(tree)

    live = ScoreModel.objects.get(target="SIGN")
    assert (live.state, live.why, live.number, live.rows) == ("LIVE", "BEATS_BASE", 1, TRIES)
    assert ScoreModel.objects.get(target="EFFECTIVE").why == Why.TOO_FEW_OUTCOMES
    assert outcome == {"scored": 2, "changed": 2}
    scores = {row.lead_id: row for row in LeadScore.objects.all()}
    good, bad = scores[referred.pk], scores[imported.pk]
    assert (good.p_sign or 0) > 0.5
    assert (bad.p_sign or 1) < 0.3
    assert (good.p_effective, bad.p_effective, good.model) == (None, None, "SIGN:1")
    assert (good.reasons[0]["code"], good.reasons[0]["facts"]["value"]) == ("SOURCE", "REFERRAL")
    assert good.reasons[0]["facts"]["times"] > 1 > bad.reasons[0]["facts"]["times"]
    assert AuditEntry.objects.filter(event="insight.score_learned").count() == 2


def test_a_quiet_night_learns_nothing_and_writes_no_score(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    history(rep, tree.group)
    make_lead(source=make_source("REFERRAL"))
    night(tree)

    again = night(tree)

    assert again == {"scored": 1, "changed": 0}
    assert ScoreModel.objects.count() == 2


def test_a_model_that_fails_on_what_came_since_takes_its_scores_with_it(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = make_person(unit=tree.group)
    history(rep, tree.group)
    make_lead(source=make_source("REFERRAL"))
    night(tree)
    refused = Verdict(is_live=False, why=Why.NO_BETTER_THAN_BASE, rows=TRIES, positives=100)
    monkeypatch.setattr(jobs, "learned_apart", lambda *_asked: refused)

    outcome = night(tree, NOW + timedelta(days=8))

    rows = ScoreModel.objects.filter(target="SIGN").order_by("number").values_list("state", "why")
    assert list(rows) == [("REPLACED", "BEATS_BASE"), ("REFUSED", "NO_BETTER_THAN_BASE")]
    assert outcome == {"scored": 0, "withdrawn": 1}
    assert not LeadScore.objects.exists()


def test_a_history_that_tells_nothing_gives_no_score(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    history(rep, tree.group, tells=False)
    make_lead()

    assert night(tree) == {"scored": 0, "withdrawn": 0}
    assert ScoreModel.objects.get(target="SIGN").why == "NO_BETTER_THAN_BASE"


def test_a_try_is_seen_as_it_stood_when_it_began(tree: Tree) -> None:
    rep, began = make_person(unit=tree.group), NOW - timedelta(days=200)
    lead = make_lead(now=began - timedelta(days=10), intent="HIGH")
    Company.objects.filter(pk=lead.company_id).update(
        industry="Retail", registered_on=began.date() - timedelta(days=100), capital_minor=5_000_000_00
    )
    make_tenure(lead, rep, tree.group, started_at=began, due_at=NOW + timedelta(days=5))
    Lead.objects.filter(pk=lead.pk).update(status="PRIVATE", owner=rep, unit=tree.group)
    expected = {
        Feature.COMPANY_DAYS: 100.0, Feature.CAPITAL: 5_000_000.0, Feature.WAITING_DAYS: 10.0, Feature.PHONES: 0.0,
        Feature.HOLDERS: 0.0, Feature.CONTACTS: 0.0, Feature.TALKS: 0.0, Feature.REFUSALS: 0.0,
    }  # fmt: skip
    terms = {"since": began - timedelta(days=1), "until": NOW, "most": 10}
    before = past_snapshots(SYSTEM, **terms)

    # What happens during the try says nothing about how it stood.
    make_contact(lead.company, phone="13800000001", now=began + timedelta(days=1))
    facts = FollowUpFacts(kind="CALL", outcome="INTERESTED", happened_at=NOW)
    record_follow_up(scope_for(rep), lead_id=lead.pk, facts=facts, now=NOW)

    after = past_snapshots(SYSTEM, **terms)
    assert before == after
    assert dict(zip(NUMBERS, after[0].numbers, strict=True)) == expected
    assert after[0].words == ("CANVASS", "HIGH", "Retail", "330106")
    now = snapshots_now(SYSTEM, after=NO_ID, most=10, now=NOW + timedelta(days=1))[0]
    today = dict(zip(NUMBERS, now.numbers, strict=True))
    assert (today[Feature.PHONES], today[Feature.CONTACTS], today[Feature.TALKS], today[Feature.HOLDERS]) == (
        1,
        1,
        1,
        1,
    )


def test_a_company_whose_registry_facts_were_filled_in_later_teaches_nothing(tree: Tree) -> None:
    rep, began = make_person(unit=tree.group), NOW - timedelta(days=200)
    lead = make_lead(now=began)
    make_tenure(lead, rep, tree.group, started_at=began)
    facts = CompanyFacts(name=lead.company.name, city_code="330100", district_code="330106", industry="Retail")
    Company.objects.filter(pk=lead.company_id).update(owner=rep, unit=tree.group)

    edit_company(scope_for(rep), company_id=lead.company_id, version=1, facts=facts, now=NOW)

    assert past_snapshots(SYSTEM, since=began - timedelta(days=1), until=NOW, most=10) == []


def test_nothing_about_persons_moves_a_score(tree: Tree) -> None:
    """The protected attributes: who leads the company, who answers its telephone, who holds or held the lead."""
    rep = make_person(unit=tree.group)
    lead = make_lead()
    make_tenure(lead, rep, tree.group, ended_at=NOW, end_reason="RELEASED", started_at=NOW - timedelta(days=9))
    make_contact(lead.company, "Wang Fang", phone="13800000001")

    def seen() -> list[Snapshot]:
        return snapshots_now(SYSTEM, after=NO_ID, most=10, now=NOW + timedelta(days=1))

    before = seen()
    other = make_person(unit=tree.other_group)
    LeadTenure.objects.update(person=other, unit=tree.other_group)
    Company.objects.update(legal_person="Ma Xiaoming", name="Sisters' Noodles", address="Niujie 5")
    Contact.objects.update(name="Ma Li", title="Mrs")

    assert seen() == before
    assert {*WORDS, *NUMBERS} == {
        "SOURCE", "INTENT", "INDUSTRY", "DISTRICT", "COMPANY_DAYS", "CAPITAL", "WAITING_DAYS", "PHONES", "HOLDERS",
        "CONTACTS", "TALKS", "REFUSALS",
    }  # fmt: skip


def test_the_page_tells_how_good_scores_are_and_the_api_too(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    history(rep, tree.group)
    night(tree)
    head = Client()
    head.force_login(make_login(make_person(unit=tree.company, role=Role.SALES_HEAD)))

    page = head.get("/insight/scores/", HTTP_ACCEPT_LANGUAGE="en")
    listed = head.get("/api/v1/insight/score-models").json()

    assert page.status_code == 200
    text = page.content.decode()
    assert text.count("<circle") >= 10
    assert {(row["target"], row["state"]) for row in listed} == {("SIGN", "LIVE"), ("EFFECTIVE", "REFUSED")}
    card = queries.model_cards(scope_for(make_person(unit=tree.company, role=Role.SALES_OPS)), NOW)[1]
    assert card.is_live
    assert card.gain_percent > 3


def test_a_representative_does_not_see_how_scores_are_made(tree: Tree) -> None:
    person = Client()
    person.force_login(make_login(make_person(unit=tree.group)))

    assert person.get("/insight/scores/").status_code == 403
    assert person.get("/api/v1/insight/score-models").status_code == 403
    assert person.post("/insight/scores/").status_code == 405


def test_before_the_first_night_the_page_says_that_nothing_is_learned(tree: Tree) -> None:
    scope = scope_for(make_person(unit=tree.company, role=Role.SALES_HEAD))

    cards = queries.model_cards(scope, NOW)

    assert [(card.row, card.card, card.is_live, card.spots) for card in cards] == [(None, None, False, ())] * 2


def test_a_score_stands_on_the_lead_and_sorts_the_pool(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    history(rep, tree.group)
    poor, rich = make_lead(source=make_source("IMPORT")), make_lead(source=make_source("REFERRAL"))
    night(tree)
    client = Client()
    client.force_login(make_login(rep))

    by_chance = client.get("/api/v1/leads?list=pool&sort=chance").json()["items"]
    pages = [client.get("/api/v1/leads?list=pool&sort=chance&size=1").json()]
    pages.append(client.get(f"/api/v1/leads?list=pool&sort=chance&size=1&cursor={pages[0]['next']}").json())
    read = client.get(f"/api/v1/leads/{rich.pk}").json()
    shown = client.get("/leads/pool/?sort=chance").content.decode()

    assert [row["id"] for row in by_chance] == [str(rich.pk), str(poor.pk)]
    assert [page["items"][0]["id"] for page in pages] == [str(rich.pk), str(poor.pk)]
    assert by_chance[0]["p_sign"] > by_chance[1]["p_sign"]
    assert read["score"]["sign_percent"] > 50
    assert read["score"]["reasons"][0]["times"] > 1
    assert shown.index(str(rich.pk)) < shown.index(str(poor.pk))
    assert client.get(f"/leads/{rich.pk}/").content.decode().count("×") >= 1


def test_a_failed_process_leaves_the_scores_of_the_night_before(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    rep = make_person(unit=tree.group)
    history(rep, tree.group)
    make_lead(source=make_source("REFERRAL"))
    night(tree)

    def broken(*_args: object) -> Verdict:
        raise RuntimeError

    monkeypatch.setattr(jobs, "learned_apart", broken)
    with pytest.raises(RuntimeError):
        night(tree, NOW + timedelta(days=8))

    assert ScoreModel.objects.get(state="LIVE").target == "SIGN"
    assert LeadScore.objects.count() == 1


def test_a_machine_without_the_learners_library_is_told_of_in_a_sentence(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(make_person(unit=tree.group), tree.group)

    def missing(*_args: object) -> Verdict:
        raise LearnerMissing("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr(jobs, "learned_apart", missing)
    with pytest.raises(Refused) as refused:
        night(tree)

    assert words_of_code("insight", refused.value.code) == refused.value.message
    assert "libgomp1" in refused.value.message
    assert words_of_code("insight", "ValueError") == words_of_code("operations", refused.value.code) == ""
