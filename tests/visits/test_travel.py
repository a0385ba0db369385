import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import pytest
from django.core.cache import cache

from tests.factories.org import NOW
from tests.factories.visits import DAY, HERE, make_field
from tiejun.access.scope import Scope
from tiejun.engines.geo import Point
from tiejun.engines.workdays.windows import meeting_windows
from tiejun.foundation.environment import WrongSetting, environment
from tiejun.visits.actions.plans import propose_plan
from tiejun.visits.queries import roads
from tiejun.visits.queries.plans import plan_of
from tiejun.visits.rules.notices import NoticeCode, PlanNotice, read, stored

TOMORROW = DAY + timedelta(days=1)
PLACES = [Point(121.47, 31.23), Point(121.48, 31.24)]
TABLE = {"durations": [[0, 600], [660, 0]], "distances": [[0, 4000], [4200, None]]}


class Server(BaseHTTPRequestHandler):
    answer: tuple[int, bytes] = (200, b"")
    asked: list[str] = []

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        status, body = self.answer
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        """Say nothing."""


@pytest.fixture
def server(settings, db) -> Iterator[type[Server]]:
    Server.asked, Server.answer = [], (200, json.dumps(TABLE).encode())
    cache.clear()
    with HTTPServer(("127.0.0.1", 0), Server) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        settings.ROUTING_URL = f"http://127.0.0.1:{listening.server_address[1]}/osrm"
        yield Server
        listening.shutdown()
    cache.clear()


def test_a_routing_server_is_asked_once_for_all_ways_and_what_no_road_reaches_is_left_out(server) -> None:
    minutes, metres = roads.road_table(Scope.system("test"), PLACES)

    assert (minutes, metres) == ([[0.0, 10.0], [11.0, 0.0]], [[0.0, 4000.0], [4200.0, -1.0]])
    assert server.asked == [
        "/osrm/table/v1/driving/121.470000,31.230000;121.480000,31.240000?annotations=duration,distance"
    ]


@pytest.mark.parametrize(
    "answer",
    [(500, b""), (302, b""), (200, b"<html>"), (200, b'{"durations": [[0]], "distances": [[0]]}'), (200, b"{}"),
     (200, b" " * (roads.MOST_BYTES + 1))],
)  # fmt: skip
def test_a_server_that_fails_is_left_alone_for_a_while_and_no_redirect_is_followed(server, answer) -> None:
    server.answer = answer

    for _ in range(2):
        with pytest.raises(roads.NoRoads):
            roads.road_table(Scope.system("test"), PLACES)

    assert len(server.asked) == 1


@pytest.mark.django_db
def test_a_plan_says_when_its_ways_are_estimates_in_the_stead_of_roads(server) -> None:
    server.answer = (500, b"")
    rep = make_field()
    rep.held_company("Near", latitude=HERE.latitude, longitude=HERE.longitude + 0.02)

    propose_plan(rep.scope, day=TOMORROW, now=NOW)

    view = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW)
    assert (view.travel_source, [notice.code for notice in view.notices]) == ("FALLBACK", ["NO_ROADS"])
    assert view.travel_metres > 0


@pytest.mark.parametrize("address", ["file:///etc/passwd", "osrm:5000", "http://", "http://host/?to=", "gopher://host"])
def test_an_address_that_is_none_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(WrongSetting):
        environment({"ROUTING_URL": address})


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("09:00-12:00,13:30-18:00", ((540.0, 720.0), (810.0, 1080.0))),
        ("9:00 – 24:00", ((540.0, 1440.0),)),
        ("18:00-09:00", ()),
        ("", ()),
        ("any time", ()),
        ("08:00-09:00 10:00-11:00 12:00-13:00", ((480.0, 540.0), (600.0, 660.0))),
    ],
)
def test_meeting_hours_are_read_from_their_text(text: str, windows) -> None:
    assert meeting_windows(text) == windows


def test_notices_are_read_as_they_were_stored() -> None:
    rep_id = uuid4()
    notices = [PlanNotice(NoticeCode.CLASHES, rep_id, uuid4(), NOW), PlanNotice(NoticeCode.ENDS_LATE)]

    assert read(json.loads(json.dumps(stored(notices)))) == notices
