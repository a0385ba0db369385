from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.factories.commitments import MARCH, NOW, published, rates, say, talk
from tests.factories.org import make_login, make_person, scope_for
from tests.factories.visits import local, make_visit
from tiejun.access.roles import Role
from tiejun.forecast.actions.moving_in import PastCommitment, PastDay, PastWeek, bring_in_days, bring_in_promises
from tiejun.forecast.events import CommitmentPublished
from tiejun.forecast.jobs import tell_the_team
from tiejun.forecast.models import DailyForecast, MonthlyForecast, WeeklyForecast
from tiejun.foundation.refusals import Invalid
from tiejun.inbox.models import Notice

pytestmark = pytest.mark.django_db
BASE = "/api/v1/forecasts"


@pytest.fixture
def fresh(monkeypatch):
    """Whether the sign-in is fresh, to be switched off by the test."""
    state = {"fresh": True}
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: local("18:00"))
    monkeypatch.setattr("tiejun.org.middleware._duty", lambda _request: None)
    monkeypatch.setattr("tiejun.org.sign_in.is_fresh", lambda _request: state["fresh"])
    return state


def client_of(person):
    client = Client()
    client.force_login(make_login(person))
    return client


def send(client, method, address, **body):
    headers = {"Idempotency-Key": str(uuid4())}
    return getattr(client, method)(f"{BASE}{address}", body, content_type="application/json", headers=headers)


def test_a_number_goes_from_said_to_published_by_the_api(rep, fresh):
    rates(rep)
    mine, boss = client_of(rep.person), client_of(rep.supervisor)
    help_ = {"deviation_explained": "a fair", "improvement_plan": "two visits"}

    said = send(mine, "put", f"/months/{MARCH}", deals=3, amount_minor=3_000_000, **help_).json()
    talked = send(
        boss,
        "put",
        f"/talks/{rep.person.pk}/{MARCH}",
        version=said["version"],
        deals=3,
        amount_minor=3_000_000,
        causes="few demos",
    ).json()
    sheet = boss.get(f"{BASE}/talks/{rep.person.pk}/{MARCH}").json()
    signed = send(mine, "post", f"/commitments/{talked['id']}/sign", version=talked["version"]).json()
    done = send(boss, "post", f"/commitments/{talked['id']}/countersign", content_hash=signed["content_hash"]).json()

    assert [one["state"] for one in (said, talked, signed, done)] == ["DRAFT", "TALKED", "SIGNED", "PUBLISHED"]
    assert talked["talk"]["deviation_explained"] == "a fair", "what was left out stays"
    assert (sheet["refusal"], sheet["tree"]["deals"], sheet["deviation"]["is_large"]) == (None, 3, True)
    assert mine.get(f"{BASE}/months/{MARCH}").json()["in_force_id"] == done["id"]
    assert boss.get(f"{BASE}/months?month={MARCH}").json()["published"] == 1


def test_a_colleague_reads_the_number_and_not_the_talk(rep, fresh):
    row = published(rep)
    client = client_of(rep.colleague)

    shown = client.get(f"{BASE}/commitments/{row.pk}").json()

    assert (shown["deals"], shown["talk"]) == (3, None)
    assert [one["id"] for one in client.get(f"{BASE}/commitments?month={MARCH}").json()] == [str(row.pk)]
    assert client_of(make_person(unit=rep.unit.parent)).get(f"{BASE}/commitments/{row.pk}").status_code == 404


def test_a_signature_by_program_asks_who_one_is(rep, fresh):
    rates(rep)
    row = talk(rep, version=say(rep).version)
    client = client_of(rep.person)
    fresh["fresh"] = False

    refused = send(client, "post", f"/commitments/{row.pk}/sign", version=row.version)

    assert (refused.status_code, refused.json()["code"]) == (409, "prove_who_you_are")
    assert send(client_of(rep.colleague), "post", f"/commitments/{row.pk}/sign", version=1).status_code == 404
    assert MonthlyForecast.objects.get().rep_signed_at is None


def test_an_exception_stays_whose_it_was_when_a_talk_does_not_speak_of_it(rep):
    row = talk(rep, 25, version=say(rep, 25).version, exception_reason="a large tender")

    row = talk(rep, 26, version=row.version)

    assert (row.deals, row.exception_reason, row.exception_by_id) == (26, "a large tender", rep.supervisor.pk)


