"""A plan filled by the search: which companies, in which order, with canvass blocks and backups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tiejun.engines.routing.packing import digest
from tiejun.visits.actions._planning import arrange, grow, is_fixed, route_of, span_of
from tiejun.visits.models import PlanItem
from tiejun.visits.queries.candidates import candidates_for
from tiejun.visits.queries.routing import Wish, briefs_of, day_problem
from tiejun.visits.queries.searching import answer_to
from tiejun.visits.rules.planning import as_choices, backups, shortlist, weigh
from tiejun.visits.rules.vocabulary import ItemKind, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tiejun.customers.queries import CompanyBrief
    from tiejun.engines.routing.problem import Answer
    from tiejun.visits.actions._planning import Bench
    from tiejun.visits.queries.routing import DayProblem, Span
    from tiejun.visits.rules.planning import Weighed


@dataclass(frozen=True, slots=True)
class _Solution:
    """The order of companies that are still to be visited, and the canvass after each."""

    order: tuple[UUID, ...]
    canvass: dict[UUID, int]


def fill(bench: Bench, *, keeps_all: bool, patient: bool = False) -> int:
    """Plan what is left of the day: keep what is fixed (or everything), choose the rest; return how many stops are new.

    `patient` waits for the search to be ready, as the night can; a page takes the greedy answer instead.
    """
    items = route_of(bench.items())
    rows = _weighed(bench, items)
    visited = [item for item in items if item.company_id in bench.visited]
    kept = [item for item in items if item not in visited and (keeps_all or is_fixed(item))]
    free = [item for item in items if item not in visited and item not in kept]
    solution = _solution(bench, visited, kept, rows, adds=not keeps_all or len(items) < _shape(bench), patient=patient)
    there = {item.company_id: item for item in items}
    new = [company_id for company_id in solution.order if company_id not in there]
    gone = [item for item in free if item.company_id not in solution.order]
    if new or not keeps_all:
        grow(bench.plan, bench.now)
    PlanItem.objects.filter(pk__in=[item.pk for item in gone]).update(removed_in=bench.plan.version)
    there |= _inserted(bench, [rows[company_id] for company_id in solution.order if company_id in rows], new)
    ordered = [there[company_id] for company_id in solution.order]
    for item in ordered:
        item.canvass_minutes = solution.canvass.get(item.company_id, 0)
    back_up(bench, [*visited, *ordered], rows)
    arrange(bench, [*visited, *ordered])
    return len(new)


def ordered_for_time(bench: Bench, items: Sequence[PlanItem]) -> list[PlanItem]:
    """Return a plan's own stops in the order that serves them best; what does not fit stands by its time."""
    visited = [item for item in items if item.company_id in bench.visited]
    left = [item for item in items if item not in visited]
    rows = _weighed(bench, items)
    solution = _solution(bench, visited, left, rows, adds=False, patient=False)
    by_company = {item.company_id: item for item in left}
    return [*visited, *(by_company[company_id] for company_id in solution.order)]


def back_up(bench: Bench, route: Sequence[PlanItem], rows: dict[UUID, Weighed]) -> None:
    """Name a backup for each class A stop anew, where a class B company that is not planned lies within reach."""
    old = PlanItem.objects.filter(plan=bench.plan, kind=ItemKind.BACKUP, removed_in=None)
    planned = {item.company_id: item for item in route}
    reach = bench.policy.book.integer("plan.backup_km", bench.policy.chain) * 1000.0
    anchors = [rows[company_id].candidate for company_id in planned if company_id in rows]
    rest = [row.candidate for company_id, row in rows.items() if company_id not in planned]
    found = backups(anchors, rest, reach_metres=reach)
    wanted = {(choice.company_id, planned[choice.backup_for].pk) for choice in found if choice.backup_for}
    if wanted == set(old.values_list("company", "backup_for")):
        return
    old.update(removed_in=bench.plan.version)
    PlanItem.objects.bulk_create(
        PlanItem(
            plan=bench.plan, kind=ItemKind.BACKUP, company_id=choice.company_id, position=len(route) + number,
            slot=Slot.AFTERNOON, reason=choice.reason, added_in=bench.plan.version, backup_for=planned[choice.backup_for],
            expected_minor=rows[choice.company_id].expected_minor,
        )
        for number, choice in enumerate(found)
        if choice.backup_for
    )  # fmt: skip


