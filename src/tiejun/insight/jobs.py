"""Each night: learn again when it is time, score what waits or is worked on, sum the closed days up. Each morning: what of the nine links is not as usual."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.engines.scoring.apart import Judge, LearnerMissing, learned_apart
from tiejun.foundation.clock import at_clock
from tiejun.foundation.events import on
from tiejun.foundation.jobs import every
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import business_day
from tiejun.inbox.actions import notify
from tiejun.insight import actions, queries
from tiejun.insight.actions.anomalies import raise_found
from tiejun.insight.actions.facts import roll_up, sum_month, sum_running_days
from tiejun.insight.events import AnomaliesRaised, AnomalyGiven
from tiejun.insight.queries.anomalies import overdue_anomalies, unit_of_anomalies
from tiejun.insight.queries.rolling import is_all_to_be_counted, is_interim_wanted
from tiejun.insight.queries.signals import signals
from tiejun.insight.rules import Refusal, score_of
from tiejun.leads.actions import scoring
from tiejun.leads.queries import snapshots
from tiejun.leads.rules.scoring import columns_of
from tiejun.org.queries import company_zone, leader_of

if TYPE_CHECKING:
    from tiejun.foundation.clock import Occasion

BATCH = 10_000


# It follows nothing and nothing follows it: a night without new scores gives leads out by those of the night before.
@at_clock("insight.scores", time_key="clock.lead_scores", position=325, for_company=True, in_steps=True)
def refresh_scores(occasion: Occasion) -> dict[str, Any]:
    """Bring the scores of all open leads up to date; where no model may be used, there is no score.

    Raises `Refused` (LEARNER_MISSING) on a machine without the library that models are learned and read with.
    """
    try:
        return _refreshed(occasion)
    except LearnerMissing as missing:
        raise Refused(Refusal.LEARNER_MISSING) from missing


def _refreshed(occasion: Occasion) -> dict[str, Any]:
    scope, now = occasion.scope, occasion.now
    for target in queries.targets_due(scope, now):
        lesson = queries.lesson(scope, target, now)
        verdict = learned_apart(lesson.examples, queries.score_policy(scope, now).terms)
        actions.keep_verdict(scope, target=target, verdict=verdict, lesson=lesson, now=now)
    models = queries.live_models(scope)
    if not models:
        return {"scored": 0, "withdrawn": scoring.withdraw_scores(scope)}
    name = " ".join(model.name for model in models)
    scored, changed, after = 0, 0, UUID(int=0)
    with Judge({model.target: bytes(model.model) for model in models}) as judge:
        while rows := snapshots.snapshots_now(scope, after=after, most=BATCH, now=now):
            found = judge.judged(columns_of(rows))
            scores = [
                score_of(row.lead_id, {target: chances[at] for target, chances in found.items()})
                for at, row in enumerate(rows)
            ]
            changed += scoring.record_scores(scope, scores=scores, model=name, now=now)
            scored, after = scored + len(rows), rows[-1].lead_id
    return {"scored": scored, "changed": changed}


# After the reclaim and the allotment: the boards of the day show leads where the night has left them.
@at_clock("insight.facts", time_key="clock.board_facts", position=345, for_company=True, in_steps=True)
def sum_up(occasion: Occasion) -> dict[str, Any]:
    """Bring the facts of the boards up to the day that begins, with the days that were missed; a repeat writes nothing.

    All of the past is summed month by month; who comes after a break goes on with the month that was not done, up to the day of then.
    """
    scope, now = occasion.scope, occasion.now
    while is_all_to_be_counted(scope, now=now):
        sum_month(scope, now=now)
    row = roll_up(scope, now=now)
    if row.until < business_day(now, scope.zone):
        row = roll_up(scope, now=now)
    return dict(row.changed)


@every("* * * * *")
def sum_up_so_far() -> None:
    """In a company of many people, sum the running days as they stand, so that no board sums their rows."""
    now, system = timezone.now(), Scope.system("insight.interim")
    scope = replace(system, zone=company_zone(system))
    if is_interim_wanted(scope, now=now):
        sum_running_days(scope, now=now)


@at_clock("insight.anomalies", time_key="clock.anomaly_digest", position=105, on_days_off=False, for_company=True)
def find_anomalies(occasion: Occasion) -> dict[str, Any]:
    """Raise what lay outside its limits on the last working day, and remind owners of actions that are overdue."""
    scope, now = occasion.scope, occasion.now
    found = signals(scope, now=now)
    new = raise_found(scope, found=found, now=now)
    late = overdue_anomalies(scope, today=business_day(now, scope.zone))
    for row in late:
        assert row.owner_id is not None
        assert row.due_on is not None
        notify(
            Scope.system("insight.anomalies"),
            person_id=row.owner_id,
            code="insight.anomaly_overdue",
            facts={"unit": row.unit.name, "due": row.due_on.isoformat()},
            url=reverse("insight:anomaly", args=[row.pk]),
            dedupe_key=f"insight.overdue:{row.pk}:{row.due_on}",
            now=now,
        )
    return {"found": len(found), "new": len(new), "overdue": len(late)}


@on(AnomaliesRaised)
def tell_the_leaders(event: AnomaliesRaised) -> None:
    """Tell whoever leads a unit, once for each day, that something there is not as usual."""
    system = Scope.system("insight.raised")
    for anomaly_id, unit_id, name in unit_of_anomalies(system, event.anomaly_ids):
        leader = leader_of(system, unit_id, on=event.day)
        if leader is None:
            continue
        notify(
            system,
            person_id=leader,
            code="insight.anomaly_raised",
            facts={"unit": name, "day": event.day.isoformat()},
            url=reverse("insight:anomaly", args=[anomaly_id]),
            dedupe_key=f"insight.raised:{unit_id}:{event.day}",
            now=event.raised_at,
        )


@on(AnomalyGiven)
def tell_the_owner(event: AnomalyGiven) -> None:
    """Tell the owner of an anomaly what is to be done until when, unless they gave it to themselves."""
    if event.owner_id == event.given_by:
        return
    notify(
        Scope.system("insight.given"),
        person_id=event.owner_id,
        code="insight.anomaly_given",
        facts={"unit": event.unit, "action": event.action, "due": event.due_on.isoformat()},
        url=reverse("insight:anomaly", args=[event.anomaly_id]),
        dedupe_key=f"insight.given:{event.anomaly_id}:{event.owner_id}:{event.given_at.isoformat()}",
        now=event.given_at,
    )
