from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from tests.factories.meetings import BEGINS
from tests.factories.org import make_person, scope_for
from tests.factories.visits import DAY
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.meetings.actions import sharing, talks
from tiejun.meetings.actions.talks import TalkNotes
from tiejun.meetings.models import ContentDraft, MonthlySharing, OneToOne
from tiejun.meetings.queries.sharing import sharing_page
from tiejun.meetings.queries.talks import talk_in_reach, talk_sheet, talks_page
from tiejun.meetings.rules.talks import DraftKind, TalkKind, Verified, best_of
from tiejun.pipeline.queries import MonthMoney

pytestmark = pytest.mark.django_db
NOTES = TalkNotes("few trial closes", "two accompanied visits")


@pytest.fixture
def manager(crew):
    return make_person(name="Chen Lan", role=Role.REGIONAL_MANAGER, unit=crew.field.unit.parent)


def hold(crew, person, kind=TalkKind.WEEKLY, *, by=None, version=0, notes=NOTES):
    scope = by or crew.leader()
    return talks.hold_talk(scope, person_id=person.pk, kind=kind, version=version, notes=notes, now=BEGINS)


def test_everybody_of_a_small_team_is_due_a_talk_each_week(crew):
    hold(crew, crew.people[0])

    page = talks_page(crew.leader(), now=BEGINS)

    assert (page.is_due, page.week) == (True, date(2026, 3, 9))
    assert {(line.member.name, line.talk is not None) for line in page.lines} == {
        (one.name, one == crew.people[0]) for one in crew.people
    }


def test_a_talk_keeps_the_numbers_of_its_week_and_can_be_changed_within_it(crew):
    row = hold(crew, crew.people[0])
    with pytest.raises(Stale):
        hold(crew, crew.people[0])
    again = hold(crew, crew.people[0], version=1, notes=TalkNotes("a", "b"))

    assert (row.facts["visits"], again.pk, again.version, again.found) == (0, row.pk, 2, "a")


def test_a_coaching_talk_is_the_managers_and_names_the_plan(crew, manager):
    by, plan = scope_for(manager, BEGINS), uuid4()
    row = hold(crew, crew.field.supervisor, TalkKind.COACHING, by=by, notes=TalkNotes("a", "b", plan, 3))

    assert (row.plan_id, row.plan_version, row.facts["people"]) == (plan, 3, 5)
    with pytest.raises(NotFound):
        hold(crew, crew.field.supervisor, TalkKind.COACHING)  # nobody talks with themselves
    with pytest.raises(NotFound):
        hold(crew, crew.people[0], TalkKind.COACHING, by=by)  # a representative leads nobody
    assert talk_in_reach(crew.leader(), row.pk) == row
    with pytest.raises(NotFound):
        talk_in_reach(crew.scope(0), row.pk)


def test_talks_are_seen_by_the_two_and_above_alone(crew, manager):
    row = hold(crew, crew.people[0])

    assert talk_in_reach(crew.scope(0), row.pk) == row
    assert talk_in_reach(scope_for(manager, BEGINS), row.pk) == row
    with pytest.raises(NotFound):
        talk_in_reach(crew.scope(1), row.pk)
    assert talks_page(crew.scope(0), now=BEGINS).mine == [row]
    assert talks_page(crew.scope(1), now=BEGINS).mine == []
    with pytest.raises(PermissionRefused):
        talk_sheet(crew.scope(1), crew.people[0].pk, TalkKind.WEEKLY, now=BEGINS)


@pytest.mark.parametrize("notes", [TalkNotes(" ", "b"), TalkNotes("a", ""), TalkNotes("a", "b", uuid4())])
def test_an_empty_talk_is_not_kept(crew, notes):
    with pytest.raises(Invalid):
        hold(crew, crew.people[0], notes=notes)
    assert OneToOne.objects.count() == 0


def test_the_database_keeps_a_talk_between_two(crew):
    row = hold(crew, crew.people[0])
    with pytest.raises(DatabaseError), transaction.atomic():
        OneToOne.objects.filter(pk=row.pk).update(held_by=row.person_id)


def results(*money, wrong=()):
    return [Verified(uuid4(), f"P{place}", sum_of, 1, in_case=place in wrong) for place, sum_of in enumerate(money)]


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (results(5, 9, 7), ["P1", "P2"]),
        (results(5, 9, 5), ["P1", "P0", "P2"]),
        (results(0, 0, 0), []),
        (results(5, 9, 7, wrong={1}), ["P2", "P0"]),
    ],
    ids=["the two best", "a tie", "nothing collected", "a case upheld"],
)
def test_only_the_verified_best_share(found, names):
    assert [one.name for one in best_of(found, most=2)] == names


@pytest.fixture
def collected(crew, monkeypatch):
    """Last month's receipts: the first two collected something."""
    money = {crew.people[0].pk: MonthMoney(9_000, 9_000, 1), crew.people[1].pk: MonthMoney(9_000, 5_000, 1)}
    monkeypatch.setattr(
        "tiejun.meetings.queries.sharing.month_money",
        lambda _scope, persons, _month: {one: money.get(one, MonthMoney(90_000, 0, 9)) for one in persons},
    )