def _shape(bench: Bench) -> int:
    return bench.plan.morning_count + bench.plan.afternoon_count


def _weighed(bench: Bench, items: Sequence[PlanItem]) -> dict[UUID, Weighed]:
    """Every company that may be planned, with its weight: what is held, less what was called off or visited."""
    policy, day = bench.policy, bench.plan.business_day
    called_off = PlanItem.objects.filter(plan=bench.plan, is_called_off=True).values_list("company", flat=True)
    out = (set(called_off) | set(bench.visited)) - {item.company_id for item in items}
    held = candidates_for(bench.scope, bench.plan.person_id)
    found = weigh(
        [candidate for candidate in held if candidate.company_id not in out],
        opens_at=policy.moment(day, "clock.departure"),
        ends_at=policy.moment(day, "clock.return"),
        weights=policy.weights(),
    )
    return {row.candidate.company_id: row for row in found}


def _solution(
    bench: Bench,
    visited: Sequence[PlanItem],
    kept: Sequence[PlanItem],
    rows: dict[UUID, Weighed],
    *,
    adds: bool,
    patient: bool,
) -> _Solution:
    """Solve with canvass blocks; without, where these would cost visits of the day's shape, and then put them where room is left."""
    taken = {item.company_id for item in (*visited, *kept)}
    number, chain = bench.policy.book.integer, bench.policy.chain
    pool = [row for company_id, row in rows.items() if company_id not in taken and company_id not in bench.visited]
    pool = shortlist(pool, most=number("plan.candidates_most", chain)) if adds else []
    briefs = briefs_of(bench.scope, [*taken, *(row.candidate.company_id for row in pool), *bench.visited])
    most = min(number("plan.max_stops", chain), _shape(bench) + number("plan.extra_stops", chain))
    span = span_of(bench, briefs, visited=visited, most=most)
    canvass = number("plan.canvass_minutes", chain)
    wishes = [_kept(item, rows.get(item.company_id), briefs, canvass) for item in kept]
    wishes += [_wish(row, briefs, canvass) for row in pool]
    day, answer = _solved(bench, wishes, briefs, span, patient=patient)
    if len(answer.order) < min(_shape(bench) - len(visited), len(wishes)) and any(w.canvass_minutes for w in wishes):
        plain = [replace(wish, canvass_minutes=0) for wish in wishes]
        plain_day, plain_answer = _solved(bench, plain, briefs, span, patient=patient)
        if len(plain_answer.order) > len(answer.order):
            order = _with_missing(plain_day, plain, plain_answer)
            return _Solution(tuple(order), _blocks_that_fit(bench, wishes, order, briefs, span))
    order = _with_missing(day, wishes, answer)
    return _Solution(tuple(order), {wish.company_id: wish.canvass_minutes for wish in wishes})


def _kept(item: PlanItem, row: Weighed | None, briefs: dict[UUID, CompanyBrief], canvass: int) -> Wish:
    is_anchor = item.kind == ItemKind.ANCHOR and briefs[item.company_id].building_id is not None
    return Wish(
        company_id=item.company_id,
        prize_minor=row.prize_minor if row else 0,
        is_required=True,
        appointment_at=item.appointment_at,
        canvass_minutes=canvass if is_anchor else 0,
    )


def _wish(row: Weighed, briefs: dict[UUID, CompanyBrief], canvass: int) -> Wish:
    company_id = row.candidate.company_id
    return Wish(
        company_id=company_id,
        prize_minor=row.prize_minor,
        is_required=row.appointment_at is not None,
        appointment_at=row.appointment_at,
        canvass_minutes=canvass if row.is_anchor and briefs[company_id].building_id else 0,
    )


