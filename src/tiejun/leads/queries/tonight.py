"""What would be taken back tonight, and what the holders can still do about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models.functions import Least

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.customers.queries import briefs
from tiejun.engines.workdays.calendar import is_workday
from tiejun.foundation import policies
from tiejun.foundation.times import at_local, business_day, local_date
from tiejun.foundation.worktime import calendar_of, known
from tiejun.leads import texts
from tiejun.leads.models import LeadTenure
from tiejun.leads.models.tenures import holdings_due
from tiejun.leads.queries.next_holder import choices, colleagues, place_of, weights_of
from tiejun.leads.queries.reclaiming import fruitless_tenures, told_by, told_of
from tiejun.leads.rules.reclaiming import Cause, Outcome, Told, WhyLeft, cause_of, outcome_of, runs_out_at, why_left
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.customers.queries import CompanyBrief
    from tiejun.foundation.policies import PolicyBook
    from tiejun.leads.rules.next_holder import Choice

SHOWN = 300
SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class TonightLine:
    """A holding that runs out by tonight. `stays`: why it stays all the same; `next_name`: who would get it, told to leaders."""

    lead_id: UUID
    brief: CompanyBrief
    person_id: UUID
    holder: str
    runs_out_at: datetime
    cause: Cause
    times_told: int
    outcome: Outcome
    stays: WhyLeft | None = None
    next_name: str = ""
    next_reasons: tuple[str, ...] = ()

    @property
    def cause_words(self) -> str:
        """Return why it runs out, in the reader's language."""
        return str(texts.RECLAIM_CAUSES[self.cause])

    @property
    def outcome_words(self) -> str:
        """Return what would become of the lead, in the reader's language."""
        return str(texts.RECLAIM_OUTCOMES[self.outcome])

    @property
    def stays_words(self) -> str:
        """Return why it would stay, empty when it goes."""
        return str(texts.WHY_LEFT[self.stays]) if self.stays else ""


@dataclass(slots=True)
class HolderTonight:
    """One holder's lines of the preview."""

    person_id: UUID
    name: str
    lines: list[TonightLine] = field(default_factory=list)

    @property
    def going(self) -> int:
        """Return how many leads would go."""
        return sum(line.stays is None for line in self.lines)


@dataclass(frozen=True, slots=True)
class Tonight:
    """The preview within reach: by holder, who loses most first. `soon`: holdings that run out in the three days after."""

    at: datetime
    holders: list[HolderTonight]
    going: int
    staying: int
    soon: int
    is_cut: bool


def next_run_at(scope: Scope, now: datetime) -> datetime:
    """Return when the next reclaim run is due by policy."""
    day = business_day(now, scope.zone)
    clock = policies.book(now).text("clock.reclaim", scope.unit_chain)
    nights = (at_local(day + timedelta(days=n), clock, scope.zone) for n in (-1, 0, 1))
    return next(at for at in nights if at > now)


def tonight(scope: Scope, now: datetime) -> Tonight:
    """Return what the next run would take back within reach of VIEW_LEADS if nobody did anything until then.

    A reminder that is still to be sent today counts as sent. Leaders read who would receive a lead as things stand.
    """
    scope.require(Ability.VIEW_LEADS)
    at = next_run_at(scope, now)
    mine = LeadTenure.objects.within(scope, Ability.VIEW_LEADS)
    related = mine.filter(holdings_due(at)).select_related("lead__company").defer("lead__company__search_grams")
    found = list(related.order_by(Least("due_at", "no_deal_due_at"), "pk")[: SHOWN + 1])
    lines = _lines(scope, found[:SHOWN], at, now)
    by_holder: dict[UUID, HolderTonight] = {}
    for line in lines:
        by_holder.setdefault(line.person_id, HolderTonight(line.person_id, line.holder)).lines.append(line)
    staying = sum(line.stays is not None for line in lines)
    return Tonight(
        at=at,
        holders=sorted(by_holder.values(), key=lambda row: (-row.going, row.name, row.person_id)),
        going=len(lines) - staying,
        staying=staying,
        soon=mine.filter(holdings_due(at + timedelta(days=SOON_DAYS))).exclude(holdings_due(at)).count(),
        is_cut=len(found) > SHOWN,
    )


def going_tonight(scope: Scope, now: datetime) -> int:
    """Return how many of the holdings within reach have run out by the next run, for a line that leads to the preview."""
    rows = LeadTenure.objects.within(scope, Ability.VIEW_LEADS).filter(holdings_due(next_run_at(scope, now)))
    return rows.count()


