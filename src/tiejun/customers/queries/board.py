"""The class board: who is to sign next, who stands by, what is being developed, each with what it still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.customers.models import ClosingClassChange, Company, Contact, FollowUpStep
from tiejun.customers.queries import answers_of, briefs, class_policy, company_in_reach, tier_policy
from tiejun.customers.rules import district_name
from tiejun.customers.rules.closing import Maturity, Tier, maturity, value_tier
from tiejun.engines.geo import Point, distance_m
from tiejun.foundation.times import local_date
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.customers.rules.closing import TierPolicy

CLASSES = ("A", "B", "C", "D", "-")
_STEPS_FIRST = (F("next_step_at").asc(nulls_first=True), "pk")
_BACKED = Q(backup__closing_class="B", backup__owner=F("company__owner"))


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """The next open step of a follow-up plan; without own words `origin` says where it came from."""

    step_id: UUID
    origin: str
    what: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A customer on the board.

    `runs_out`: a class A whose day is today or over, which becomes B tonight; `renewals_left` before a supervisor decides.
    `backup_id` and name of the B that stands by, None where nobody does (any more).
    """

    company_id: UUID
    name: str
    district: str
    holder_id: UUID | None
    holder: str
    closing_class: str
    amount_minor: int | None
    currency: str
    expected_on: date | None
    next_step_at: datetime | None
    last_visit_at: datetime | None
    has_kp: bool
    is_explained: bool
    refused_at: datetime | None
    runs_out: bool
    renewals: int
    renewals_left: int
    backup_id: UUID | None
    backup_name: str
    step: PlannedStep | None
    tier: Tier
    tier_basis: str
    maturity: Maturity
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One class of the board: how many customers, what those of class A are to sign (minor units), the most pressing cards."""

    closing_class: str
    count: int
    amount_minor: int
    cards: list[BoardCard]


@dataclass(frozen=True, slots=True)
class HolderLine:
    """What a holder has in the classes, and where it falls short; sums in minor units."""

    person_id: UUID
    name: str
    a: int
    a_minor: int
    a_bare: int
    b: int
    b_overdue: int
    c: int


@dataclass(frozen=True, slots=True)
class ClassBoard:
    """The board of one holder or of all within reach; `holders` only where there is more than one's own."""

    columns: list[BoardColumn]
    holders: list[HolderLine]


def class_board(scope: Scope, *, holder_id: UUID | None, now: datetime, shown: int = 20) -> ClassBoard:
    """Return customers within reach of SET_CLOSING_CLASS by class, of one holder or of all; raises `PermissionRefused`."""
    scope.require(Ability.SET_CLOSING_CLASS)
    reached = Company.objects.within(scope, Ability.SET_CLOSING_CLASS).filter(owner__isnull=False)
    rows = reached.filter(owner=holder_id) if holder_id else reached
    counts = dict(rows.values_list("closing_class").annotate(n=Count("pk")).order_by())
    open_a = ClosingClassChange.objects.filter(ended_at=None, closing_class="A", company__in=rows.values("pk"))
    total = open_a.aggregate(total=Sum("amount_minor"))["total"] or 0
    cards = _cards(scope, _picked(rows, counts, shown), now)
    columns = [
        BoardColumn(name, counts.get(name, 0), total if name == "A" else 0, cards.get(name, [])) for name in CLASSES
    ]
    return ClassBoard(columns, _holders(scope, reached, now))


def _picked(rows: QuerySet[Company], counts: Mapping[str, int], shown: int) -> list[Company]:
    """Pick what presses in each class: the largest sum to sign, the step that is due, else what was touched last."""
    picked: list[Company] = []
    for name in (name for name in CLASSES if counts.get(name)):
        of_class = rows.filter(closing_class=name).defer("search_grams")
        if name == "A":
            spells = ClosingClassChange.objects.filter(ended_at=None, company__in=of_class.values("pk"))
            order = list(spells.order_by("-amount_minor", "company").values_list("company", flat=True)[:shown])
            found = {row.pk: row for row in of_class.filter(pk__in=order)}
            picked += [found[pk] for pk in order]
        elif name in ("B", "C"):
            picked += of_class.order_by(*_STEPS_FIRST)[:shown]
        else:
            picked += of_class.order_by("-changed_at", "-pk")[:shown]
    return picked


@dataclass(frozen=True, slots=True)
class _Known:
    """What other tables know of the picked companies."""

    spells: Mapping[UUID, ClosingClassChange]
    with_kp: frozenset[UUID]
    steps: Mapping[UUID, PlannedStep]
    answers: Mapping[UUID, Mapping[str, str]]
    names: Mapping[UUID, str]
    tiers: TierPolicy
    renewals: int
    today: date
    now: datetime


def _cards(scope: Scope, companies: list[Company], now: datetime) -> dict[str, list[BoardCard]]:
    ids = [row.pk for row in companies]
    known = _Known(
        spells=_spells(ids),
        with_kp=frozenset(
            Contact.objects.filter(company__in=ids, removed_at=None, roles__contains=["KP"]).values_list(
                "company", flat=True
            )
        ),
        steps=next_steps(scope, ids),
        answers=answers_of(scope, ids),
        names=org.names_of(scope, [row.owner_id for row in companies]),
        tiers=tier_policy(scope, now),
        renewals=class_policy(scope, now).renewals,
        today=local_date(now, scope.zone),
        now=now,
    )
    found: dict[str, list[BoardCard]] = {}
    for company in companies:
        found.setdefault(company.closing_class, []).append(_card(company, known))
    return found


def _spells(ids: list[UUID]) -> dict[UUID, ClosingClassChange]:
    rows = ClosingClassChange.objects.filter(company__in=ids, ended_at=None).select_related("backup")
    return {row.company_id: row for row in rows.defer("backup__search_grams")}


