"""The truth rate: what the findings of a window say about all visits of a unit, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, FloatField, Q, Sum, Value
from django.db.models.functions import Cast

from tiejun.access.abilities import Ability
from tiejun.access.roles import Reach
from tiejun.engines.sampling import AuditError, Estimate, Tally, detection_power, estimate
from tiejun.foundation import policies
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.quality.models import DrawUnit, IntegrityCase, QaTask
from tiejun.quality.rules.calibration import audit_error
from tiejun.quality.rules.vocabulary import CaseState, Finding, Method

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit

INVENTED_SHARE = 0.25  # the worked example of M-Q2: two of eight visits a day
MONTH_DAYS = 21
VISITS_A_DAY = 8


@dataclass(frozen=True, slots=True)
class TruthLine:
    """A unit with what is below it: its estimate (None without findings of the random part) and what it rests on."""

    unit_id: UUID
    name: str
    depth: int
    estimate: Estimate | None
    visits: int
    audited: int
    findings: Mapping[str, int]
    open_cases: int


@dataclass(frozen=True, slots=True)
class TruthPage:
    """The window (both days included), the lines from the top down, and how good the audit is."""

    first: date
    last: date
    lines: list[TruthLine]
    error: AuditError
    mean_probability: float
    power: float
    overturned: tuple[int, int]


def truth_by_unit(scope: Scope, unit_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, TruthLine]:
    """Return the truth of some units (each with what is below it) in the published window, for the boards beside their volume.

    The number of queries depends on nothing; who may see no truth rate gets none.
    """
    if not scope.can(Ability.VIEW_TRUTH_RATE):
        return {}
    parts, asked = _Parts(scope, *truth_window(scope, now), now), set(unit_ids)
    return {
        line.unit_id: line
        for line in parts.lines(unit for unit in parts.units if unit.pk in asked and _is_in_reach(scope, unit))
    }


def truth_window(scope: Scope, now: datetime) -> tuple[date, date]:
    """Return the days that the truth rate is published for: up to yesterday, as long as the policy says."""
    last = business_day(now, scope.zone) - timedelta(days=1)
    return last - timedelta(days=policies.book(now).integer("qa.truth_window_days") - 1), last


def truth_page(scope: Scope, *, now: datetime) -> TruthPage:
    """Return the truth rate of all units within reach of VIEW_TRUTH_RATE."""
    scope.require(Ability.VIEW_TRUTH_RATE)
    first, last = truth_window(scope, now)
    parts = _Parts(scope, first, last, now)
    shown = parts.lines(unit for unit in parts.units if _is_in_reach(scope, unit))
    mean = parts.mean_probability
    final = IntegrityCase.objects.filter(state=CaseState.FINAL, appealed_at__isnull=False)
    appeals, overturned = final.count(), final.filter(outcome="DISMISSED").count()
    return TruthPage(
        first=first,
        last=last,
        lines=shown,
        error=parts.error,
        mean_probability=mean,
        power=detection_power(mean, invented_share=INVENTED_SHARE, visits=MONTH_DAYS * VISITS_A_DAY),
        overturned=(overturned, appeals),
    )


def _is_in_reach(scope: Scope, unit: Unit) -> bool:
    if scope.is_system:
        return True
    for reach, grant in scope.reaches(Ability.VIEW_TRUTH_RATE):
        if reach is Reach.COMPANY or unit.pk == grant.unit_id or (reach is Reach.SUBTREE and unit.pk in grant.unit_ids):
            return True
    return False


class _Parts:
    """The sums of each unit alone, put together along the tree."""

    def __init__(self, scope: Scope, first: date, last: date, now: datetime) -> None:
        self.units = org.all_units(scope)
        book = policies.book(now)
        self.error = audit_error(
            _pairs(),
            sensitivity=book.decimal("qa.audit_sensitivity"),
            specificity=book.decimal("qa.audit_specificity"),
        )
        span = Q(business_day__gte=first, business_day__lte=last)
        rows = list(
            DrawUnit.objects.filter(span)
            .values("unit")
            .annotate(total=Sum("visits"), expected=Sum(F("visits") * F("mean_probability"), output_field=FloatField()))
        )
        self.visits = {row["unit"]: row["total"] for row in rows}
        total = sum(self.visits.values())
        self.mean_probability = sum(row["expected"] for row in rows) / total if total else 0.0
        tasks = QaTask.objects.filter(span).exclude(method=Method.SECOND)
        self.tallies = {row["unit"]: _tally(row) for row in _sums(tasks.filter(is_untrue__isnull=False))}
        self.findings: dict[UUID, dict[str, int]] = {}
        for row in tasks.exclude(finding="").values("unit", "finding").annotate(n=Count("pk")):
            self.findings.setdefault(row["unit"], {})[row["finding"]] = row["n"]
        cases = IntegrityCase.objects.filter(task__business_day__gte=first, task__business_day__lte=last)
        open_cases = cases.exclude(state=CaseState.FINAL).values("unit").annotate(n=Count("pk"))
        self.open_cases = {row["unit"]: row["n"] for row in open_cases}

    def lines(self, units: Iterable[Unit]) -> list[TruthLine]:
        """Return the line of each of some units, in their order."""
        wanted = {str(unit.pk): unit for unit in units}
        below: dict[str, list[UUID]] = {text: [] for text in wanted}
        for other in self.units:
            for text in other.path.split("/"):
                if text in below:
                    below[text].append(other.pk)
        return [self._line(unit, below[text]) for text, unit in wanted.items()]

    def _line(self, unit: Unit, below: Iterable[UUID]) -> TruthLine:
        found, visits = Tally(), 0
        findings = dict.fromkeys(map(str, Finding), 0)
        for unit_id in below:
            found += self.tallies.get(unit_id, Tally())
            visits += self.visits.get(unit_id, 0)
            for name, count in self.findings.get(unit_id, {}).items():
                findings[name] += count
        return TruthLine(
            unit_id=unit.pk,
            name=unit.name,
            depth=unit.path.count("/"),
            estimate=estimate(found, visits=visits, error=self.error),
            visits=visits,
            audited=sum(findings.values()),
            findings=findings,
            open_cases=sum(self.open_cases.get(unit_id, 0) for unit_id in below),
        )


def _pairs() -> list[tuple[str, str]]:
    """Return the findings of tasks that two inspectors judged: the first, and the second look."""
    seconds = QaTask.objects.filter(method=Method.SECOND).exclude(finding="")
    second_of = dict(seconds.values_list("frame_id", "finding"))
    firsts = QaTask.objects.filter(frame__in=second_of).exclude(method=Method.SECOND).exclude(finding="")
    return [(finding, second_of[frame_id]) for frame_id, finding in firsts.values_list("frame_id", "finding")]


def _sums(tasks: QuerySet[QaTask]) -> Iterable[dict[str, Any]]:
    chance = Cast("probability", FloatField())
    is_random, is_certain = Q(probability__lt=1), Q(probability__gte=1)
    untrue = Q(is_untrue=True)
    weight, spread = Value(1.0) / chance, (Value(1.0) - chance) / (chance * chance)
    sums: Iterable[Any] = tasks.values("unit").annotate(
        certain=Count("pk", filter=is_certain),
        certain_untrue=Count("pk", filter=is_certain & untrue),
        random=Count("pk", filter=is_random),
        untrue=Count("pk", filter=is_random & untrue),
        weight=Sum(weight, filter=is_random, default=0.0),
        untrue_weight=Sum(weight, filter=is_random & untrue, default=0.0),
        spread=Sum(spread, filter=is_random, default=0.0),
        untrue_spread=Sum(spread, filter=is_random & untrue, default=0.0),
        weight_squares=Sum(weight * weight, filter=is_random, default=0.0),
    )
    return sums


def _tally(row: dict[str, Any]) -> Tally:
    return Tally(**{name: row[name] for name in Tally.__slots__})
