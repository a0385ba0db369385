"""The night's draw: the promise of its seed, the frame, the sample, the tasks."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.engines import sampling
from tiejun.foundation import audit, policies
from tiejun.foundation.crypto import seal, unseal
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local, local_date
from tiejun.inbox.actions import notify_all
from tiejun.org import queries as org
from tiejun.quality.models import CustomerContact, DrawUnit, FrameVisit, QaTask, SamplingDraw, SeedCommitment
from tiejun.quality.queries.people import inspectors
from tiejun.quality.queries.sampling import audited_before
from tiejun.quality.rules.process import Seat, is_outside
from tiejun.quality.rules.vocabulary import Method, Part, Refusal, TaskState
from tiejun.visits.queries.frames import locked_visits, soft_locked_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.sampling import Candidate, Drawn, RiskModel
    from tiejun.visits.queries.frames import LockedVisit

LOAD_DAYS = 30


@action(Ability.RUN_QUALITY)
def commit_seed(scope: Scope, *, business_day: date, seed: bytes, now: datetime) -> SeedCommitment:
    """Promise the draw of a business day: the hash of its seed is published, the seed sealed. A second promise changes nothing."""
    row = SeedCommitment.objects.filter(business_day=business_day).first() or SeedCommitment.objects.create(
        business_day=business_day,
        seed_hash=sampling.commitment(seed),
        sealed_seed=seal(seed.hex()).cipher,
        committed_at=now,
    )
    audit.record(scope, "quality.seed_promised", row, business_day=business_day, seed_hash=bytes(row.seed_hash).hex())
    return row


@action(Ability.RUN_QUALITY)
def draw_day(scope: Scope, *, business_day: date, now: datetime) -> SamplingDraw:
    """Draw from the locked visits of a day and from late entries that stood in no frame yet, and hand the tasks out.

    Everything random comes from the promised seed, which is revealed here. A second run returns the first draw. Raises
    `Refused` SEED_IS_MISSING.
    """
    promise = SeedCommitment.objects.select_for_update().filter(business_day=business_day).first()
    if promise is None:
        raise Refused(Refusal.SEED_IS_MISSING)
    known = SamplingDraw.objects.filter(business_day=business_day).first()
    if known is not None:
        audit.record(scope, "quality.drawn_already", known, business_day=business_day)
        return known
    seed = bytes.fromhex(unseal(bytes(promise.sealed_seed)))
    book = policies.book(now)
    rates = sampling.Rates(book.decimal("qa.random_rate"), book.decimal("qa.risk_rate"))
    visits = _frame(scope, business_day)
    model, records = audited_before(scope, since=business_day - timedelta(days=180))
    candidates = [_candidate(visit, model, records) for visit in visits]
    drawn = {row.key: row for row in sampling.draw(candidates, seed=seed, rates=rates)}
    draw = _store_draw(scope, promise, visits, drawn, rates=rates, model=model, now=now)
    frames = _store_frame(draw, visits, candidates, drawn)
    promise.revealed_seed, promise.revealed_at = seed, now
    promise.save(update_fields=["revealed_seed", "revealed_at"])
    tasks = _store_tasks(scope, visits, frames, seed=seed, second_rate=book.decimal("qa.second_look_rate"), now=now)
    _tell(scope, draw, tasks, now)
    audit.record(
        scope, "quality.drawn", draw, frame=draw.frame_count, drawn=draw.drawn_count,
        digest=bytes(draw.frame_digest).hex(), seed=seed.hex(),
    )  # fmt: skip
    return draw


def _frame(scope: Scope, day: date) -> list[LockedVisit]:
    before = SamplingDraw.objects.filter(business_day__lt=day).order_by("-business_day").first()
    late_since = (before.drawn_at if before else at_local(day, "00:00", scope.zone)) - timedelta(days=1)
    visits = locked_visits(scope, day, late_since=late_since)
    seen = set(FrameVisit.objects.filter(visit__in=[row.visit_id for row in visits]).values_list("visit_id", flat=True))
    return [row for row in visits if row.visit_id not in seen]


def _candidate(visit: LockedVisit, model: RiskModel, records: Mapping[UUID, float]) -> Candidate:
    stratum = f"{visit.unit_id}:{visit.kind}:{visit.evidence_level}"
    risk = model.risk(visit.signs, records.get(visit.person_id, 0.0))
    return sampling.Candidate(str(visit.visit_id), stratum, risk, bool(visit.signs))


def _store_draw(
    scope: Scope,
    promise: SeedCommitment,
    visits: Sequence[LockedVisit],
    drawn: Mapping[str, Drawn],
    *,
    rates: sampling.Rates,
    model: RiskModel,
    now: datetime,
) -> SamplingDraw:
    locked_at = soft_locked_at(scope, promise.business_day)
    digest = hashlib.sha256("".join(sorted(str(row.visit_id) for row in visits)).encode())
    draw = SamplingDraw.objects.create(
        commitment=promise,
        business_day=promise.business_day,
        random_rate=rates.random,
        risk_rate=rates.risk,
        weights={"intercept": model.intercept, **model.weights},
        frame_count=len(visits),
        frame_digest=digest.digest(),
        drawn_count=sum(bool(row.part) for row in drawn.values()),
        committed_at=promise.committed_at,
        first_locked_at=locked_at,
        is_promise_late=locked_at is not None and promise.committed_at >= locked_at,
        drawn_at=now,
    )
    chances: dict[UUID, list[float]] = defaultdict(list)
    for visit in visits:
        chances[visit.unit_id].append(drawn[str(visit.visit_id)].probability)
    DrawUnit.objects.bulk_create(
        DrawUnit(
            draw=draw,
            unit_id=unit_id,
            business_day=draw.business_day,
            visits=len(values),
            mean_probability=sum(values) / len(values),
        )
        for unit_id, values in chances.items()
    )
    return draw


def _store_frame(
    draw: SamplingDraw, visits: Sequence[LockedVisit], candidates: Sequence[Candidate], drawn: Mapping[str, Drawn]
) -> list[FrameVisit]:
    return FrameVisit.objects.bulk_create(
        [
            FrameVisit(
                draw=draw,
                visit_id=visit.visit_id,
                person_id=visit.person_id,
                unit_id=visit.unit_id,
                stratum=candidate.stratum,
                signals=sorted(visit.signs),
                risk=candidate.risk,
                probability=drawn[candidate.key].probability,
                part=drawn[candidate.key].part,
            )
            for visit, candidate in zip(visits, candidates, strict=True)
        ],
        batch_size=2000,
    )


def _store_tasks(
    scope: Scope,
    visits: Sequence[LockedVisit],
    frames: Sequence[FrameVisit],
    *,
    seed: bytes,
    second_rate: float,
    now: datetime,
) -> list[QaTask]:
    by_id = {visit.visit_id: visit for visit in visits}
    chosen = [frame for frame in frames if frame.part in (Part.RISK, Part.RANDOM)]
    day = local_date(now, scope.zone)
    asked = set(
        CustomerContact.objects.filter(
            company__in=[by_id[frame.visit_id].company_id for frame in chosen], free_on__gt=day
        ).values_list("company_id", flat=True)
    )
    rota = _Rota(scope, day)
    tasks = []
    for frame in chosen:
        visit = by_id[frame.visit_id]
        method = Method.RECORDS if visit.company_id in asked else Method.CALL
        asked.add(visit.company_id)
        first = _task(frame, visit, method, rota.next_for(frame, None), now)
        tasks.append(first)
        if sampling.uniform(seed, f"second:{frame.visit_id}") < second_rate:
            other = rota.next_for(frame, first.inspector_id)
            if other is not None:
                tasks.append(_task(frame, visit, Method.SECOND, other, now))
    return QaTask.objects.bulk_create(tasks)


def _task(frame: FrameVisit, visit: LockedVisit, method: Method, inspector_id: UUID | None, now: datetime) -> QaTask:
    return QaTask(
        frame=frame,
        visit_id=frame.visit_id,
        company_id=visit.company_id,
        person_id=frame.person_id,
        unit_id=frame.unit_id,
        business_day=visit.business_day,
        probability=frame.probability,
        method=method,
        state=TaskState.ASSIGNED if inspector_id else TaskState.DRAWN,
        inspector_id=inspector_id,
        drawn_at=now,
        assigned_at=now if inspector_id else None,
    )


class _Rota:
    """Hands tasks to inspectors outside the line: who checked this person least comes first, then who has least to do."""

    def __init__(self, scope: Scope, day: date) -> None:
        self.scope = scope
        self.seats: Mapping[UUID, list[Seat]] = inspectors(scope, on=day)
        self.chains: dict[UUID, tuple[UUID, ...]] = {}
        recent = QaTask.objects.filter(drawn_at__date__gte=day - timedelta(days=LOAD_DAYS), inspector__isnull=False)
        pairs = list(recent.values_list("inspector_id", "person_id"))
        self.met: Counter[tuple[UUID, UUID]] = Counter(pairs)
        self.load: Counter[UUID] = Counter(inspector_id for inspector_id, _person_id in pairs)

    def next_for(self, frame: FrameVisit, other_than: UUID | None) -> UUID | None:
        if frame.unit_id not in self.chains:
            self.chains[frame.unit_id] = org.unit_chain(self.scope, frame.unit_id)
        chain = self.chains[frame.unit_id]
        free = [
            person_id
            for person_id, seats in self.seats.items()
            if person_id != other_than and is_outside(seats, person_id=frame.person_id, chain=chain)
        ]
        if not free:
            return None
        chosen = min(free, key=lambda one: (self.met[one, frame.person_id], self.load[one], str(one)))
        self.met[chosen, frame.person_id] += 1
        self.load[chosen] += 1
        return chosen


def _tell(scope: Scope, draw: SamplingDraw, tasks: Sequence[QaTask], now: datetime) -> None:
    waiting = Counter(task.inspector_id for task in tasks if task.inspector_id is not None)
    for inspector_id, count in sorted(waiting.items(), key=str):
        notify_all(
            replace(scope, is_system=True),
            person_ids=[inspector_id],
            code="quality.tasks_assigned",
            facts={"count": count, "day": draw.business_day.isoformat()},
            url="/quality/",
            dedupe_key=f"quality.tasks:{draw.pk}",
            now=now,
        )
