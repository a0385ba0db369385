"""RS-10: what is planned about somebody leaks to them on no path before it begins.

Every page and every reading operation is asked as the representative before and after the plan was made, at the same instant and
with the plan's own ids: each answer must be the same to the byte, so that no word, no count and no badge tells of it.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.factories.coaching import TOMORROW, coach_at, make_plan
from tests.factories.org import make_login, make_position, scope_for
from tests.factories.visits import DAY, Field, local, make_field, make_visit
from tests.reliability.operation_table import OPERATIONS
from tests.reliability.permission_table import PAGES
from tests.reliability.routes import operations, pages
from tiejun.access.abilities import Ability
from tiejun.access.reach import ScopedQuerySet
from tiejun.access.roles import MATRIX, Role
from tiejun.coaching.actions import plans
from tiejun.coaching.models import CoachingPlan, ImprovementPoint
from tiejun.coaching.models.plans import SealedQuerySet
from tiejun.coaching.queries import mine
from tiejun.coaching.rules import Skill
from tiejun.coaching.rules.plans import NewPoint
from tiejun.exchange import locks
from tiejun.exchange.actions.tokens import issue_token
from tiejun.exchange.rules.tokens import offered_abilities
from tiejun.foundation import audit
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import PolicyVersion
from tiejun.inbox.actions import notify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

pytestmark = pytest.mark.django_db
# Said before the plan exists and after it, as a search for what it is about.
SECRETS = ("Zq-strength", "Zq-weakness", "Zq-point", "Zq-reason", "Zq-done")
POINT = NewPoint(None, Skill.DEMO, "Zq-point", "Zq-reason", "Zq-done")
SEEN_AT = local("18:40")
_ARGUMENT = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
_NEAR = re.compile(r"coaching|talent|skills|^home:|^inbox:|forecast|audit|own_trail|team|search")
# What differs between two answers to the same question for nobody's sake.
_VOLATILE = re.compile(
    rb'name="(?:csrfmiddlewaretoken|client_key)" value="[^"]*"|"client_key": ?"[^"]*"|&quot;client_key&quot;: ?&quot;[^&]*&quot;'
    rb'|"X-CSRFToken": ?"[^"]*"|nonce-[\w-]+|"request_id": ?"[^"]*"|content="[A-Za-z0-9]{64}"'
)
# The lists of people, leaders and sessions say when somebody was last seen; that is the reader's own doing.
OUTSIDE = {"org:account", "csp-report"}
SEARCHES = (
    "/search/palette/",
    "/customers/",
    "/leads/",
    "/visits/",
    "/people/",
    "/coaching/mine/",
    "/inbox/",
    "/api/v1/search",
)


PLAN_ID, POINT_ID = UUID(int=41), UUID(int=42)
SECRET = f"tj_phone_{'s' * 40}"


def address(pattern: str, ids: Mapping[str, Any]) -> str:
    return "/" + _ARGUMENT.sub(lambda found: str(ids.get(found[1], _filler(found[1]))), pattern).lstrip("/")


def _filler(name: str) -> Any:
    return UUID(int=7) if name.endswith("id") else "x"


def questions(ids: Mapping[str, Any], roles: Iterable[Role]) -> Iterator[tuple[str, str]]:
    """Every address that these roles can read, with the ids of the world, and searches for the plan's words.

    What no role of theirs may ask is refused before anything is looked at: the permission matrix proves that. What is about
    coaching, notices and trails comes first.
    """
    asked = sorted(
        pages(), key=lambda page: not page.name.startswith(("coaching:", "talent:", "inbox:", "operations:"))
    )
    for page in asked:
        if page.name not in OUTSIDE and _may_ask(PAGES.get(page.name), roles):
            yield page.name, address(page.pattern, ids)
    for operation in operations():
        if operation.method == "get" and _may_ask(OPERATIONS.get(operation.name), roles):
            asks = "?" + "&".join(f"{name}=Zq" for name in operation.required_query) if operation.required_query else ""
            yield operation.name, address(operation.path_template, ids) + asks
    for path in SEARCHES:
        for secret in SECRETS:
            yield f"search {secret} at {path}", f"{path}?q={secret}"
    yield "days ahead", f"/api/v1/coaching/plans?since={DAY}&until={TOMORROW + timedelta(days=20)}"


def _may_ask(asks: Ability | str | None, roles: Iterable[Role]) -> bool:
    return not isinstance(asks, Ability) or any(role in MATRIX[asks] for role in roles)


@dataclass(frozen=True)
class Phone:
    """The representative at a browser and at a program, at one instant; `plan`: what is sealed from them, None before."""

    client: Client
    header: dict[str, str]
    ids: dict[str, Any]
    roles: tuple[Role, ...] = (Role.REP,)
    near: bool = False  # asks what is about coaching, the day and the evening alone

    def crawl(self, plan: CoachingPlan | None = None) -> Iterator[tuple[str, bytes]]:
        """Ask everything. The plan's ids read as those that were asked for when it did not exist."""
        point_id = ImprovementPoint.objects.filter(title="Zq-point").values_list("pk", flat=True).first()
        known = {"plan_id": plan.pk if plan else PLAN_ID, "point_id": point_id or POINT_ID}
        with time_machine.travel(SEEN_AT, tick=False):
            for name, path in questions(self.ids | known, self.roles):
                if self.near and not _NEAR.search(name):
                    continue
                answer = self.client.get(path, headers=self.header if path.startswith("/api/") else {})
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                content = content.replace(str(known["plan_id"]).encode(), str(PLAN_ID).encode())
                content = content.replace(str(known["point_id"]).encode(), str(POINT_ID).encode())
                yield name, str(answer.status_code).encode() + _VOLATILE.sub(b"", content)


