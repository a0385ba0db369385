from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories.forecast import TOMORROW, make_hot
from tests.factories.org import make_person, make_unit
from tests.factories.visits import DAY, local
from tiejun.access.roles import Role
from tiejun.meetings.models import ActionItem, AgendaItem, Decision, Drill, Meeting, ShareNote

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


def post(client, address, **fields):
    headers = fields.pop("headers", {})
    return client.post(address, {"client_key": str(uuid4())} | fields, headers=headers)


@pytest.fixture
def leader(crew, client_of):
    return client_of(crew.field.supervisor)


@pytest.fixture
def rep(crew, client_of):
    return client_of(crew.people[0])


def test_the_leader_runs_the_evening_from_the_list_to_its_end(crew, leader, rep, at):
    make_hot(crew.field)
    page = leader.get(url("list"))
    opened = post(leader, url("open"), unit=crew.field.unit.pk, kind="EVENING")
    meeting = Meeting.objects.get()
    item = AgendaItem.objects.filter(meeting=meeting).first()
    me, other = crew.people[0].pk, crew.people[1].pk
    steps = [
        post(leader, url("settle", meeting.pk, item.pk), is_done="on", headers=HTMX),
        post(rep, url("shares", meeting.pk), gain="asked for the order", loss="", challenge="", headers=HTMX),
        post(leader, url("presence", meeting.pk), person=other, presence="REMOTE", headers=HTMX),
        post(leader, url("start_drill", meeting.pk), subject="PRICE", player=me, customer=other, headers=HTMX),
        post(leader, url("decide", meeting.pk), words="sums first", headers=HTMX),
        post(leader, url("agree", meeting.pk), owner=me, due_on=TOMORROW.isoformat(), words="call", headers=HTMX),
    ]
    refused = post(leader, url("close", meeting.pk), version=2)
    at["now"] = local("17:39")
    closed = post(leader, url("close", meeting.pk), version=2, reason="two of us only")

    assert (page.status_code, opened.status_code) == (200, 302)
    assert [step.status_code for step in steps] == [200] * 6
    assert all('id="live" hx-swap-oob="true"' in step.content.decode() for step in steps)
    assert (refused.status_code, closed.status_code) == (409, 302)
    shown = leader.get(url("room", meeting.pk)).content.decode()
    assert all(words in shown for words in ("asked for the order", "sums first", "call", "two of us only"))


def test_without_a_script_each_step_is_a_page(crew, leader):
    meeting = crew.open()

    answer = post(leader, url("add", meeting.pk), words="the price list")

    assert answer.status_code == 302
    assert "the price list" in leader.get(answer["Location"]).content.decode()


def test_who_takes_part_scores_on_the_phone_and_sees_no_figures(crew, leader, rep, client_of):
    meeting = crew.open()
    drill = crew.play(meeting)
    peer = client_of(crew.people[2])
    five = {f"step{number}": 5 for number in range(1, 5)}

    scored = post(peer, url("score_drill", meeting.pk, drill.pk), headers=HTMX, **five)
    own = post(rep, url("score_drill", meeting.pk, drill.pk), headers=HTMX, **five)
    early = post(leader, url("reveal_drill", meeting.pk, drill.pk), headers=HTMX)
    crew.score(drill, 2, 3, 4)
    players = rep.get(url("room", meeting.pk)).content.decode()
    shown = post(leader, url("reveal_drill", meeting.pk, drill.pk), headers=HTMX)
    again = post(leader, url("repeat_drill", meeting.pk, drill.pk), headers=HTMX)

    assert [one.status_code for one in (scored, own, early, shown, again)] == [200, 409, 409, 200, 200]
    assert "t-choice-tight" in scored.content.decode()
    assert "t-choice-tight" not in players
    assert "<table" not in players
    assert "<table" in shown.content.decode()


def test_the_poll_answers_only_what_has_changed(crew, rep):
    meeting = crew.open()
    seen = rep.get(url("room", meeting.pk)).context["seen"]

    same = rep.get(url("pulse", meeting.pk) + f"?seen={seen}", headers=HTMX)
    crew.share(meeting, 1)
    told = rep.get(url("pulse", meeting.pk) + f"?seen={seen}", headers=HTMX)
    crew.play(meeting)
    played = rep.get(url("pulse", meeting.pk) + f"?seen={told.context['seen']}", headers=HTMX)

    assert (same.status_code, same.content) == (204, b"")
    assert 'id="drill"' not in told.content.decode()
    assert "asked for the order" in told.content.decode()
    assert 'id="drill"' in played.content.decode()
    assert 'id="mine"' not in played.content.decode()  # nobody's typing is swept away


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("decide", {"words": " "}),
        ("agree", {"owner": "nobody", "due_on": "soon", "words": "x"}),
        ("presence", {"person": str(uuid4()), "presence": "MAYBE"}),
        ("shares", {"gain": "x" * 501}),
        ("start_drill", {"subject": "JOKES", "player": str(uuid4()), "customer": str(uuid4())}),
        ("add", {"words": ""}),
    ],
)
def test_unreadable_steps_are_refused_with_words(crew, leader, name, fields):
    meeting = crew.open()
    before = AgendaItem.objects.count()

    answer = post(leader, url(name, meeting.pk), headers=HTMX, **fields)

    assert answer.status_code == 422
    counts = [model.objects.count() for model in (Decision, ActionItem, ShareNote)]
    assert (counts, AgendaItem.objects.count()) == ([0, 0, 0], before)
    assert not Drill.objects.filter(state="PLAYING").exists()