def next_steps(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, PlannedStep]:  # noqa: ARG001 -- asked for ids that a query of the asker gave
    """Return the next open step of these companies' follow-up plans; the ids come from rows that the asker may see."""
    rows = FollowUpStep.objects.filter(plan__company__in=list(company_ids), plan__ended_at=None, done_at=None)
    rows = rows.order_by("plan__company", "due_at", "pk").distinct("plan__company")
    return {
        row[0]: PlannedStep(*row[1:]) for row in rows.values_list("plan__company", "pk", "origin", "what", "due_at")
    }


def _card(company: Company, known: _Known) -> BoardCard:
    spell, step = known.spells.get(company.pk), known.steps.get(company.pk)
    capital = company.capital_minor if company.capital_currency == "CNY" else None
    tier, basis = value_tier(spell.amount_minor if spell else None, capital, known.tiers)
    is_a = company.closing_class == "A"
    expected_on = spell.expected_on if spell and is_a else None
    renewals = spell.renewals if spell else 0
    backup = spell.backup if spell and is_a else None
    stands_by = backup is not None and backup.closing_class == "B" and backup.owner_id == company.owner_id
    return BoardCard(
        company_id=company.pk,
        name=company.name,
        district=district_name(company.district_code),
        holder_id=company.owner_id,
        holder=known.names.get(company.owner_id, "") if company.owner_id else "",
        closing_class=company.closing_class,
        amount_minor=spell.amount_minor if spell else None,
        currency=spell.currency if spell else "CNY",
        expected_on=expected_on,
        next_step_at=company.next_step_at,
        last_visit_at=company.last_visit_at,
        has_kp=company.pk in known.with_kp,
        is_explained=company.explained_at is not None,
        refused_at=company.refused_at,
        runs_out=expected_on is not None and expected_on <= known.today,
        renewals=renewals,
        renewals_left=max(known.renewals - renewals, 0),
        backup_id=backup.pk if backup is not None and stands_by else None,
        backup_name=backup.name if backup is not None and stands_by else "",
        step=step,
        tier=tier,
        tier_basis=basis,
        maturity=maturity(known.answers.get(company.pk, {})),
        is_overdue=company.closing_class in ("B", "C")
        and (company.next_step_at is None or company.next_step_at < known.now),
    )


def _holders(scope: Scope, reached: QuerySet[Company], now: datetime) -> list[HolderLine]:
    """Count the classes by holder, in one statement for the counts and one for the sums of class A."""
    late = Q(next_step_at=None) | Q(next_step_at__lt=now)
    counted = (
        reached.filter(closing_class__in=["A", "B", "C"])
        .values("owner")
        .annotate(
            a=Count("pk", filter=Q(closing_class="A")),
            b=Count("pk", filter=Q(closing_class="B")),
            b_overdue=Count("pk", filter=Q(closing_class="B") & late),
            c=Count("pk", filter=Q(closing_class="C")),
        )
        .order_by("owner")
    )
    rows = {row["owner"]: row for row in counted}
    if not set(rows) - {scope.person_id}:
        return []
    spells = ClosingClassChange.objects.filter(ended_at=None, closing_class="A", company__in=reached.values("pk"))
    sums = spells.values_list("company__owner").annotate(minor=Sum("amount_minor"), backed=Count("pk", filter=_BACKED))
    of_a = {owner: (minor, backed) for owner, minor, backed in sums.order_by()}
    names = org.names_of(scope, rows)
    lines = []
    for owner, row in rows.items():
        minor, backed = of_a.get(owner, (0, 0))
        lines.append(
            HolderLine(
                owner, names.get(owner, ""), row["a"], minor, row["a"] - backed, row["b"], row["b_overdue"], row["c"]
            )
        )
    return sorted(lines, key=lambda line: (-line.a_bare, -line.b_overdue, -line.a_minor, line.name))


@dataclass(frozen=True, slots=True)
class BackupChoice:
    """A class B customer that could stand by for an A; `metres` on the straight line, None where a position is unknown."""

    company_id: UUID
    name: str
    district: str
    step: PlannedStep | None
    metres: int | None
    is_chosen: bool

    @property
    def km(self) -> float:
        """The distance in kilometres."""
        return (self.metres or 0) / 1000


def backup_choices(scope: Scope, company_id: UUID, *, shown: int = 12) -> tuple[Company, list[BackupChoice]]:
    """Return a customer and the class B ones of its holder, the nearest first; raises `NotFound`."""
    company = company_in_reach(scope, company_id, Ability.SET_CLOSING_CLASS)
    rows = Company.objects.within(scope, Ability.SET_CLOSING_CLASS).filter(owner=company.owner_id, closing_class="B")
    found = briefs(scope, [company.pk, *rows.values_list("pk", flat=True)])
    spell = ClosingClassChange.objects.filter(company=company, closing_class="A", ended_at=None).first()
    chosen = spell.backup_id if spell else None
    here = found.pop(company.pk)
    steps = next_steps(scope, found)
    choices = [
        BackupChoice(
            company_id=pk,
            name=brief.name,
            district=district_name(brief.district_code),
            step=steps.get(pk),
            metres=_metres(here, brief),
            is_chosen=pk == chosen,
        )
        for pk, brief in found.items()
    ]
    near = sorted(choices, key=lambda one: (not one.is_chosen, one.metres is None, one.metres or 0, one.name))
    return company, near[:shown]


def _metres(one: CompanyBrief, other: CompanyBrief) -> int | None:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    return round(distance_m(Point(one.longitude, one.latitude), Point(other.longitude, other.latitude)))