def leaks(before: Mapping[str, bytes], after: Iterator[tuple[str, bytes]]) -> Iterator[str]:
    """Name each answer that differs from what was answered before (and where), and each that holds a word of the plan."""
    for asked, content in after:
        if content != before[asked]:
            yield f"{asked} differs: {_first_difference(before[asked], content)}"
        if not asked.startswith("search") and any(secret.encode() in content for secret in SECRETS):
            yield f"{asked} shows a word of the plan"


def _first_difference(before: bytes, after: bytes) -> str:
    """Return what stood and what stands at the first difference, with what leads up to it."""
    at = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    return f"{before[max(0, at - 60) : at + 60]!r} became {after[max(0, at - 60) : at + 60]!r}"


@pytest.fixture
def rep() -> Field:
    field = make_field()
    make_visit(field, at=local("10:00"))
    return field


@pytest.fixture
def phone(rep: Field) -> Phone:
    login = make_login(rep.person)
    client = Client(raise_request_exception=False)
    with time_machine.travel(SEEN_AT, tick=False):
        client.force_login(login)
        session = client.session
        session["second_factor_seen"] = True
        session.save()
    scope = scope_for(rep.person, SEEN_AT)
    abilities = [ability.value for ability in offered_abilities(scope)]
    token = issue_token(scope, name="phone", abilities=abilities, days=9, secret=SECRET, now=SEEN_AT)
    locks.note_use(token.pk, now=SEEN_AT, zone=scope.zone)  # so that its first use changes nothing
    PolicyVersion.objects.create(
        key="exchange.token_requests_per_minute", value=100_000, status="APPROVED", valid_from=SEEN_AT - timedelta(days=1),
        reason="one instant is asked everything", made_at=SEEN_AT - timedelta(days=1),
    )  # fmt: skip
    ids = {"person_id": rep.person.pk, "unit_id": rep.unit.pk, "company_id": rep.company.pk, "day": TOMORROW}
    return Phone(client, {"Authorization": f"Bearer {SECRET}"}, ids)


def sealed_plan(rep: Field) -> CoachingPlan:
    """Plan tomorrow, confirm its itinerary, change it once more, and call another day off: all that can be done in secret."""
    make_plan(rep, POINT, strengths="Zq-strength", weaknesses="Zq-weakness")
    plan = make_plan(rep, NewPoint(ImprovementPoint.objects.get().pk), strengths="Zq-strength", version=1)
    at = local("17:55")
    away = make_plan(rep, replace(POINT, title="Zq-point of another day"), day=TOMORROW + timedelta(days=1), at=at)
    plans.cancel_plan(coach_at(rep, at), plan_id=away.pk, version=1, reason="Zq-reason", now=at)
    return plans.confirm_itinerary(coach_at(rep, at), plan_id=plan.pk, version=2, itinerary="Zq-route", now=at)