def test_who_only_takes_part_cannot_lead(crew, rep):
    meeting = crew.open()

    assert rep.get(url("list")).status_code == 200
    assert rep.get(url("room", meeting.pk)).status_code == 200
    assert post(rep, url("decide", meeting.pk), words="x").status_code == 403
    assert post(rep, url("open"), unit=crew.field.unit.pk, kind="BRIEFING").status_code == 403
    assert post(rep, url("close", meeting.pk), version=2, reason="x").status_code == 403
    assert rep.get(url("close", meeting.pk)).status_code == 405
    assert Decision.objects.count() == 0


def test_strangers_find_nothing_and_who_stands_above_reads(crew, client_of):
    meeting = crew.open()
    stranger = client_of(make_person(role=Role.SUPERVISOR, unit=make_unit("West", parent=crew.field.unit.parent)))
    above = client_of(make_person(role=Role.SALES_HEAD, unit=crew.field.unit.parent.parent))

    assert stranger.get(url("room", meeting.pk)).status_code == 404
    assert post(stranger, url("decide", meeting.pk), words="x").status_code == 404
    assert stranger.get(url("list") + f"?unit={crew.field.unit.pk}").status_code == 404
    assert stranger.get(url("list") + "?unit=none").status_code == 404
    assert above.get(url("room", meeting.pk)).status_code == 200
    assert post(above, url("decide", meeting.pk), words="x").status_code == 403
    assert above.get(url("room", uuid4())).status_code == 404


def test_an_action_is_ticked_where_it_is_seen(crew, leader, rep):
    meeting = crew.open()
    post(leader, url("agree", meeting.pk), owner=crew.people[0].pk, due_on=DAY.isoformat(), words="call")
    row = ActionItem.objects.get()

    done = post(rep, url("end_action", row.pk), version=1, state="DONE", back=url("list"))
    late = post(rep, url("end_action", row.pk), version=2, state="DONE", back="https://elsewhere.example/")

    assert (done.status_code, done["Location"]) == (302, url("list"))
    assert late.status_code == 409
    assert ActionItem.objects.get().state == "DONE"


def test_the_pages_of_a_day_without_a_meeting(crew, leader, at):
    at["now"] = local("17:00", DAY + timedelta(days=3))  # Saturday

    page = leader.get(url("list"), headers={"Accept-Language": "en"})

    assert page.status_code == 200
    assert "Not held on this day." in page.content.decode()


def test_the_same_by_the_api(crew, leader, rep):
    base, key = "/api/v1/meetings", lambda: {"Idempotency-Key": str(uuid4())}
    me, other = str(crew.people[0].pk), str(crew.people[1].pk)

    def send(client, method, path, **sent):
        return getattr(client, method)(base + path, sent, content_type="application/json", headers=key())

    opened = send(leader, "post", "/open", unit_id=str(crew.field.unit.pk), kind="EVENING").json()
    one = f"/{opened['id']}"
    item = send(leader, "post", f"{one}/agenda", words="prices").json()["items"][-1]
    drill = send(leader, "post", f"{one}/drills", subject="PRICE", player_id=me, customer_id=other).json()["drills"][0]
    played = f"{one}/drills/{drill['id']}"
    answers = [
        send(leader, "put", f"{one}/agenda/{item['id']}", is_done=True),
        send(leader, "put", f"{one}/presence/{other}", presence="REMOTE"),
        send(rep, "put", f"{one}/shares/{me}", gain="won"),
        send(leader, "put", f"{played}/score", points=[3, 3, 3, 3]),
        send(leader, "post", f"{one}/decisions", words="sums first"),
        send(leader, "post", f"{one}/actions", owner_id=me, due_on=str(TOMORROW), words="call"),
        send(leader, "post", f"{played}/reveal"),
        send(leader, "post", f"{played}/skip", reason="late"),
    ]
    room = rep.get(base + one).json()
    ended = send(rep, "post", f"/actions/{room['actions'][0]['id']}/end", version=1, state="DONE")
    closed = send(leader, "post", f"{one}/close", version=2, reason="short")
    listed = rep.get(base).json()

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 200, 409, 200]
    told = {place["person_id"]: place["shares"] for place in room["places"] if place["shares"]}
    assert (room["decisions"], told, room["items"][-1]["state"]) == (["sums first"], {me: {"GAIN": "won"}}, "DONE")
    assert (room["drills"][0]["mine"], room["drills"][0]["rounds"]) == ([], [])
    assert (ended.json()["state"], closed.json()["state"], listed["evening"]["state"]) == ("DONE", "CLOSED", "CLOSED")
    assert closed.json()["missing"] == ["SHARES", "DRILL", "AGENDA"]


def test_who_leads_no_sales_group_is_told_so_instead_of_finding_nothing(crew, client_of):
    marketing = client_of(make_person(role=Role.MARKETING_HEAD, unit=make_unit("Marketing")))

    page = marketing.get(url("list"))
    unknown = marketing.get(url("list"), {"unit": str(uuid4())})

    assert page.status_code == 200
    assert "meetings/none.html" in [template.name for template in page.templates]
    assert unknown.status_code == 404