def test_the_roll_up_and_the_week_by_the_api(rep, fresh):
    published(rep)
    boss = client_of(rep.supervisor)

    refused = send(
        boss, "post", f"/roll-up/{rep.unit.pk}/{MARCH}", seen_deals=3, seen_minor=3_000_000, adjustment_deals=-1
    )
    done = send(boss, "post", f"/roll-up/{rep.unit.pk}/{MARCH}", seen_deals=3, seen_minor=3_000_000)
    line = boss.get(f"{BASE}/roll-up?month={MARCH}").json()["lines"][0]
    agreed = send(boss, "put", f"/weeks/{rep.person.pk}/2026-03-16", deals=1, visits=40, effective=12)
    stale = send(boss, "put", f"/weeks/{rep.person.pk}/2026-03-16", deals=2, visits=40, effective=12)

    assert (refused.status_code, done.status_code, line["number"]["deals"]) == (422, 200, 3)
    assert (agreed.status_code, stale.status_code) == (200, 409)
    week = {one["person_id"]: one["following"] for one in boss.get(f"{BASE}/weeks").json()["lines"]}
    assert week[str(rep.person.pk)]["deals"] == 1
    assert boss.get(f"{BASE}/weeks/{rep.person.pk}/2026-03-11").json()["following"]["visits"] == 40
    assert boss.get(f"{BASE}/accuracy").json()["horizons"][0]["horizon"] == "DAY"
    assert boss.get(f"{BASE}/roll-up/as-of/2026-03-10").json() == []


# -- what was promised before the product came -----------------------------------------------------------------------------
def test_promises_of_an_earlier_system_are_brought_in_once(rep):
    scope = scope_for(make_person(role=Role.SALES_OPS, unit=rep.unit.parent.parent))
    month = PastCommitment(
        rep.person.pk, rep.unit.pk, MARCH.replace(month=2), 4, 400, rep.supervisor.pk, local("18:00")
    )
    week = PastWeek(rep.person.pk, rep.unit.pk, MARCH.replace(day=2), 1, 40, 12, rep.supervisor.pk, local("09:00"))

    found = [bring_in_promises(scope, months=[month], weeks=[week], now=NOW) for _time in range(2)]

    assert found == [(1, 1), (0, 0)]
    assert (MonthlyForecast.objects.get().state, WeeklyForecast.objects.get().visits) == ("PUBLISHED", 40)


def test_days_of_an_earlier_system_are_judged_beside_what_came(rep):
    scope = scope_for(make_person(role=Role.SALES_OPS, unit=rep.unit.parent.parent))
    monday, tuesday = (local("12:00").date() - timedelta(days=back) for back in (2, 1))
    make_visit(rep, at=local("10:00", monday))
    said = [PastDay(rep.person.pk, rep.unit.pk, day, 0, 0, 1, 1, 1, local("17:00", day)) for day in (monday, tuesday)]

    found = [bring_in_days(scope, days=said, now=NOW) for _time in range(2)]

    assert found == [2, 0]
    rows = DailyForecast.objects.order_by("business_day").values_list(
        "state", "actual_visits", "result_met", "process_met"
    )
    assert list(rows) == [("CLOSED", 1, True, True), ("CLOSED", 0, True, False)]
    with pytest.raises(Invalid):
        bring_in_days(scope, days=[replace(said[0], day=local("12:00").date())], now=NOW)


def test_what_has_not_begun_is_not_brought_in(rep):
    month = PastCommitment(
        rep.person.pk, rep.unit.pk, MARCH.replace(month=4), 4, 400, rep.supervisor.pk, local("18:00")
    )
    with pytest.raises(Invalid):
        bring_in_promises(
            scope_for(make_person(role=Role.SALES_OPS, unit=rep.unit.parent.parent)), months=[month], weeks=[], now=NOW
        )


# -- the team hears of it ---------------------------------------------------------------------------------------------------
def test_the_team_is_told_of_a_published_number(rep):
    row = published(rep)
    event = CommitmentPublished(row.pk, row.person_id, row.unit_id, row.month, row.edition, row.deals, NOW)
    for _time in range(2):
        tell_the_team(event)

    told = dict(Notice.objects.values_list("person_id", "code"))
    assert told == {rep.person.pk: "forecast.own_published", rep.colleague.pk: "forecast.published"}
