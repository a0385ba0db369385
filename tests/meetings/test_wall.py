from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.forecast import make_hot
from tests.factories.meetings import BEGINS
from tests.factories.visits import make_visit
from tiejun.meetings.actions import screens
from tiejun.meetings.models import WallScreen
from tiejun.meetings.queries import wall as queries
from tiejun.meetings.rules import Share
from tiejun.meetings.rules.wall import HIDDEN, on_the_wall, without_contacts

pytestmark = pytest.mark.django_db
POLL = {"HX-Request": "true", "HX-Target": "wall"}


@pytest.fixture
def screen(crew):
    queries._kept.clear()
    return screens.make_screen(crew.leader(), unit_id=crew.field.unit.pk, name="Room 3", now=BEGINS)


@pytest.fixture
def path(crew, screen):
    return reverse("meetings:wall", args=[screen.pk, queries.mark_of(crew.clock, screen.pk)])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 13800138000 today", f"call {HIDDEN} today"),
        ("call 138-0013-8000", f"call {HIDDEN}"),
        ("0571 8765 4321", HIDDEN),
        ("write to li.na@example.com", f"write to {HIDDEN}"),
        ("8 visits, 120,000 in 15 minutes", "8 visits, 120,000 in 15 minutes"),
    ],
)
def test_no_number_to_call_is_shown(text, shown):
    assert without_contacts(text) == shown


@given(st.text(alphabet="0123456789 -.()+", max_size=40), st.text(max_size=10))
def test_no_seven_digits_are_ever_left_together(digits, rest):
    left = without_contacts(rest + digits + rest)

    run = 0
    for letter in left:
        run = run + 1 if letter in "0123456789" else 0
        assert run < 7


def test_a_gain_has_its_name_and_a_loss_or_a_challenge_none():
    notes = [(Share.GAIN, "Lin", "won"), (Share.LOSS, "Gao", "price"), (Share.CHALLENGE, "Gao", "two A")]

    assert on_the_wall(notes, most=2) == [(Share.CHALLENGE, "", "two A"), (Share.LOSS, "", "price")]
    assert on_the_wall(notes, most=9)[-1] == (Share.GAIN, "Lin", "won")


def test_the_room_sees_sums_the_a_list_and_shares_without_signing_in(crew, path, at):
    company = make_hot(crew.field)
    make_visit(crew.field, at=BEGINS - timedelta(hours=5))
    meeting = crew.open()
    crew.share(meeting, 0)

    page = Client().get(path, headers={"Accept-Language": "en"})
    text = page.content.decode()

    assert page.status_code == 200
    assert company.name in text
    assert "Lin Xiao" in text  # whose deal it is, and whose gain
    assert page.context["day"].visits == 1
    assert (page.context["meeting"].shared, page.context["meeting"].people) == (1, 5)
    assert [share[2] for share in page.context["shares"]] == ["", "", "Lin Xiao"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert 'data-theme="jade-night"' in text
    assert not Client().get(path, headers=POLL).cookies


def test_nobody_is_ranked_and_nothing_private_is_on_the_wall(crew, path, at):
    company = make_hot(crew.field)
    company.name = "Suheng 13800138000"
    company.save(update_fields=["name"])
    meeting = crew.open()
    for number in range(5):
        crew.share(meeting, number)

    text = Client().get(path).content.decode()

    assert "13800138000" not in text
    quiet = [one.name for one in crew.people[1:] if one.name in text]
    assert quiet == [] or all(name in [share[2] for share in Client().get(path).context["shares"]] for name in quiet)
    assert "/people/" not in text


def test_a_poll_costs_nothing_while_it_is_fresh(crew, path, at, django_assert_num_queries):
    client = Client()
    first = client.get(path, headers=POLL)
    with django_assert_num_queries(0):
        same = client.get(path, headers=POLL | {"If-None-Match": first["ETag"]})
        other = Client().get(path, headers=POLL)

    assert (same.status_code, same.content) == (304, b"")
    assert (other.status_code, other["ETag"]) == (200, first["ETag"])
    assert "<html" not in other.content.decode()


def test_what_happens_in_the_room_is_on_the_wall_seconds_later(crew, path, at):
    meeting = crew.open()
    client = Client()
    before = client.get(path, headers=POLL)
    crew.share(meeting, 0)
    drill = crew.play(meeting)

    at["now"] = BEGINS + timedelta(seconds=5)
    stale = client.get(path, headers=POLL | {"If-None-Match": before["ETag"]})
    at["now"] = BEGINS + timedelta(seconds=13)
    fresh = client.get(path, headers=POLL | {"If-None-Match": before["ETag"]})

    assert (stale.status_code, fresh.status_code) == (304, 200)
    assert fresh.content.decode().count("t-wall-share") == 3
    assert (drill.state, "t-wall-drill" in fresh.content.decode()) == ("PLAYING", True)


def test_a_wrong_an_ended_and_a_closed_address_show_nothing(crew, screen, path, at):
    client = Client()

    assert client.get(reverse("meetings:wall", args=[screen.pk, "0" * 32])).status_code == 404
    assert client.get(reverse("meetings:wall", args=[uuid4(), "0" * 32])).status_code == 404
    assert client.get(path).status_code == 200
    at["now"] = BEGINS + timedelta(days=181)
    assert client.get(path).status_code == 404
    at["now"] = BEGINS
    screens.close_screen(crew.leader(), screen_id=screen.pk, now=BEGINS)
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 405


def test_the_leader_hangs_and_takes_down_screens(crew, client_of, at):
    leader = client_of(crew.field.supervisor)
    unit = crew.field.unit.pk

    empty = leader.post(reverse("meetings:make_screen"), {"client_key": str(uuid4()), "unit": unit, "name": " "})
    made = leader.post(reverse("meetings:make_screen"), {"client_key": str(uuid4()), "unit": unit, "name": "Room 3"})
    row = WallScreen.objects.get()
    page = leader.get(made["Location"])
    closed = leader.post(reverse("meetings:close_screen", args=[row.pk]), {"client_key": str(uuid4())})

    assert [answer.status_code for answer in (empty, made, closed)] == [422, 302, 302]
    assert queries.mark_of(crew.clock, row.pk) in page.content.decode()
    assert client_of(crew.people[0]).get(reverse("meetings:screens")).status_code == 403


def test_the_same_by_the_api(crew, client_of, at):
    leader, sent = client_of(crew.field.supervisor), {"unit_id": str(crew.field.unit.pk), "name": "Room 3"}

    def key():
        return {"Idempotency-Key": str(uuid4())}

    base = "/api/v1/wall-screens"
    made = leader.post(base, sent, content_type="application/json", headers=key()).json()
    listed = leader.get(base).json()
    shown = Client().get(made["path"])
    closed = leader.post(f"{base}/{made['id']}/close", {}, content_type="application/json", headers=key())

    assert [row["path"] for row in listed] == [made["path"]]
    assert (shown.status_code, closed.status_code, Client().get(made["path"]).status_code) == (200, 200, 404)
