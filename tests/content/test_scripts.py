"""Scripts: written in drafts, published by four eyes, read by occasion, kept by the phone, never changed afterwards."""

import json
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.content import actions, queries
from tiejun.content.models import Script, ScriptVersion
from tiejun.content.rules import Advice, Occasion, Pace, Refusal, Words, advice, seconds_to_say, why_not_publish
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.visits.queries.pack import day_pack

PACE = Pace(characters=240, words=150, pitch_seconds=30)
PITCH = Words("三十秒", "您现在的客户从哪里来？", "Thirty seconds", "Where do your customers come from?")


@pytest.mark.parametrize(
    ("text", "seconds"), [("", 0), ("说" * 240, 60), ("one two three", 2), ("说" * 4 + " ok", 2), ("?!", 0)]
)
def test_how_long_a_text_takes_to_say(text, seconds) -> None:
    assert seconds_to_say(text, PACE) == seconds


@pytest.mark.parametrize(
    ("occasion", "words", "found"),
    [
        (Occasion.PITCH, PITCH, []),
        (Occasion.PITCH, Words("长", "说" * 121 + "？", "Long", "Why?"), [Advice.TOO_LONG]),
        (Occasion.OBJECTION, Words("长", "说" * 400 + "？", "Long", "Why?"), []),
        (Occasion.TRIAL_CLOSE, Words("一", "好。", "One", "Good."), [Advice.ASKS_NOTHING]),
        (Occasion.DEMO, Words("一", "看。"), [Advice.ENGLISH_MISSING]),
        (Occasion.PITCH, Words("", "", "One", "Why?"), [Advice.CHINESE_MISSING]),
    ],
)
def test_what_a_writer_should_look_at(occasion, words, found) -> None:
    assert advice(occasion, words, PACE) == found


@pytest.mark.parametrize(
    ("has_draft", "is_retired", "is_own", "refusal"),
    [
        (True, False, False, None),
        (True, False, True, Refusal.OWN_WORDS),
        (False, False, False, Refusal.NOTHING_TO_PUBLISH),
        (True, True, False, Refusal.SCRIPT_IS_RETIRED),
    ],
)
def test_why_a_draft_is_not_published(has_draft, is_retired, is_own, refusal) -> None:
    writer, other = uuid4(), uuid4()
    asker = writer if is_own else other
    assert why_not_publish(has_draft=has_draft, is_retired=is_retired, writer_id=writer, asker_id=asker) is refusal


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.ops = make_person(role=Role.SALES_OPS, unit=self.tree.company)
        self.hr = make_person(role=Role.HR, unit=self.tree.company)

    def start(self, words=PITCH, occasion="PITCH", by=None) -> Script:
        return actions.start_script(scope_for(by or self.supervisor), occasion=occasion, words=words, now=NOW)

    def publish(self, script, by=None) -> ScriptVersion:
        script.refresh_from_db()
        return actions.publish_script(scope_for(by or self.ops), script_id=script.pk, version=script.version, now=NOW)

    def rewrite(self, script, body="新的说法？", by=None) -> ScriptVersion:
        script.refresh_from_db()
        words = Words("三十秒", body)
        return actions.write_draft(
            scope_for(by or self.supervisor),
            script_id=script.pk,
            version=script.version,
            words=words,
            why="shorter",
            now=NOW,
        )

    def read(self, person=None, occasion="") -> list[tuple[str, str]]:
        rows = queries.published_scripts(scope_for(person or self.rep), NOW, occasion=occasion)
        return [(row.title, row.body) for row in rows]

    def client(self, person, language="en") -> Client:
        login = make_login(person)
        Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
        client = Client(headers={"accept-language": language})
        client.force_login(login)
        return client


