"""A quarter of 60 people and 100,000 leads, played twice with the same people, leads and seed: leased tenures against a plain pool.

    python -m benchmarks.lead_flow [--days 60] [--leads 100000] [--people 60] [--seed 1]

The engines and rules are the product's own: the nightly allotment (`engines.assignment`), who holds a lead next and what
becomes of one that is taken back (`leads.rules`). Its actions are not driven: 60 nights of a database would take hours. The
plain pool is what most systems offer: first come, first served, no lease and no cap; people take what looks best and keep it.
Both see the same score of a lead, which is right on average and wrong by a third.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from benchmarks import report
from tiejun.engines.assignment.measures import gini
from tiejun.engines.assignment.problem import Anchor, AnchorKind, Lead, Problem, Rep, Weights
from tiejun.engines.assignment.solving import solved
from tiejun.leads.rules.next_holder import Colleague, Place, cell_of, proposed
from tiejun.leads.rules.next_holder import Weights as NextWeights
from tiejun.leads.rules.reclaiming import Outcome, outcome_of

DEAL_MINOR = 2_400_000
CONTACTS_A_DAY, REACHED, TALKS_TO_SIGN = 14, 0.5, 3
LIST_LEAST, LIST_MOST, LEASE_DAYS, CAP, NO_FOLLOW_UP_DAYS, REST_AFTER = 30, 50, 2, 100, 7, 3
COOLDOWN_DAYS, FRESH_WANTED, IDLE_DAYS = 20, 15, 7
TAKEN_AT_ONCE, TAKES_BELOW = 30, 20
ON_THE_TABLE = 4_500  # the best free leads of a night: what lies below them, 3,000 places do not reach
INDUSTRIES, POOL = 12, UUID(int=1)
NEXT = NextWeights(40, 25, 20, 15)
SHARE_AT_START = 0.6


@dataclass(slots=True)
class Prospect:
    """A lead: what is seen of it, what it is worth in truth, and what became of it."""

    number: int
    born: int
    lng: float
    lat: float
    industry: int
    truth: float
    score: float
    holder: int = -1
    since: int = 0
    last_contact: int = -1
    first_contact: int = -1
    talks: int = 0
    tries: int = 0
    state: str = "FREE"
    kept_from: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Seller:
    """A person: how well each industry goes, where home is, and what is at hand: `listed` under lease, `own` held."""

    number: int
    is_new: bool
    lng: float
    lat: float
    skill: tuple[float, ...]
    listed: list[Prospect] = field(default_factory=list)
    own: list[Prospect] = field(default_factory=list)
    worked_value: float = 0.0
    signed: int = 0


class Quarter:
    """One play: a world, its chance, and what is counted day by day."""

    def __init__(self, leads: int, people: int, days: int, seed: int) -> None:
        chance = Random(seed)
        self.days, self.seed = days, seed
        self.sellers = [self._seller(number, people, chance) for number in range(people)]
        self.leads = [self._prospect(number, days, chance) for number in range(leads)]
        self.chance = Random(seed + 1)
        self.idle: list[float] = []
        self.signed = self.broken = 0

    def _seller(self, number: int, people: int, chance: Random) -> Seller:
        is_new = number >= people * 0.85
        middle = 0.8 if is_new else 1.0
        skill = tuple(middle * chance.uniform(0.6, 1.5) for _ in range(INDUSTRIES))
        return Seller(number, is_new, 120 + chance.random() * 0.6, 30.1 + chance.random() * 0.3, skill)

    def _prospect(self, number: int, days: int, chance: Random) -> Prospect:
        born = 0 if chance.random() < SHARE_AT_START else 1 + int(chance.random() * (days - 1))
        truth = min(0.6, chance.lognormvariate(-3.6, 0.8))
        lng, lat = 120 + chance.random() * 0.6, 30.1 + chance.random() * 0.3
        score = truth * chance.lognormvariate(-0.045, 0.3)
        return Prospect(number, born, lng, lat, chance.randrange(INDUSTRIES), truth, score)

    def contact(self, seller: Seller, lead: Prospect, day: int) -> None:
        """Try once: reached or not, a talk that leads on or to the end; the third good talk signs."""
        lead.last_contact = day
        if lead.first_contact < 0:
            lead.first_contact = day
            seller.worked_value += lead.score * DEAL_MINOR
        if self.chance.random() >= REACHED:
            return
        # Leads cool: a month after they came, half of the interest is gone.
        fresh = 0.5 ** ((day - lead.born) / 22) if lead.talks == 0 else 1.0
        wins = min(0.95, (lead.truth * seller.skill[lead.industry] * (0.5 + 0.5 * fresh)) ** (1 / TALKS_TO_SIGN))
        if self.chance.random() >= wins:
            lead.state = "LOST"
            return
        lead.talks += 1
        if lead.talks == TALKS_TO_SIGN:
            lead.state = "SIGNED"
            seller.signed += 1
            self.signed += 1

    def note_idle(self, day: int) -> None:
        """Count what is held and was not contacted for a week, as share of what is held."""
        held = [lead for seller in self.sellers for lead in (*seller.own, *seller.listed)]
        idle = sum(day - max(lead.last_contact, lead.since) >= IDLE_DAYS for lead in held)
        self.idle.append(idle / len(held) if held else 0.0)


class PlainPool(Quarter):
    """First come, first served: who is early takes the best, and keeps it."""

    def play(self) -> None:
        """Play all days; those who know the ropes are first in the morning."""
        free: list[Prospect] = []
        born = _by_day(self.leads)
        for day in range(self.days):
            free += born.get(day, [])
            free.sort(key=lambda lead: lead.score)
            for seller in sorted(self.sellers, key=lambda row: (row.is_new, self.chance.random())):
                if sum(lead.first_contact < 0 for lead in seller.own) < TAKES_BELOW:
                    for _taken in range(min(TAKEN_AT_ONCE, len(free))):
                        lead = free.pop()
                        lead.holder, lead.since = seller.number, day
                        seller.own.append(lead)
            for seller in self.sellers:
                ranked = sorted(seller.own, key=lambda lead: (-lead.talks, lead.last_contact >= 0, -lead.score))
                for lead in ranked[:CONTACTS_A_DAY]:
                    self.contact(seller, lead, day)
                seller.own = [lead for lead in seller.own if lead.state == "FREE"]
            self.note_idle(day)


class LeasedTenures(Quarter):
    """Allotted by night under lease, kept by work alone, handed to the next best, rested after three fruitless tries."""

    def play(self) -> None:
        """Play all days, each after its night."""
        born = _by_day(self.leads)
        free: dict[int, Prospect] = {}
        for day in range(self.days):
            self._take_back(free, day)
            free.update({lead.number: lead for lead in born.get(day, [])})
            self._allot(free, day)
            for seller in self.sellers:
                self._work(seller, day)
            self.note_idle(day)

    def _work(self, seller: Seller, day: int) -> None:
        seller.own.sort(key=lambda lead: lead.last_contact)
        due = [lead for lead in seller.own if day - lead.last_contact >= 2]
        new = sorted(seller.listed, key=lambda lead: -lead.score * seller.skill[lead.industry])
        for lead in (due + new)[:CONTACTS_A_DAY]:
            self.contact(seller, lead, day)
            if lead.talks and lead.state == "FREE" and lead in seller.listed and len(seller.own) < CAP:
                seller.listed.remove(lead)
                seller.own.append(lead)
                lead.since = day
        seller.own = [lead for lead in seller.own if lead.state == "FREE"]
        seller.listed = [lead for lead in seller.listed if lead.state == "FREE"]

    def _take_back(self, free: dict[int, Prospect], day: int) -> None:
        """End leases that nobody worked on, and holdings without a follow-up; hand these to the next best."""
        due: list[Prospect] = []
        for seller in self.sellers:
            for lead in seller.listed:
                if day - max(lead.since, lead.last_contact) >= LEASE_DAYS:
                    self._give_back(seller, lead, day)
                    free[lead.number] = lead
            due += [lead for lead in seller.own if day - max(lead.since, lead.last_contact) >= NO_FOLLOW_UP_DAYS]
            seller.listed = [lead for lead in seller.listed if lead.holder == seller.number]
        for lead in due:
            former = self.sellers[lead.holder]
            former.own.remove(lead)
            self._give_back(former, lead, day)
            lead.tries += 1
        self._hand_over(due, free, day)

    def _give_back(self, seller: Seller, lead: Prospect, day: int) -> None:
        lead.kept_from[seller.number] = day + COOLDOWN_DAYS
        lead.holder = -1

    def _hand_over(self, due: list[Prospect], free: dict[int, Prospect], day: int) -> None:
        colleagues = [
            Colleague(UUID(int=row.number), POOL, CAP, len(row.own), row.is_new, frozenset([POOL]))
            for row in self.sellers
        ]
        places = [_place(lead, day) for lead in due]
        chosen = proposed(places, colleagues, NEXT)
        for lead in due:
            choice = chosen.get(UUID(int=lead.number))
            outcome = outcome_of("PRIVATE", lead.tries, REST_AFTER, has_receiver=choice is not None)
            if outcome is Outcome.HANDED_OVER and choice:
                lead.holder, lead.since = choice.person_id.int, day
                self.sellers[lead.holder].own.append(lead)
            elif outcome is Outcome.POOLED:
                free[lead.number] = lead
            else:
                lead.state = "RESTED"

    def _allot(self, free: dict[int, Prospect], day: int) -> None:
        table = sorted(free.values(), key=lambda lead: -lead.score)[:ON_THE_TABLE]
        problem = Problem(
            tuple(_engine_lead(lead) for lead in table),
            tuple(self._engine_rep(seller, table, day) for seller in self.sellers),
            Weights(minute_minor=120, gini_most=0.1, rounds=8),
            self.seed + day,
        )
        for pick in solved(problem).picks:
            lead, seller = free.pop(int(pick.lead)), self.sellers[int(pick.rep)]
            if lead.kept_from.get(seller.number, 0) > day:
                self.broken += 1
            lead.holder, lead.since = seller.number, day
            seller.listed.append(lead)

    def _engine_rep(self, seller: Seller, table: list[Prospect], day: int) -> Rep:
        room = LIST_MOST - len(seller.listed)
        near = [Anchor(AnchorKind.HELD, lead.lng, lead.lat) for lead in seller.own[:5]]
        home = Anchor(AnchorKind.HOME, seller.lng, seller.lat)
        return Rep(
            key=str(seller.number),
            room=room,
            wanted=max(0, LIST_LEAST - len(seller.listed)),
            fresh_wanted=min(FRESH_WANTED, room) if seller.is_new else 0,
            kept_worth_minor=round(sum(lead.score for lead in seller.listed) * DEAL_MINOR),
            pools=frozenset(["pool"]),
            anchors=(home, *near),
            factors={str(at): min(2.0, max(0.5, round(skill, 3))) for at, skill in enumerate(seller.skill)},
            barred=frozenset(str(lead.number) for lead in table if lead.kept_from.get(seller.number, 0) > day),
        )


def _by_day(leads: list[Prospect]) -> dict[int, list[Prospect]]:
    days: dict[int, list[Prospect]] = {}
    for lead in leads:
        days.setdefault(lead.born, []).append(lead)
    return days


def _place(lead: Prospect, day: int) -> Place:
    kept = frozenset(UUID(int=number) for number, until in lead.kept_from.items() if until > day)
    return Place(UUID(int=lead.number), POOL, cell_of(lead.lat, lead.lng), "", "", kept)


def _engine_lead(lead: Prospect) -> Lead:
    return Lead(
        key=str(lead.number),
        chance=min(0.95, lead.score),
        deal_minor=DEAL_MINOR,
        pool="pool",
        industry=str(lead.industry),
        lng=lead.lng,
        lat=lead.lat,
        is_fresh=lead.first_contact < 0,
        holders=lead.tries,
    )


def facts_of(play: Quarter) -> dict[str, float]:
    """Return what a quarter is judged by."""
    came = [lead for lead in play.leads if 0 < lead.born < play.days - 10]
    waits = [lead.first_contact - lead.born for lead in came if lead.first_contact >= 0]
    value = [seller.worked_value for seller in play.sellers]
    new = [seller for seller in play.sellers if seller.is_new]
    whole = sum(value) or 1.0
    return {
        "signed": play.signed,
        "idle_percent": 100 * statistics.fmean(play.idle),
        "wait_days": statistics.median(waits) if waits else 0.0,
        "wait_p90": statistics.quantiles(waits, n=10)[-1] if len(waits) > 1 else 0.0,
        "gini": gini(value),
        "newcomer_percent": 100 * sum(seller.worked_value for seller in new) / whole,
        "newcomer_signed": sum(seller.signed for seller in new) / max(1, len(new)),
        "newcomer_heads": 100 * len(new) / len(play.sellers),
    }


def measure(leads: int, people: int, days: int, seed: int) -> list[report.Row]:
    """Play both and compare; the product's column is leased tenures, the floor's the plain pool."""
    found: list[dict[str, float]] = []
    broken = 0
    for kind in (PlainPool, LeasedTenures):
        play = kind(leads, people, days, seed)
        play.play()
        broken += play.broken
        found.append(facts_of(play))
    plain, leased = found
    heads = leased["newcomer_heads"]
    work = f"Quarter of {people} people, {leads:,} leads, {days} days"

    def row(name: str, key: str, form: str, budget: str, *, holds: bool) -> report.Row:
        return report.Row(f"{work}: {name}", form.format(leased[key]), budget, holds, form.format(plain[key]))

    return [
        row("contracts signed", "signed", "{:,.0f}", "more", holds=leased["signed"] > plain["signed"]),
        row(
            "held leads idle for a week or longer",
            "idle_percent",
            "{:.1f} %",
            "less",
            holds=leased["idle_percent"] < plain["idle_percent"],
        ),
        row("first contact of new leads that were contacted, median", "wait_days", "{:.0f} days", "told", holds=True),
        row("the same, slowest tenth", "wait_p90", "{:.0f} days", "told", holds=True),
        row("Gini of the expected value worked on", "gini", "{:.3f}", "told", holds=True),
        row(
            f"newcomers ({heads:.0f} % of heads): share of the expected value worked on",
            "newcomer_percent",
            "{:.1f} %",
            "told",
            holds=True,
        ),
        row("contracts per newcomer", "newcomer_signed", "{:.1f}", "told", holds=True),
        report.Row(f"{work}: leads given against a cool-down", f"{broken}", "0", broken == 0),
    ]


def main() -> int:
    """Play, print the table; the exit code is 1 when the product does worse."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lead_flow", description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.process_time()
    rows = measure(options.leads, options.people, options.days, options.seed)
    sys.stdout.write(report.table(rows) + "\n")
    sys.stderr.write(f"{time.process_time() - began:.0f} s of CPU\n")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
