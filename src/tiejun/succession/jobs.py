"""What starts by itself: a leaver's hand-over, its run, and the pools for what nobody took."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation.events import on
from tiejun.foundation.jobs import every, task
from tiejun.foundation.times import local_date
from tiejun.inbox import actions as inbox
from tiejun.leads.actions import pool_leaver
from tiejun.org import queries as org
from tiejun.org.events import PersonLeft
from tiejun.succession import actions, queries


@on(PersonLeft)
def begin_for_leaver(event: PersonLeft) -> None:
    """Prepare the hand-over of what a leaver held, and tell the leader of the unit; without a unit everything is pooled."""
    now = timezone.now()
    scope = Scope.system("succession.begin_for_leaver")
    if event.unit_id is None:
        pool_leaver(scope, person_id=event.person_id, now=now)
        return
    scope = replace(scope, unit_chain=org.unit_chain(scope, event.unit_id))
    row = actions.begin_for_leaver(
        scope, person_id=event.person_id, unit_id=event.unit_id, left_on=event.left_on, now=now
    )
    if row is not None:
        page = queries.succession_page(scope, row.pk, now)
        _tell_leader(scope, row.unit_id, "succession.waits", row.pk, {"person": page.name, "count": page.figures.total})


def tell_of_failure(succession_id: str) -> None:
    """Open a hand-over again whose run failed, and tell the leader and who started it that it can be started anew."""
    scope, key, now = Scope.system("succession.run_succession"), UUID(succession_id), timezone.now()
    if not actions.break_off(scope, succession_id=key, now=now):
        return
    page = queries.succession_page(scope, key, now)
    leader = org.leader_of(scope, page.row.unit_id, on=local_date(now, scope.zone))
    facts: dict[str, object] = {"person": page.name, "count": page.figures.waiting}
    for person_id in {leader, page.row.started_by_id} - {None}:
        if person_id is not None:
            _tell(scope, person_id, "succession.broke_off", key, facts, mark=page.row.version)


@task(failed=tell_of_failure)
def run_succession(succession_id: str) -> None:
    """Hand over as arranged, each batch in a transaction of its own, from where an earlier run stopped; tell who got how much."""
    scope, key = Scope.system("succession.run_succession"), UUID(succession_id)
    while actions.hand_over_batch(scope, succession_id=key, now=timezone.now()):
        continue
    row = actions.finish_run(scope, succession_id=key, now=timezone.now())
    name = org.names_of(scope, [row.person_id]).get(row.person_id, "")
    for person_id, count in queries.receipts_of(scope, key).items():
        inbox.notify(
            scope,
            person_id=person_id,
            code="succession.given_to_you",
            facts={"person": name, "count": count},
            url="/leads/",
            dedupe_key=f"succession.given:{key}:{count}",
            now=timezone.now(),
        )


@every("*/10 * * * *")
def pool_what_nobody_took() -> None:
    """Pool the rest of hand-overs whose time is over, and tell the leader."""
    scope, now = Scope.system("succession.pool_what_nobody_took"), timezone.now()
    for key in queries.due_successions(scope, now):
        count = actions.let_lapse(scope, succession_id=key, now=now)
        page = queries.succession_page(scope, key, now)
        _tell_leader(scope, page.row.unit_id, "succession.lapsed", key, {"person": page.name, "count": count})


def _tell_leader(scope: Scope, unit_id: UUID, code: str, key: UUID, facts: dict[str, object]) -> None:
    leader = org.leader_of(scope, unit_id, on=local_date(timezone.now(), scope.zone))
    if leader is not None:
        _tell(scope, leader, code, key, facts)


def _tell(scope: Scope, person_id: UUID, code: str, key: UUID, facts: dict[str, object], *, mark: object = "") -> None:
    inbox.notify(
        scope,
        person_id=person_id,
        code=code,
        facts=facts,
        url=f"/succession/{key}/",
        dedupe_key=f"{code}:{key}:{mark}" if mark else f"{code}:{key}",
        now=timezone.now(),
    )