@dataclass(frozen=True, slots=True)
class _Fate:
    told: Told
    stays: WhyLeft | None
    outcome: Outcome
    choice: Choice | None = None


def _lines(scope: Scope, rows: Sequence[LeadTenure], at: datetime, now: datetime) -> list[TonightLine]:
    units: dict[UUID, list[LeadTenure]] = defaultdict(list)
    for row in rows:
        units[row.unit_id].append(row)
    fates: dict[UUID, _Fate] = {}
    for unit_id, group in units.items():
        fates |= _fates(scope, unit_id, group, at, now)
    receivers = [fate.choice.person_id for fate in fates.values() if fate.choice]
    names = org.names_of(scope, [*(row.person_id for row in rows), *receivers])
    cards = briefs(scope, [row.lead.company_id for row in rows])
    may_know = scope.can(Ability.TRANSFER_LEAD)
    return [_line(row, fates[row.pk], cards[row.lead.company_id], names, may_know=may_know) for row in rows]


def _line(
    row: LeadTenure, fate: _Fate, brief: CompanyBrief, names: Mapping[UUID, str], *, may_know: bool
) -> TonightLine:
    due = runs_out_at(row.due_at, row.no_deal_due_at)
    assert due is not None
    choice = fate.choice if may_know else None
    return TonightLine(
        lead_id=row.lead_id,
        brief=brief,
        person_id=row.person_id,
        holder=names.get(row.person_id, ""),
        runs_out_at=due,
        cause=cause_of(row.kind, row.due_at, row.no_deal_due_at),
        times_told=fate.told.moments,
        outcome=fate.outcome,
        stays=fate.stays,
        next_name=names.get(choice.person_id, "") if choice else "",
        next_reasons=tuple(texts.why_next(choice.reasons)) if choice else (),
    )


def _fates(scope: Scope, unit_id: UUID, rows: Sequence[LeadTenure], at: datetime, now: datetime) -> dict[UUID, _Fate]:
    """Decide as the run itself will, on what is known now."""
    book, chain = policies.book(now), org.unit_chain(scope, unit_id)
    most = book.integer("lead.max_tenures_before_rest", chain)
    told, tried = (
        told_of(scope, [row.pk for row in rows], at=at),
        fruitless_tenures(scope, [row.lead_id for row in rows]),
    )
    stays = _stays(scope, rows, told, at, now)

    def outcome(row: LeadTenure, *, has_receiver: bool) -> Outcome:
        if stays[row.pk]:
            return Outcome.LEFT
        return outcome_of(row.kind, tried.get(row.lead_id, 0) + 1, most, has_receiver=has_receiver)

    wanted = [place_of(scope, row.lead) for row in rows if outcome(row, has_receiver=True) is Outcome.HANDED_OVER]
    unit = Scope.system("leads.tonight", unit_chain=chain, zone=scope.zone)
    # Who is there when it runs: not who works today for the last time, and who is back from leave by then.
    chosen = choices(unit, wanted, colleagues(unit, at, book=book), at, weights_of(unit, book)) if wanted else {}
    return {
        row.pk: _Fate(
            told.get(row.pk, Told()),
            stays[row.pk],
            outcome(row, has_receiver=row.lead_id in chosen),
            chosen.get(row.lead_id),
        )
        for row in rows
    }


def _stays(
    scope: Scope, rows: Sequence[LeadTenure], told: Mapping[UUID, Told], at: datetime, now: datetime
) -> dict[UUID, WhyLeft | None]:
    unit_id = rows[0].unit_id
    book, chain = policies.book(now), org.unit_chain(scope, unit_id)
    by_default, by_person = told_by(scope, unit_id, at, book=book)
    telling = _is_to_be_told(scope, chain, book, now)
    reasons = {}
    for row in rows:
        so_far = told.get(row.pk, Told())
        if telling:
            # Whoever is told this afternoon is told in time.
            so_far = Told(so_far.moments + int(bool(so_far.missing)), 0, so_far.last_at or now)
        by = by_person.get(row.person_id, by_default)
        reasons[row.pk] = why_left(row.kind, so_far, is_frozen=bool(row.lead.frozen_reason), told_by=by)
    return reasons


def _is_to_be_told(scope: Scope, chain: tuple[UUID, ...], book: PolicyBook, now: datetime) -> bool:
    today = local_date(now, scope.zone)
    last = at_local(today, book.text("clock.lead_reminders_afternoon", chain), scope.zone)
    return now < last and known(lambda days: is_workday(today, days), calendar_of(book, chain))