@contextmanager
def taken_back() -> Iterator[None]:
    """Let something happen and take it back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_no_answer_to_the_person_tells_of_a_sealed_plan_and_planted_leaks_are_found(
    rep: Field, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dict(phone.crawl())
    jobs = _jobs()
    plan = sealed_plan(rep)

    assert list(leaks(before, phone.crawl(plan))) == []
    assert (_jobs(), len(before) > 120) == (jobs, True)

    for name, plant in PLANTED.items():
        with taken_back(), monkeypatch.context() as patched:
            plant(rep, plan, patched)
            assert next(leaks(before, phone.crawl(plan)), None), f"the planted leak was not found: {name}"


def test_what_the_crawl_looks_for_is_there_once_the_plan_has_begun(rep: Field, phone: Phone) -> None:
    phone = replace(phone, near=True)
    before = dict(phone.crawl())
    plan = sealed_plan(rep)
    at = local("18:39")
    CoachingPlan.objects.filter(pk=plan.pk).update(state="IN_FIELD", revealed_at=at, visible_from=at)
    ImprovementPoint.objects.filter(title="Zq-point").update(visible_from=at)

    found = set(leaks(before, phone.crawl(plan)))

    shown = {"coaching:plan", "coaching:mine", "GET /api/v1/coaching/days/{plan_id}", "GET /api/v1/coaching/points"}
    assert {f"{name} shows a word of the plan" for name in shown} <= found


@pytest.mark.parametrize(
    "page", ["plans/{}/reveal/", "plans/{}/cancel/", "plans/{}/feedback/", "plans/{}/answer/", "points/{}/drop/"]
)
def test_a_write_to_what_is_sealed_is_answered_as_one_to_nothing(rep: Field, phone: Phone, page: str) -> None:
    plan = sealed_plan(rep)
    row = plan if page.startswith("plans") else ImprovementPoint.objects.get(title="Zq-point")
    with time_machine.travel(SEEN_AT, tick=False):
        answers = [
            phone.client.post(f"/coaching/{page.format(key)}", {"client_key": str(new_id())})
            for key in (row.pk, new_id())
        ]

    assert answers[0].status_code in (403, 404)
    assert answers[0].status_code == answers[1].status_code


def test_standing_in_for_the_leader_opens_nothing(rep: Field, phone: Phone) -> None:
    ends_on = DAY + timedelta(days=9)
    make_position(rep.person, role=Role.SUPERVISOR, unit=rep.unit, is_primary=False, is_acting=True, ends_on=ends_on)
    phone = replace(phone, roles=(Role.REP, Role.SUPERVISOR), near=True)
    before = dict(phone.crawl())
    plan = sealed_plan(rep)

    assert list(leaks(before, phone.crawl(plan))) == []


def _jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%coaching%%' OR args::text LIKE '%%Zq%%'"
        )
        return int(cursor.fetchone()[0])


def _without_the_seal(_rep: Field, _plan: CoachingPlan, patched: pytest.MonkeyPatch) -> None:
    patched.setattr(SealedQuerySet, "within", ScopedQuerySet.within)


def _a_notice(rep: Field, plan: CoachingPlan, _patched: pytest.MonkeyPatch) -> None:
    notify(
        scope_for(rep.supervisor, SEEN_AT), person_id=rep.person.pk, code="coaching.summary_sent", facts={},
        dedupe_key=f"x:{plan.pk}", now=SEEN_AT - timedelta(minutes=5),
    )  # fmt: skip


def _a_trail(rep: Field, _plan: CoachingPlan, _patched: pytest.MonkeyPatch) -> None:
    """A planned visit that is recorded as something done to the person stands in their own trail."""
    with audit.collecting("planted"):
        audit.record(scope_for(rep.supervisor, SEEN_AT), "coaching.plan_saved", rep.person)


def _a_counter(_rep: Field, _plan: CoachingPlan, patched: pytest.MonkeyPatch) -> None:
    """A number on the person's own page that counts points without asking the seal."""
    asked = mine.my_points

    def counts_all(scope: Any) -> Any:
        found = asked(scope)
        return replace(found, name=f"{found.name} {ImprovementPoint.objects.filter(person=scope.person_id).count()}")

    patched.setattr("tiejun.coaching.views.mine.my_points", counts_all)
    patched.setattr("tiejun.coaching.views.mine.render", _renders_the_name)


def _renders_the_name(_request: Any, _template: str, context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(context["found"].name)


PLANTED: dict[str, Callable[[Field, CoachingPlan, pytest.MonkeyPatch], None]] = {
    "a query without the seal": _without_the_seal,
    "a notice": _a_notice,
    "the own trail": _a_trail,
    "a counter": _a_counter,
}