@pytest.fixture
def world(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    with translation.override("en"):
        yield World()


def test_nobody_reads_a_draft_before_it_is_published(world) -> None:
    script = world.start()
    assert world.read() == []
    world.publish(script)

    assert world.read() == [("Thirty seconds", "Where do your customers come from?")]
    with translation.override("zh-hans"):
        assert world.read() == [("三十秒", "您现在的客户从哪里来？")]


def test_people_read_the_old_version_until_the_next_is_published(world) -> None:
    script = world.start()
    world.publish(script)
    world.rewrite(script)
    assert world.read()[0][1] == "Where do your customers come from?"
    world.rewrite(script, "更好的说法？")
    world.publish(script)

    assert world.read() == [("三十秒", "更好的说法？")]
    assert list(ScriptVersion.objects.order_by("number").values_list("number", "why")) == [(1, ""), (2, "shorter")]


def test_who_wrote_does_not_publish_and_who_read_something_else_neither(world) -> None:
    script = world.start(by=world.ops)
    with pytest.raises(Refused) as own:
        world.publish(script)
    world.rewrite(script)
    with pytest.raises(Stale):
        actions.publish_script(scope_for(world.ops), script_id=script.pk, version=1, now=NOW)
    with pytest.raises(PermissionRefused):
        world.publish(script, by=world.supervisor)

    assert own.value.code == "own_words"
    assert ScriptVersion.objects.filter(published_at__isnull=False).count() == 0


def test_representatives_read_and_do_not_write(world) -> None:
    with pytest.raises(PermissionRefused):
        world.start(by=world.rep)
    with pytest.raises(PermissionRefused):
        world.read(world.hr)
    assert Script.objects.count() == 0


@pytest.mark.parametrize(
    "words", [Words("", ""), Words("t", ""), Words("", "b"), Words("t" * 61, "b"), Words("t", "b" * 3001)]
)
def test_what_says_nothing_is_refused(world, words) -> None:
    with pytest.raises(Invalid):
        world.start(words)
    assert Script.objects.count() == 0


def test_a_retired_script_is_read_no_more_and_comes_back(world) -> None:
    script, ops = world.start(), scope_for(world.ops)
    world.publish(script)
    actions.retire_script(ops, script_id=script.pk, now=NOW)
    assert world.read() == []
    with pytest.raises(Refused):
        world.rewrite(script)
    actions.restore_script(ops, script_id=script.pk)

    assert len(world.read(occasion="PITCH")) == 1
    assert world.read(occasion="DEMO") == []
    with pytest.raises(NotFound):
        actions.restore_script(ops, script_id=uuid4())


def test_a_published_version_stands_in_the_database_too(world) -> None:
    script = world.start()
    row = world.publish(script)
    for change in ({"body": "other"}, {"published_at": None}):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            ScriptVersion.objects.filter(pk=row.pk).update(**change)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        ScriptVersion.objects.filter(pk=row.pk).delete()


def test_the_phone_keeps_what_is_published_with_the_day(world) -> None:
    world.publish(world.start())
    world.start(Words("稿", "还没发布？"))

    kept = day_pack(scope_for(world.rep), now=NOW)["scripts"]
    assert [(one["occasion"], one["title"], one["body"]) for one in kept] == [
        ("PITCH", "Thirty seconds", "Where do your customers come from?")
    ]
    page = Client(headers={"accept-language": "en"}).get("/offline/").content.decode()
    assert 'data-trial-close="Trial close"' in page
    assert "Thirty seconds" not in page


def test_the_pages_write_publish_and_show(world) -> None:
    writer, ops, rep = (world.client(one) for one in (world.supervisor, world.ops, world.rep))

    def send(client, name, *args, **body):
        return client.post(reverse(f"content:{name}", args=args), {"client_key": str(uuid4()), **body})

    bare = send(writer, "new", occasion="PITCH")
    made = send(writer, "new", occasion="PITCH", title_en="Hello", body_en="Who are you? <b>")
    script = Script.objects.get()
    own = writer.get(reverse("content:script", args=[script.pk])).content.decode()
    published = send(ops, "publish", script.pk, version="1")
    read = rep.get(reverse("content:scripts")).content.decode()

    assert (bare.status_code, made.status_code, published.status_code) == (422, 302, 302)
    assert "It is not there in Chinese yet." in own
    assert "&lt;b&gt;" in read
    assert (
        send(writer, "script", script.pk, version="2", title_en="Hello", body_en="Better?", why="short").status_code
        == 302
    )
    assert "new draft" in ops.get(reverse("content:desk")).content.decode()
    assert send(ops, "retire", script.pk).status_code == 302
    assert "No script is published yet" in rep.get(reverse("content:scripts"), {"occasion": "PITCH"}).content.decode()
    assert send(ops, "restore", script.pk).status_code == 302
    assert rep.get(reverse("content:desk")).status_code == 403


def test_programs_read_write_and_publish(world) -> None:
    writer, ops, rep = (world.client(one) for one in (world.supervisor, world.ops, world.rep))

    def send(client, method, path, body=None):
        answer = getattr(client, method)(
            f"/api/v1/scripts{path}", json.dumps(body or {}), content_type="application/json",
            headers={"Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        return answer.status_code, answer.json() if answer.content else None

    status, made = send(writer, "post", "", {"occasion": "DEMO", "title": "演示", "body": "一步？"})
    path = f"/{made['id']}"
    assert (status, made["versions"][0]["published_at"]) == (201, None)
    assert send(writer, "post", f"{path}/publish", {"version": 1})[0] == 403
    assert send(ops, "post", f"{path}/publish", {"version": 1})[0] == 200
    assert [one["title"] for one in rep.get("/api/v1/scripts").json()] == ["演示"]
    assert (
        send(writer, "put", f"{path}/draft", {"version": 2, "title": "演示", "body": "两步？"})[1]["versions"][0][
            "number"
        ]
        == 2
    )
    assert send(writer, "put", f"{path}/draft", {"version": 2, "title": "演示", "body": "三步？"})[0] == 409
    assert send(ops, "post", f"{path}/retire")[0] == 204
    assert rep.get("/api/v1/scripts").json() == []
    assert send(ops, "post", f"{path}/restore")[0] == 204
    assert rep.get(f"/api/v1/scripts{path}").status_code == 403
