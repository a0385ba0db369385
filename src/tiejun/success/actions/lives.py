"""How customers stand: worked out from facts and kept, with the stage of the lifecycle; and what is done next."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.scope import Scope
from tiejun.customers import actions as customers_actions
from tiejun.customers import queries as customers
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.success.actions.trials import _write_trials
from tiejun.success.locks import lock_life
from tiejun.success.models import CustomerHandover, CustomerLife, HealthSignal
from tiejun.success.queries.facts import facts_of
from tiejun.success.queries.policy import life_policy
from tiejun.success.rules.life import FULL_SCORE, Health, LifeFacts, Standing, health_of, stage_dates, stage_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.success.queries.policy import LifePolicy

SYSTEM = Scope.system("success")
# Why a stage was left that no fact proves any more; customers' ledger of stages keeps it.
BY_FACTS = "FACTS"
KEPT = ["since", "score", "standing", "standing_at", "ends_on", "renew_on", "checked_at"]


@action(Ability.RUN_LIVES)
def check_lives(scope: Scope, *, company_ids: Collection[UUID], now: datetime) -> int:
    """Work out anew how companies stand and move their stages; returns how many of them are customers."""
    count = _refresh(company_ids, now)
    audit.record(scope, "success.lives_checked", companies=len(company_ids), customers=count)
    return count


@action(Ability.CARE_FOR_CUSTOMER)
def set_next_step(scope: Scope, *, company_id: UUID, words: str, due_on: date, now: datetime) -> CustomerLife:
    """Say what is done next with a customer, and until when. Raises `NotFound`, `Refused` (NO_CUSTOMER), `Invalid`."""
    row = lock_life(scope, company_id, Ability.CARE_FOR_CUSTOMER)
    if not words.strip():
        raise Invalid(words=_("Say what is done next."))
    if due_on < local_date(now, scope.zone):
        raise Invalid(due_on=_("That day has passed already."))
    row.next_step, row.next_step_on, row.next_step_by_id = words.strip()[:200], due_on, scope.person_id
    row.version += 1
    row.save(update_fields=["next_step", "next_step_on", "next_step_by", "version"])
    audit.record(scope, "success.next_step_set", row, company_id=row.company_id, due_on=due_on)
    return row


def _refresh(company_ids: Collection[UUID], now: datetime) -> int:
    """Work out how companies stand, each by the policy of its holder's unit; returns how many are customers.

    As the system: it writes what facts say, whoever added the fact.
    """
    units: dict[UUID | None, list[UUID]] = defaultdict(list)
    for company_id, (_owner, unit_id) in customers.holders_of(SYSTEM, company_ids).items():
        units[unit_id].append(company_id)
    chains = org.unit_chains(SYSTEM, [unit_id for unit_id in units if unit_id is not None])
    root = (org.company_id(SYSTEM),) if None in units else ()
    return sum(
        _check(life_policy(SYSTEM, now, chains[unit_id] if unit_id else root), found, now)
        for unit_id, found in units.items()
    )


def _check(policy: LifePolicy, company_ids: Sequence[UUID], now: datetime) -> int:
    today = local_date(now, SYSTEM.zone)
    facts = facts_of(SYSTEM, company_ids, now=now, voice_days=policy.number("voice_days"))
    lives = {row.company_id: row for row in _locked(company_ids)}
    wanted = [company_id for company_id, known in facts.items() if known.since or company_id in lives]
    rules = policy.health
    health = {company_id: health_of(facts[company_id], rules, today) for company_id in wanted}
    for company_id in wanted:
        row = lives.get(company_id) or CustomerLife(company_id=company_id, standing_at=now)
        _write(row, facts[company_id], health[company_id], timedelta(days=rules.renewal_days), now)
        lives[company_id] = row
    new = [lives[company_id] for company_id in wanted if lives[company_id]._state.adding]
    CustomerLife.objects.bulk_update([row for row in lives.values() if not row._state.adding], KEPT, batch_size=500)
    CustomerLife.objects.bulk_create(new, batch_size=500)
    _write_signals(lives, health)
    _end_handovers(facts)
    _write_trials(facts, rules.trial_days)
    stages = {company_id: stage_of(stage_dates(facts[company_id], rules, today)) for company_id in wanted}
    _move_stages(stages, now)
    return sum(1 for company_id in wanted if facts[company_id].since)


def _locked(company_ids: Sequence[UUID]) -> list[CustomerLife]:
    return list(CustomerLife.objects.select_for_update().filter(company__in=company_ids).order_by("pk"))


def _write(row: CustomerLife, facts: LifeFacts, health: Health, ahead: timedelta, now: datetime) -> None:
    row.since = facts.since or row.since
    if not facts.since:
        health = Health(FULL_SCORE, Standing.WELL, ())
    if row.standing != health.standing.value:
        row.standing_at = now
    row.score, row.standing, row.checked_at = health.score, health.standing.value, now
    row.ends_on = facts.ends_on
    row.renew_on = facts.ends_on - ahead if facts.ends_on else None


def _write_signals(lives: Mapping[UUID, CustomerLife], health: Mapping[UUID, Health]) -> None:
    """Write the reasons of those whose reasons changed."""
    was: dict[UUID, set[tuple[str, int, int]]] = defaultdict(set)
    ids = [lives[company_id].pk for company_id in health]
    rows = HealthSignal.objects.filter(life__in=ids).values_list("life_id", "kind", "points", "measure")
    for life_id, kind, points, measure in rows:
        was[life_id].add((kind, points, measure))
    changed = {
        lives[company_id].pk: found.signals
        for company_id, found in health.items()
        if {(one.kind.value, one.points, one.measure) for one in found.signals} != was[lives[company_id].pk]
    }
    HealthSignal.objects.filter(life__in=changed).delete()
    HealthSignal.objects.bulk_create(
        HealthSignal(life_id=life_id, kind=one.kind.value, points=one.points, measure=one.measure)
        for life_id, signals in changed.items()
        for one in signals
    )


def _end_handovers(facts: Mapping[UUID, LifeFacts]) -> None:
    """Take hand-overs of orders that were cancelled out of the lists."""
    standing = [order.order_id for known in facts.values() for order in known.orders]
    rows = CustomerHandover.objects.filter(company__in=facts, received_at=None, is_over=False)
    rows.exclude(order__in=standing).update(is_over=True)


def _move_stages(stages: Mapping[UUID, str], now: datetime) -> None:
    for brief in customers.briefs(SYSTEM, stages).values():
        stage = stages[brief.company_id]
        if brief.lifecycle != stage:
            customers_actions.change_lifecycle(
                SYSTEM, company_id=brief.company_id, stage=stage, reason=BY_FACTS, now=now
            )
