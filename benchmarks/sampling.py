"""What sampling finds and how true its rate is, in a world whose truth is known: against chance, and against the rules alone.

    python -m benchmarks.sampling [runs]

The world is made here and knows nothing of the engine: reps of whom one in ten invents a quarter of the visits, three in five of them
carefully. Each night three per cent are drawn, half for their risk, half at random; audits find 93 of 100 inventions and accuse
one of 500 true visits.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass, field

from benchmarks.report import Row, table
from tiejun.engines.sampling import (
    Audited,
    AuditError,
    Candidate,
    Estimate,
    Rates,
    RiskModel,
    Tally,
    draw,
    estimate,
    fitted,
    posterior_logit,
    tally,
)

RUNS = 60
REPS, DAYS, VISITS, CHEATS, INVENTED, CAREFUL = 60, 40, 8, 0.1, 0.28, 0.6
RATES, ERROR = Rates(random=0.015, risk=0.015), AuditError(0.93, 0.998)
# How often a sign stands at a true visit, a careless and a careful invention.
CHANCES = {
    "NO_POSITION": (0.10, 0.45, 0.18),
    "FAR": (0.05, 0.30, 0.08),
    "FAST": (0.01, 0.18, 0.03),
    "SAME_NOTE": (0.02, 0.35, 0.06),
    "SAME_PHOTO": (0.002, 0.10, 0.01),
    "BURST": (0.08, 0.55, 0.20),
    "PERFECT": (0.05, 0.40, 0.25),
    "COLLEAGUE_PHONE": (0.01, 0.08, 0.02),
    "LATE": (0.04, 0.12, 0.06),
    "NO_EVIDENCE": (0.20, 0.70, 0.35),
}


@dataclass
class Run:
    """One world lived through: visits, inventions, what was drawn and found, and what the best three per cent would hold."""

    visits: int = 0
    invented: int = 0
    drawn: int = 0
    found: int = 0
    ranked: int = 0
    by_model: int = 0
    by_rules: int = 0
    total: Tally = field(default_factory=Tally)
    audits: list[Audited] = field(default_factory=list)
    records: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def estimate(self) -> Estimate | None:
        return estimate(self.total, visits=self.visits, error=ERROR)


def live(seed: int) -> Run:
    """Live one world."""
    chance, run, rules, model = random.Random(seed), Run(), fitted([]), fitted([])
    kinds = [0 if chance.random() >= CHEATS else 2 if chance.random() < CAREFUL else 1 for _ in range(REPS)]
    for day in range(DAYS):
        if day % 5 == 0:
            model = fitted(run.audits)
        visits = []
        for rep, kind in enumerate(kinds):
            for number in range(VISITS):
                invents = bool(kind) and chance.random() < INVENTED
                shown = kind if invents else 0
                signs = frozenset(name for name, chances in CHANCES.items() if chance.random() < chances[shown])
                visits.append((f"{seed}:{day}:{rep}:{number}", rep, signs, invents))
        _night(run, visits, model=model, rules=rules, chance=chance, is_warm=day >= DAYS // 3)
    return run


def _night(run: Run, visits: list, *, model: RiskModel, rules: RiskModel, chance: random.Random, is_warm: bool) -> None:
    candidates = []
    for key, rep, signs, _invents in visits:
        record = posterior_logit(*run.records.get(rep, (0, 0)))
        candidates.append(Candidate(key, str(len(signs)), model.risk(signs, record), bool(signs)))
    if is_warm:
        places = round(0.03 * len(visits))
        best = sorted(zip(candidates, visits, strict=True), key=lambda pair: -pair[0].risk)[:places]
        run.ranked += places
        run.by_model += sum(visit[3] for _candidate, visit in best)
        ruled = sorted(visits, key=lambda visit: (-rules.risk(visit[2]), chance.random()))[:places]
        run.by_rules += sum(visit[3] for visit in ruled)
    parts = {row.key: row for row in draw(candidates, seed=chance.randbytes(32), rates=RATES)}
    for key, rep, signs, invents in visits:
        run.visits += 1
        run.invented += invents
        if not parts[key].part:
            continue
        run.drawn += 1
        run.found += invents
        says = chance.random() < ERROR.sensitivity if invents else chance.random() > ERROR.specificity
        run.total += tally([(parts[key].probability, says)])
        untrue, audited = run.records.get(rep, (0, 0))
        run.audits.append(Audited(signs, posterior_logit(untrue, audited), says))
        run.records[rep] = (untrue + says, audited + 1)


def measure(runs: int = RUNS) -> list[Row]:
    """Live so many worlds and return the lines."""
    started = time.process_time()
    lived = [live(seed) for seed in range(runs)]
    known = [(run, found) for run in lived if (found := run.estimate) is not None]
    covered = sum(found.low <= 1 - run.invented / run.visits <= found.high for run, found in known) / len(known)
    truth = sum(run.invented for run, _ in known) / sum(run.visits for run, _ in known)
    bias = sum(1 - found.rate - run.invented / run.visits for run, found in known) / len(known) / truth
    drawn, found = sum(run.drawn for run in lived), sum(run.found for run in lived)
    share = 100 * drawn / sum(run.visits for run in lived)
    lift = found / drawn / truth
    over_rules = sum(run.by_model for run in lived) / max(1, sum(run.by_rules for run in lived))
    world = f"{runs} worlds of {REPS} reps and {DAYS} days, {100 * truth:.1f} % invented"
    spent = f"{time.process_time() - started:.0f} CPU s"
    return [
        Row(f"Sampling, {world}: found against chance at {share:.1f} % audited", f"{lift:.1f} × ({spent})", "≥ 8 ×", lift >= 8),
        Row("… found against the rules, the riskiest 3 %", f"{over_rules:.2f} ×", "≥ 1.15 ×", over_rules >= 1.15),
        Row("… bias of the untrue share", f"{100 * bias:+.1f} %", "within 5 %", abs(bias) <= 0.05),
        Row("… 95 % interval covers the truth", f"{100 * covered:.0f} % of worlds", "≥ 92 %", covered >= 0.92),
    ]  # fmt: skip


def main(runs: int) -> int:
    """Print the table; 1 when one of the figures misses its target."""
    rows = measure(runs)
    print(table(rows))
    return int(not all(row.holds for row in rows))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