def _solved(
    bench: Bench, wishes: Sequence[Wish], briefs: dict[UUID, CompanyBrief], span: Span, *, patient: bool
) -> tuple[DayProblem, Answer]:
    day = day_problem(bench.scope, wishes, briefs, span, bench.policy, seed=bench.seed)
    answer = answer_to(bench.scope, day.problem, patient=patient)
    plan = bench.plan
    plan.solver, plan.seed, plan.inputs_digest = answer.solver, day.problem.seed, digest(day.problem)
    plan.save(update_fields=["solver", "seed", "inputs_digest"])
    return day, answer


def _with_missing(day: DayProblem, wishes: Sequence[Wish], answer: Answer) -> list[UUID]:
    """Return the order with what required found no room, by its time or at the end: it is named, never dropped."""
    ids = {str(wish.company_id): wish for wish in wishes}
    order = [ids[key].company_id for key in answer.order]
    for missing in answer.missing:
        wish = ids[missing.key]
        starts = [placed.starts_at for placed in day.schedule(order).stops]
        place = sum(1 for at in starts if wish.appointment_at is None or at <= wish.appointment_at)
        order.insert(place, wish.company_id)
    return _without_pushed_out(day, ids, order) if answer.missing else order


def _without_pushed_out(day: DayProblem, ids: dict[str, Wish], order: list[UUID]) -> list[UUID]:
    """Leave out, from the end, whom nobody promised a visit and for whom what found no room leaves none."""
    while True:
        late = [row.company_id for row in day.schedule(order).stops if row.late_minutes]
        dropped = next((key for key in reversed(late) if not ids[str(key)].is_required), None)
        if dropped is None:
            return order
        order = [key for key in order if key != dropped]


def _blocks_that_fit(
    bench: Bench, wishes: Sequence[Wish], order: Sequence[UUID], briefs: dict[UUID, CompanyBrief], span: Span
) -> dict[UUID, int]:
    """Return the canvass blocks for which the day still has room, the worthiest stop's first."""
    by_id = {wish.company_id: wish for wish in wishes}
    blocks: dict[UUID, int] = {}

    def harm(tried: dict[UUID, int]) -> int:
        stops = [replace(by_id[company_id], canvass_minutes=tried.get(company_id, 0)) for company_id in order]
        schedule = day_problem(bench.scope, stops, briefs, span, bench.policy, seed=bench.seed).schedule(order)
        return schedule.overtime_minutes + sum(placed.late_minutes for placed in schedule.stops)

    least = harm(blocks)
    for wish in sorted((by_id[company_id] for company_id in order), key=lambda wish: -wish.prize_minor):
        if wish.canvass_minutes and harm(blocks | {wish.company_id: wish.canvass_minutes}) <= least:
            blocks[wish.company_id] = wish.canvass_minutes
    return blocks


def _inserted(bench: Bench, chosen: Sequence[Weighed], new: Sequence[UUID]) -> dict[UUID, PlanItem]:
    """Make the items of companies that are new in the plan."""
    by_id = {row.candidate.company_id: row for row in chosen}
    made = {}
    for number, choice in enumerate(as_choices(chosen)):
        if choice.company_id not in new:
            continue
        row = by_id[choice.company_id]
        made[choice.company_id] = PlanItem(
            plan=bench.plan, kind=choice.kind, company_id=choice.company_id, position=number, slot=Slot.AFTERNOON,
            reason=choice.reason, reason_at=choice.reason_at, added_in=bench.plan.version,
            appointment_at=row.appointment_at, expected_minor=row.expected_minor,
        )  # fmt: skip
    # A company may come back as a stop that was a backup until now.
    PlanItem.objects.filter(plan=bench.plan, kind=ItemKind.BACKUP, removed_in=None, company__in=list(made)).update(
        removed_in=bench.plan.version
    )
    PlanItem.objects.bulk_create(made.values())
    return made
