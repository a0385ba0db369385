"""The growth equation, cohorts and win rates of a table of deals, calculated with pandas alone: what the product must be equal to."""

from __future__ import annotations

from itertools import permutations
from math import prod
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

CHURN = pd.Timedelta(days=365)
COUNTS = ["leads", "buyers", "late", "existing", "orders", "net_minor"]
FACTORS = ["LEADS", "CONVERSION", "LATE", "EXISTING", "FREQUENCY", "VALUE"]


def _month(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M")


def equation(table: pd.DataFrame, month: pd.Period, part: str) -> pd.DataFrame:
    """Count V, the buyers of V·c, L, E, the orders and R (minor units) of a month by a column of the table."""
    won = table[table["is_won"]]
    signed, undone = won[_month(won["day"]) == month], won[_month(won["undone_on"]) == month]
    standing = won[won["undone_on"].isna()]
    start = month.start_time
    firsts = standing.drop_duplicates("buyer")
    began = won.groupby("buyer")["day"].min()
    new = firsts[(_month(firsts["day"]) == month) & (firsts["buyer"].map(began) >= start)]
    is_fresh = _month(new["lead_on"]) == month
    before = standing[standing["day"] < start].drop_duplicates("buyer", keep="last")
    leads = table.drop_duplicates("buyer")
    sizes = {
        "leads": leads[_month(leads["lead_on"]) == month],
        "buyers": new[is_fresh],
        "late": new[~is_fresh],
        "existing": before[start - before["day"] <= CHURN],
    }
    found = {name: rows.groupby(part).size() for name, rows in sizes.items()}
    found["orders"] = signed.groupby(part).size().sub(undone.groupby(part).size(), fill_value=0)
    found["net_minor"] = signed.groupby(part)["minor"].sum().sub(undone.groupby(part)["minor"].sum(), fill_value=0)
    return pd.DataFrame(found)[COUNTS].fillna(0).astype("int64")


def shares(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, float]:
    """Return each factor's Shapley value of the change of R: its effect averaged over all orders in which the six could have changed."""
    was, came = _factors(before), _factors(after)
    first = [one if one is not None else other or 0.0 for one, other in zip(was, came, strict=True)]
    then = [other if other is not None else one or 0.0 for one, other in zip(was, came, strict=True)]
    found = dict.fromkeys(FACTORS, 0.0)
    orders = list(permutations(range(len(FACTORS))))
    for order in orders:
        values, revenue = list(first), _revenue(first)
        for place in order:
            values[place] = then[place]
            now = _revenue(values)
            found[FACTORS[place]] += (now - revenue) / len(orders)
            revenue = now
    return found | {"OUTSIDE": float(_outside(after) - _outside(before))}


def _customers(counts: Mapping[str, int]) -> int:
    return counts["buyers"] + counts["late"] + counts["existing"]


def _outside(counts: Mapping[str, int]) -> int:
    return 0 if counts["orders"] and _customers(counts) else counts["net_minor"]


def _factors(counts: Mapping[str, int]) -> list[float | None]:
    leads, customers, orders = counts["leads"], _customers(counts), counts["orders"]
    late = counts["late"] if leads else counts["late"] + counts["buyers"]
    return [
        leads,
        counts["buyers"] / leads if leads else None,
        late,
        counts["existing"],
        orders / customers if customers else None,
        counts["net_minor"] / orders if orders else None,
    ]


def _revenue(values: list[Any]) -> float:
    leads, conversion, late, existing, *rest = values
    return (leads * conversion + late + existing) * prod(rest)


def cohorts(table: pd.DataFrame, months: pd.PeriodIndex) -> dict[pd.Period, dict[str, Any]]:
    """Return the customers by the month of their first order that stands: how many, how many had come back by each month, what they spent in it."""
    won = table[table["is_won"]]
    standing = won[won["undone_on"].isna()].copy()
    standing["place"] = standing.groupby("buyer").cumcount() + 1
    firsts = standing[standing["place"] == 1].set_index("buyer")
    began, second = _month(firsts["day"]), standing[standing["place"] == 2].set_index("buyer")["day"].dt.to_period("M")
    money = pd.concat(
        [won.assign(month=_month(won["day"])), won.assign(month=_month(won["undone_on"]), minor=-won["minor"])]
    ).dropna(subset=["month"])
    money["cohort"] = money["buyer"].map(began)
    money = money[_month(money["day"]) >= money["cohort"]]
    net = money.groupby(["cohort", "month"])["minor"].sum()
    found = {}
    for cohort in months:
        buyers = began[began == cohort].index
        if len(buyers):
            came_back = second.reindex(buyers)
            since = [month for month in months if month >= cohort]
            found[cohort] = {
                "customers": len(buyers),
                "again": [int((came_back <= month).sum()) for month in since],
                "net_minor": [int(net.get((cohort, month), 0)) for month in since],
                "buyers": buyers,
            }
    return found


def win_rates(table: pd.DataFrame, by: list[str]) -> dict[Any, tuple[int, int]]:
    """Return how many deals were won of those decided, by columns of the table or the `month` of the decision; an order that was sent back is lost then."""
    decided = table["undone_on"].fillna(table["day"])
    deals = table.assign(won=table["is_won"] & table["undone_on"].isna(), month=decided.dt.to_period("M"))
    sums = deals.groupby(by)["won"].agg(["sum", "size"])
    return {key: (int(won), int(size)) for key, won, size in sums.itertuples()}


def first_parts(table: pd.DataFrame, part: str) -> pd.Series:
    """Return a column of the table at each buyer's first order that stands."""
    standing = table[table["is_won"] & table["undone_on"].isna()]
    return standing.drop_duplicates("buyer").set_index("buyer")[part]