def share(crew, person, **changed):
    given = {
        "unit_id": crew.field.unit.pk,
        "speaker_id": person.pk,
        "notes": "case first",
        "problems": "",
        "now": BEGINS,
    }
    return sharing.hold_sharing(crew.leader(), **given | changed)


def test_a_sharing_and_its_drafts(crew, collected):
    with pytest.raises(Refused, match="NOT_AMONG_THE_BEST"):
        share(crew, crew.people[2])  # signed most, collected nothing
    row = share(crew, crew.people[0])
    with pytest.raises(Refused, match="SHARED_ALREADY"):
        share(crew, crew.people[1])
    draft = sharing.draft_content(
        crew.leader(), sharing_id=row.pk, kind=DraftKind.CASE, title="Case first", text="…", now=BEGINS
    )

    page = sharing_page(crew.scope(1), now=BEGINS)
    assert (page.month, page.present, page.best, page.drafts) == (date(2026, 2, 1), row, [], [draft])
    assert draft.author == crew.people[0]
    with pytest.raises(PermissionRefused):
        sharing.draft_content(crew.scope(0), sharing_id=row.pk, kind=DraftKind.CASE, title="x", text="x", now=BEGINS)
    sharing.withdraw_draft(crew.leader(), draft_id=draft.pk)
    assert sharing_page(crew.scope(1), now=BEGINS).drafts == []


def test_an_empty_sharing_or_draft_is_not_kept(crew, collected):
    with pytest.raises(Invalid):
        share(crew, crew.people[0], notes=" ")
    assert MonthlySharing.objects.count() == 0
    row = share(crew, crew.people[0])
    with pytest.raises(Invalid):
        sharing.draft_content(crew.leader(), sharing_id=row.pk, kind=DraftKind.CASE, title="x", text=" ", now=BEGINS)
    assert ContentDraft.objects.count() == 0


def test_the_pages_of_talks_and_sharing(crew, collected, client_of, at):
    leader, rep = client_of(crew.field.supervisor), client_of(crew.people[0])
    address = reverse("meetings:talk", args=[crew.people[0].pk])

    def post(client, where, **fields):
        return client.post(where, {"client_key": str(uuid4())} | fields)

    shown = [leader.get(reverse("meetings:talks")), leader.get(address), rep.get(reverse("meetings:talks"))]
    kept = post(leader, address, version=0, found="slow", agreed="one accompanied visit")
    empty = post(leader, address, version=1, found="", agreed="x")
    held = post(
        leader, reverse("meetings:hold_sharing"), unit=crew.field.unit.pk, speaker=crew.people[0].pk, notes="case"
    )
    row = MonthlySharing.objects.get()
    drafted = post(leader, reverse("meetings:draft", args=[row.pk]), kind="CASE", title="Case", text="text")
    back = post(leader, reverse("meetings:withdraw_draft", args=[ContentDraft.objects.get().pk]))

    assert [one.status_code for one in (*shown, kept, empty, held, drafted, back)] == [200, 200, 200, 302, 422, 302, 302, 302]  # fmt: skip
    assert "one accompanied visit" in rep.get(reverse("meetings:talks")).content.decode()
    assert rep.get(reverse("meetings:sharing")).status_code == 200
    assert rep.get(address).status_code == 403
    assert leader.get(reverse("meetings:coaching_talk", args=[crew.people[0].pk])).status_code == 404
    assert leader.get(reverse("meetings:talk", args=[crew.field.supervisor.pk])).status_code == 404


def test_talks_and_sharing_by_the_api(crew, collected, client_of, at):
    leader = client_of(crew.field.supervisor)

    def send(method, path, **sent):
        headers = {"Idempotency-Key": str(uuid4())}
        return getattr(leader, method)(f"/api/v1{path}", sent, content_type="application/json", headers=headers)

    me = str(crew.people[0].pk)
    kept = send("put", f"/one-to-ones/{me}", found="a", agreed="b").json()
    listed = leader.get("/api/v1/one-to-ones").json()
    held = send("post", "/sharings", unit_id=str(crew.field.unit.pk), speaker_id=me, notes="case first").json()
    drafted = send("post", f"/sharings/{held['id']}/drafts", kind="CASE", title="x", text="y").json()
    shown = leader.get("/api/v1/sharings").json()
    gone = send("post", f"/content-drafts/{drafted['id']}/withdraw").json()

    assert (kept["week"], kept["version"], listed["is_due"]) == (str(DAY - timedelta(days=2)), 1, True)
    assert [one["person_id"] for one in shown["best"]] == [me, str(crew.people[1].pk)]
    assert (shown["present"]["id"], shown["drafts"][0]["id"], gone["state"]) == (held["id"], drafted["id"], "WITHDRAWN")
