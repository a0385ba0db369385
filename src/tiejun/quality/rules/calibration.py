"""How good the audit itself is, from tasks that two inspectors judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.engines.sampling import AuditError
from tiejun.quality.rules.vocabulary import SETTLED, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

# The policy's numbers weigh as this many second looks until there are some.
PRIOR_LOOKS = 100.0


def audit_error(pairs: Iterable[tuple[str, str]], *, sensitivity: float, specificity: float) -> AuditError:
    """Return the error of an audit: `pairs` of first and second finding, the second taken as the reference.

    The given numbers are the prior (`PRIOR_LOOKS` looks); what could not be verified says nothing.
    """
    untrue = found = true = left = 0
    for first, second in pairs:
        if first not in SETTLED or second not in SETTLED:
            continue
        if second == Finding.CONTRADICTED:
            untrue += 1
            found += first == Finding.CONTRADICTED
        else:
            true += 1
            left += first != Finding.CONTRADICTED
    return AuditError(
        sensitivity=(sensitivity * PRIOR_LOOKS + found) / (PRIOR_LOOKS + untrue),
        specificity=(specificity * PRIOR_LOOKS + left) / (PRIOR_LOOKS + true),
    )


def kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of two inspectors' findings: 1 = always the same, 0 = no more than chance; None without pairs."""
    rows = list(pairs)
    if not rows:
        return None
    names = {name for pair in rows for name in pair}
    same = sum(first == second for first, second in rows) / len(rows)
    by_chance = (
        sum(sum(first == name for first, _ in rows) * sum(second == name for _, second in rows) for name in names)
        / len(rows) ** 2
    )
    return 1.0 if by_chance >= 1 else (same - by_chance) / (1 - by_chance)
