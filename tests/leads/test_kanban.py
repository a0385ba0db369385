"""The board of leads: which column, what a move asks for, how it is refused."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_tenure
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.ids import new_id
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.queries.kanban import kanban, kanban_column
from tiejun.leads.queries.lists import LeadFilters
from tiejun.leads.rules import Refusal
from tiejun.leads.rules.kanban import Column as C
from tiejun.leads.rules.kanban import Step, column_of, move

LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "step", "column"),
    [
        ("POOLED", None, C.POOL), ("ALLOTTED", LATER, C.LIST), ("PRIVATE", None, C.OPEN), ("PRIVATE", EARLIER, C.DUE),
        ("PRIVATE", NOW, C.AGREED), ("CONVERTED", EARLIER, C.WON), ("RESTING", None, None), ("MERGED", None, None),
    ],
)  # fmt: skip
def test_facts_tell_the_column(status, step, column) -> None:
    assert column_of(status, step, NOW) is column


@pytest.mark.parametrize(
    ("start", "target", "answer"),
    [
        (C.POOL, C.OPEN, Step.CLAIM), (C.POOL, C.AGREED, Step.CLAIM), (C.POOL, C.LIST, Refusal.LIST_IS_ALLOTTED),
        (C.POOL, C.WON, Refusal.ORDER_CONVERTS), (C.POOL, C.POOL, None), (C.LIST, C.OPEN, Step.PROMOTE),
        (C.LIST, C.POOL, Refusal.LIST_GOES_BACK), (C.LIST, C.LIST, None), (C.OPEN, C.AGREED, Step.FOLLOW_UP),
        (C.DUE, C.AGREED, Step.FOLLOW_UP), (C.AGREED, C.AGREED, Step.FOLLOW_UP), (C.OPEN, C.POOL, Step.RELEASE),
        (C.OPEN, C.DUE, Refusal.STEP_IS_TOLD), (C.AGREED, C.OPEN, Refusal.STEP_IS_TOLD), (C.OPEN, C.OPEN, None),
        (C.AGREED, C.LIST, Refusal.LIST_IS_ALLOTTED), (C.WON, C.OPEN, Refusal.PROTECTED), (C.WON, C.WON, None),
    ],
)  # fmt: skip
def test_a_move_is_a_step_a_refusal_or_nothing(start, target, answer) -> None:
    assert move(start, target) is answer


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.mate = make_person(unit=self.tree.group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.pooled = make_lead(make_company("Pooled Ltd"))
        self.open = self.held("Open Ltd")
        self.due = self.held("Due Ltd", next_step_at=EARLIER)
        self.agreed = self.held("Agreed Ltd", next_step_at=LATER)
        self.won = self.held("Won Ltd", kind=LeadTenure.Kind.PROTECTED)
        self.listed = self.held("Listed Ltd", kind=LeadTenure.Kind.ALLOTTED)
        self.other = make_held_lead(self.mate, self.tree.group, company=make_company("Mates Ltd"))

    def held(self, name, *, kind=LeadTenure.Kind.PRIVATE, next_step_at=None) -> Lead:
        lead = make_lead(make_company(name), next_step_at=next_step_at)
        make_tenure(lead, self.rep, self.tree.group, kind=kind)
        return Lead.objects.get(pk=lead.pk)

    def client(self, person) -> Client:
        login = make_login(person)
        Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
        client = Client(headers={"accept-language": "en"})
        client.force_login(login)
        return client


@pytest.fixture
def world(time_machine, db):
    time_machine.move_to(NOW, tick=False)
    return World()


def shown(person) -> dict[str, list[str]]:
    pages = kanban(scope_for(person), LeadFilters(), NOW)
    return {page.column.value: [line.brief.name for line in page.lines] for page in pages}


def test_each_lead_stands_in_its_column(world) -> None:
    assert shown(world.rep) == {
        "POOL": ["Pooled Ltd"], "LIST": ["Listed Ltd"], "OPEN": ["Open Ltd"], "DUE": ["Due Ltd"],
        "AGREED": ["Agreed Ltd"], "WON": ["Won Ltd"],
    }  # fmt: skip


def test_a_supervisor_sees_the_group_with_its_holders(world) -> None:
    assert sorted(shown(world.supervisor)["OPEN"]) == ["Mates Ltd", "Open Ltd"]
    with pytest.raises(PermissionRefused):
        kanban(scope_for(make_person(role=Role.FINANCE, unit=world.tree.company)), LeadFilters(), NOW)


def test_a_column_goes_on_where_it_ended(world) -> None:
    for n in range(4):
        world.held(f"More {n} Ltd", next_step_at=LATER + timedelta(hours=n))
    scope, names, cursor = scope_for(world.rep), [], None
    while True:
        page = kanban_column(scope, C.AGREED, LeadFilters(), cursor, NOW, size=2)
        names += [line.brief.name for line in page.lines]
        cursor = page.next
        if cursor is None:
            break

    assert sorted(names) == ["Agreed Ltd", "More 0 Ltd", "More 1 Ltd", "More 2 Ltd", "More 3 Ltd"]
    assert names[-1] == "More 3 Ltd"


def send(client, lead, start, target, *, htmx=True):
    headers = {"HX-Request": "true"} if htmx else {}
    body = {"client_key": str(new_id()), "move": f"{lead.pk}:{start}:{target}"}
    return client.post(reverse("leads:move"), body, headers=headers)


def test_a_card_is_claimed_and_one_is_kept(world) -> None:
    client = world.client(world.rep)
    claimed, kept = send(client, world.pooled, "POOL", "OPEN"), send(client, world.listed, "LIST", "AGREED")

    assert [(answer.status_code, "leads-moved" in answer["HX-Trigger"]) for answer in (claimed, kept)] == [
        (200, True)
    ] * 2
    assert sorted(shown(world.rep)["OPEN"]) == ["Listed Ltd", "Open Ltd", "Pooled Ltd"]
    assert send(client, world.pooled, "POOL", "OPEN", htmx=False).status_code == 409


def test_a_move_that_needs_a_fact_opens_its_form_and_changes_nothing(world) -> None:
    client = world.client(world.rep)
    asked = send(client, world.open, "OPEN", "AGREED")
    given = send(client, world.open, "OPEN", "POOL", htmx=False)

    assert asked["X-Asks-First"] == "1"
    assert reverse("leads:follow-up", args=[world.open.pk]) in asked["HX-Trigger"]
    assert given.url == reverse("leads:release", args=[world.open.pk]) + "?layout=board"
    assert shown(world.rep)["OPEN"] == ["Open Ltd"]


def test_what_is_refused_says_why_and_writes_nothing(world) -> None:
    client = world.client(world.rep)
    answers = [
        send(client, world.won, "WON", "OPEN"), send(client, world.open, "OPEN", "DUE"),
        send(client, world.listed, "LIST", "POOL"), send(client, world.pooled, "POOL", "WON"),
        send(client, world.other, "POOL", "OPEN"),
    ]  # fmt: skip

    assert [answer.json()["code"] for answer in answers] == [
        "protected", "step_is_told", "list_goes_back", "order_converts", "already_taken",
    ]  # fmt: skip
    assert LeadTenure.objects.filter(ended_at__isnull=False).count() == 0
    assert client.post(reverse("leads:move"), {"client_key": str(new_id()), "move": "x:y"}).status_code == 404
    assert send(world.client(world.supervisor), world.pooled, "POOL", "OPEN").status_code == 403


def test_the_page_shows_the_board_more_cards_and_returns_to_it(world) -> None:
    client = world.client(world.rep)
    page = client.get(reverse("leads:mine"), {"layout": "board"}).content.decode()
    more = client.get(reverse("leads:column", args=["OPEN"]))
    recorded = client.post(
        reverse("leads:follow-up", args=[world.open.pk]) + "?layout=board",
        {"client_key": str(new_id()), "kind": "CALL", "outcome": "TALKED"},
    )

    assert 'data-column="POOL"' in page
    assert "Pooled Ltd" in page
    assert b"<html" not in more.content
    assert client.get(reverse("leads:column", args=["NOWHERE"])).status_code == 404
    assert recorded.url == reverse("leads:mine") + "?layout=board"


def test_programs_read_the_board(world) -> None:
    client = world.client(world.rep)
    columns = client.get("/api/v1/leads/kanban").json()
    one = client.get("/api/v1/leads/kanban/DUE", {"size": 1}).json()

    assert [(column["column"], column["count"]) for column in columns] == [
        ("POOL", 1), ("LIST", 1), ("OPEN", 1), ("DUE", 1), ("AGREED", 1), ("WON", 1),
    ]  # fmt: skip
    assert [card["company_name"] for card in one["cards"]] == ["Due Ltd"]
    assert client.get("/api/v1/leads/kanban/NOWHERE").status_code == 404


def test_a_view_keeps_the_layout(world) -> None:
    client = world.client(world.rep)
    body = {"client_key": str(new_id()), "name": "Board", "state": "layout=board", "is_default": "on"}
    client.post(reverse("lists:save", args=["leads.mine"]), body)

    opened = client.get(reverse("leads:mine"))
    assert opened.status_code == 302
    assert "layout=board" in opened.url
