"""How even a distribution is."""

from collections.abc import Iterable


def gini(amounts: Iterable[float]) -> float:
    """Return the Gini coefficient of amounts: 0 = all the same, towards 1 = one has all; 0 for nothing at all.

    Amounts below zero count as zero. Mean absolute difference over twice the mean, by the sorted form.
    """
    ordered = sorted(max(0.0, amount) for amount in amounts)
    total = sum(ordered)
    if not total:
        return 0.0
    count = len(ordered)
    weighted = sum((2 * place - count - 1) * amount for place, amount in enumerate(ordered, 1))
    return weighted / (count * total)


def share_percent(part: int, whole: int) -> int:
    """Return a part in whole percent of the whole; 0 of nothing."""
    return round(100 * part / whole) if whole else 0
