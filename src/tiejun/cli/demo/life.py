"""A demo representative's working days: leads claimed, visits made, calls, plans, classes set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.cli.demo import deals
from tiejun.cli.demo.company import SYSTEM, VISITS_A_DAY, ZONE, Rep
from tiejun.cli.demo.names import words
from tiejun.cli.demo.outcomes import Outcome, outcome_of
from tiejun.customers.actions import set_closing_class
from tiejun.customers.actions.follow_up import answer_maturity, choose_backup
from tiejun.customers.rules import ClassRequest
from tiejun.customers.rules.closing import Answer, Criterion
from tiejun.engines.geo import Point, distance_m
from tiejun.engines.workdays.calendar import WorkCalendar, next_workday
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local
from tiejun.leads.actions import claim_lead, record_follow_up, release_lead
from tiejun.leads.actions.moving_in import bring_in_holdings
from tiejun.leads.queries import held_companies
from tiejun.leads.rules import FollowUpFacts
from tiejun.org.actions.leave import record_leave
from tiejun.visits.actions.field import check_in, give_location_consent
from tiejun.visits.actions.moving_in import bring_in_visits
from tiejun.visits.actions.plans import propose_plan, submit_plan
from tiejun.visits.actions.recording import record_visit
from tiejun.visits.rules.vocabulary import (
    Capture,
    CheckInInput,
    EvidenceKind,
    MetContact,
    PastVisit,
    PhonePosition,
    Presence,
    VisitFactsInput,
    VisitInput,
    VisitKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tiejun.access.scope import Scope
    from tiejun.cli.demo.supply import Card

HELD = 44
MORNING = ("09:35", "10:20", "11:10")
AFTERNOON = ("13:05", "13:45", "14:25", "15:05", "15:40", "16:15")
APPOINTMENTS = ("09:30", "11:00", "14:00", "15:30")  # far enough apart for the way between
NEAR_M, PATIENCE = 8_000, 5  # metres between a day's appointments; working days to look for such a day
IRON = 0.85  # so many of the customers who could sign tomorrow are called class A
STAR = 0.8  # whose skill lies above always has somebody to sign


class Life:
    """One representative; the same random source gives the same life."""

    def __init__(self, rep: Rep, random: Random, waiting: dict[str, list[Card]]) -> None:
        self.rep = rep
        self.random = random
        self.waiting = waiting
        self.cards: list[Card] = []
        self.is_past = False
        self.past: list[tuple[Card, PastVisit]] = []
        self.diary: set[tuple[date, str]] = set()
        self.whereabouts: dict[date, Point] = {}  # where a day's first appointment is

    def live(self, day: date, now: datetime, *, upcoming: date, plans: bool, is_past: bool) -> None:
        """Live one working day up to `now`; with `plans` the evening plans the `upcoming` day.

        `is_past`: the day lies before the company came to the product; its visits are brought in together (`past`), after which
        `end_past` ends it.
        """
        self.is_past = is_past
        morning = at_local(day, "08:40", ZONE)
        if morning > now:
            return
        scope = self.rep.scope(morning)
        if not self.cards:
            give_location_consent(scope, now=morning)
        elif self.random.random() < 0.025 and not plans:
            record_leave(scope, person_id=self.rep.person_id, kind="PERSONAL", starts_on=day, ends_on=day, now=morning)
            return
        if not is_past:
            self._forget_lost(scope)
        self._claim(scope, morning, now)
        self._visit(scope, day, now)
        evening = at_local(day, "16:58", ZONE)
        if evening <= now and not is_past:
            self._evening(scope, day, evening, upcoming if plans else None)

    def end_past(self, day: date) -> None:
        """Give back in the evening of a past day what nobody wants."""
        at = at_local(day, "17:45", ZONE)
        self._give_back(self.rep.scope(at), at)

    def _claim(self, scope: Scope, morning: datetime, now: datetime) -> None:
        held = sum(not card.is_gone and not card.is_won for card in self.cards)
        wanted = min(9, HELD - held) if held < 40 else self.random.randint(1, 3) if held < HELD else 0
        if self.is_past:
            self._hold(list(islice(iter(self._take, None), wanted)), morning)
            return
        for minute in range(wanted):
            at = morning + timedelta(minutes=minute)
            card = self._take()
            if card is None or at > now:
                return
            try:
                claim_lead(scope, lead_id=card.lead_id, now=at)
            except Refused:
                # At the cap: what nobody wants goes back first.
                return
            self.cards.append(card)

    def _hold(self, cards: list[Card], since: datetime) -> None:
        """Hold leads since a morning before the company came to the product: brought in together."""
        if not cards:
            return
        lead_ids = [card.lead_id for card in cards]
        rep = self.rep
        held = bring_in_holdings(
            SYSTEM, person_id=rep.person_id, unit_id=rep.unit_id, lead_ids=lead_ids, started_at=since
        )
        self.cards += [card for card in cards if card.lead_id in held]

    def _forget_lost(self, scope: Scope) -> None:
        """What the night took back is nobody's business of hers any more."""
        held = {company.lead_id for company in held_companies(scope, self.rep.person_id)}
        self.cards = [card for card in self.cards if card.is_won or card.has_tried or card.lead_id in held]

    def _take(self) -> Card | None:
        home = self.rep.home_district
        districts = [home] if self.random.random() < 0.75 and self.waiting.get(home) else sorted(self.waiting)
        cards = self.waiting.get(self.random.choice(districts), []) if districts else []
        return cards.pop() if cards else None

    # -- visits ------------------------------------------------------------------------------------------------------
    def _visit(self, scope: Scope, day: date, now: datetime) -> None:
        # A morning of three is the habit; who is new or slack lets one go.
        morning = [slot for slot in MORNING if self.random.random() < 0.78 + 0.2 * self.rep.diligence]
        wanted = max(2, round(self.random.gauss(VISITS_A_DAY * self.rep.diligence, 0.9)))
        later = min(len(AFTERNOON), max(0, wanted - len(morning)))
        slots = [*morning, *sorted(self.random.sample(AFTERNOON, later))]
        for card, slot in zip(self._route(day, len(slots)), slots, strict=False):
            start = at_local(day, slot, ZONE) + timedelta(minutes=self.random.randint(-6, 9))
            end = start + timedelta(minutes=self.random.randint(14, 32))
            if start > now:
                return
            if end >= now:
                capture = self._capture(card, start)
                check_in(
                    scope,
                    facts=CheckInInput(self._key(), card.company_id, capture=capture),
                    now=start + timedelta(seconds=20),
                )
                return
            self._happen(scope, card, day, start, end)

    def _route(self, day: date, wanted: int) -> list[Card]:
        open_cards = [card for card in self.cards if not card.is_gone and not card.is_won]
        due = [card for card in open_cards if card.next_on is not None and card.next_on <= day]
        fresh = [card for card in open_cards if card.visits == 0]
        others = [card for card in open_cards if card.visits and card.next_on is None]
        self.random.shuffle(others)
        served = [card for card in self.cards if card.is_won]
        due.sort(key=lambda card: card.iron_on != day)  # who is to sign comes first
        picked = [*due[: wanted - 2], *fresh[: max(2, wanted // 2)], *others, *served[:1]]
        return picked[:wanted]

    def _happen(self, scope: Scope, card: Card, day: date, start: datetime, end: datetime) -> None:
        is_iron = card.iron_on == day
        outcome = outcome_of(card, self.rep, self.random, is_iron=is_iron, is_foretold=not self.is_past)
        days, clock = self.random.randint(1, 6) if outcome.next_step else 0, self.random.choice(APPOINTMENTS)
        agreed = self._appointment(card, _later_workday(day, days), clock) if outcome.next_step else None
        facts = VisitFactsInput(
            met=self._met(card, outcome),
            service_explained=outcome.explained,
            demo_steps_done=outcome.demo_steps,
            trial_close=outcome.trial_close,
            order_presented=outcome.advancement == "ORDER",
            refusal=outcome.refusal,
            advancement=outcome.advancement,
            note=outcome.note,
            next_step=outcome.next_step,
            next_step_at=at_local(*agreed, ZONE) if agreed else None,
        )
        photo = not self.rep.invents and self.random.random() < 0.35
        evidence = frozenset({EvidenceKind.PHOTO}) if photo else frozenset()
        if self.is_past:
            self.past.append((card, self._past_visit(card, start, end, facts, evidence)))
        else:
            capture = self._capture(card, end)
            key = self._key()
            record = VisitInput(
                key, card.company_id, started_at=start, ended_at=end, facts=facts, evidence=evidence, capture=capture
            )
            record_visit(scope, facts=record, now=end + timedelta(minutes=1))
        card.visits += 1
        card.next_on, card.next_clock = agreed or (None, "")
        card.effective = card.effective or outcome.is_effective
        card.is_gone = outcome.refusal == "CLEAR"
        if self.is_past and card.opportunity_id is not None and outcome.advancement == "ORDER":
            # What the visit proved must stand before its order is signed.
            rows, self.past = self.past, []
            bring_in(day, rows, end)
        deals.move_on(scope, card, outcome, self.random, day=day, now=end + timedelta(minutes=2))

    def _past_visit(
        self, card: Card, start: datetime, end: datetime, facts: VisitFactsInput, evidence: frozenset[EvidenceKind]
    ) -> PastVisit:
        presence = Presence.IN_RANGE if self.random.random() < (0.2 if self.rep.invents else 0.9) else Presence.REFUSED
        kind = VisitKind.RETURN if card.visits else VisitKind.ANCHOR
        known = replace(facts, met=tuple(person for person in facts.met if person.contact_id is not None))
        return PastVisit(
            self._key(), self.rep.person_id, self.rep.unit_id, card.company_id, kind, start, end, known, presence,
            card.company.district_code, evidence,
        )  # fmt: skip

    def _met(self, card: Card, outcome: Outcome) -> tuple[MetContact, ...]:
        if outcome.role is None:
            return ()
        if card.contact_id is not None and outcome.role == card.company.role:
            return (MetContact(outcome.role, is_senior=outcome.is_senior, contact_id=card.contact_id),)
        title = self.random.choice(words()["titles"][outcome.role])
        return (
            MetContact(
                outcome.role, is_senior=outcome.is_senior, name=card.company.contact[0] + title[-2:], title=title
            ),
        )

    def _capture(self, card: Card, at: datetime) -> Capture:
        # The one who invents visits is somewhere else, or keeps the position off.
        if self.rep.invents and self.random.random() < 0.6:
            return Capture(recorded_at=at, position_refused="denied")
        spread = 0.03 if self.rep.invents else 0.0008
        position = PhonePosition(
            latitude=card.company.latitude + self.random.gauss(0, spread),
            longitude=card.company.longitude + self.random.gauss(0, spread),
            accuracy_metres=self.random.randint(8, 40),
            taken_at=at,
        )
        return Capture(recorded_at=at, position=position)

    def _key(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    # -- evening -----------------------------------------------------------------------------------------------------
    def _evening(self, scope: Scope, day: date, at: datetime, planned: date | None) -> None:
        working = [card for card in self.cards if not card.is_gone and not card.is_won and not card.has_tried]
        for card in self.random.sample(working, min(2, len(working))):
            outcome = self.random.choices(["NO_ANSWER", "TALKED", "INTERESTED", "NEXT_STEP"], [4, 3, 2, 1])[0]
            facts = FollowUpFacts(
                "CALL", outcome, happened_at=at - timedelta(minutes=self.random.randint(2, 30)), note=""
            )
            record_follow_up(scope, lead_id=card.lead_id, facts=facts, now=at)
        self._give_back(scope, at)
        self._classes(scope, day, at, working)
        if planned is not None:
            self._plan(scope, planned, at)

    def _appointment(self, card: Card, day: date, clock: str) -> tuple[date, str]:
        """Write an appointment into the diary: at the time wished for, else the next one free; those of a day lie near each other, where that is soon."""
        at, site = APPOINTMENTS.index(clock), Point(card.company.longitude, card.company.latitude)
        last = _later_workday(day, PATIENCE)
        while True:
            is_near = day >= last or distance_m(self.whereabouts.setdefault(day, site), site) <= NEAR_M
            for free in (*APPOINTMENTS[at:], *APPOINTMENTS[:at]) if is_near else ():
                if (day, free) not in self.diary:
                    self.diary.add((day, free))
                    return day, free
            day = _later_workday(day, 1)

    def _give_back(self, scope: Scope, at: datetime) -> None:
        for card in [card for card in self.cards if card.is_gone and not card.has_tried][:2]:
            release_lead(scope, lead_id=card.lead_id, reason="NO_NEED", now=at)
            self.cards.remove(card)

    def _classes(self, scope: Scope, day: date, at: datetime, working: list[Card]) -> None:
        tomorrow = _later_workday(day, 1)
        hot = [card for card in working if card.opportunity_id and card.effective and card.next_on == tomorrow]
        hot = [card for card in hot[:2] if self.random.random() < IRON]
        others = [card for card in working if card.opportunity_id and card.effective and card not in hot]
        for card in [*hot, *(others if self.rep.skill > STAR else ())]:
            if card not in hot and any(one.iron_on == tomorrow for one in working):
                break
            wish = ClassRequest("A", amount_minor=self.random.choice([680000, 1280000, 1980000]), expected_on=tomorrow)
            if _unless_refused(partial(set_closing_class, scope, company_id=card.company_id, wish=wish, now=at)):
                card.iron_on = card.next_on = tomorrow
        iron = [card for card in working if card.iron_on == tomorrow]
        warm = [card for card in working if card.effective and card.next_on and card not in [*hot, *iron]]
        for card in warm[:2]:
            assert card.next_on is not None
            wish = ClassRequest(
                "B",
                next_step_at=at_local(card.next_on, card.next_clock or APPOINTMENTS[0], ZONE),
                next_step=self.random.choice(words()["next_steps"]),
                amount_minor=self.random.choice([480000, 980000, 2600000, 5800000]),
            )
            _unless_refused(partial(set_closing_class, scope, company_id=card.company_id, wish=wish, now=at))
            answers = {one.value: self.random.choices(list(Answer), [5, 2, 3])[0].value for one in Criterion}
            _unless_refused(partial(answer_maturity, scope, company_id=card.company_id, answers=answers, now=at))
        if iron and warm:
            named = partial(choose_backup, scope, company_id=iron[0].company_id, backup_id=warm[0].company_id, now=at)
            _unless_refused(named)

    def _plan(self, scope: Scope, day: date, at: datetime) -> None:
        def plan() -> None:
            propose_plan(scope, day=day, now=at)
            if self.random.random() < 0.85:
                submit_plan(scope, day=day, now=at + timedelta(minutes=4))

        _unless_refused(plan)


def bring_in(day: date, rows: list[tuple[Card, PastVisit]], now: datetime) -> None:
    """Bring the past visits of a day in, in the order in which they happened; they prove the stages of what is open."""
    rows = sorted(rows, key=lambda row: (row[1].started_at, row[1].client_key))
    if rows:
        visits = bring_in_visits(SYSTEM, day=day, rows=[row for _, row in rows], now=now)
        pairs = zip(rows, visits, strict=True)
        deals.prove([visit for (card, _row), visit in pairs if card.opportunity_id is not None], now)


def _later_workday(day: date, count: int) -> date:
    for _step in range(count):
        day = next_workday(day, WorkCalendar())
    return day


def _unless_refused(step: Callable[[], object]) -> bool:
    """Take a step and tell whether it was taken: a rule may say no, as it would to anybody, and the demo goes on."""
    try:
        step()
    except Refused:
        return False
    return True
