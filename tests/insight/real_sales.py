"""Two real tables of sales, brought in through the product's own actions, each on its own day.

They are for trials only and no part of the repository: `TIEJUN_TRIAL_DATA` names the folder that holds them. What they do not say is made up by
rule, the same for the product and for the calculation beside it:

- all days are eight years later, where the calendar of the product begins;
- one customer is what one person sells to (`crm-maven` lets several people sell to an account at a time, a company has one holder), respectively a
  customer of `superstore-zh`, who moves to the person of the region that the next order comes from;
- a deal is opened on the day it is decided: `crm-maven` opens several of a product with one account at a time, which is refused;
- a lead is received when `crm-maven` engages an account first; `superstore-zh` says nothing of it: up to 39 days before the first order;
- an order of `superstore-zh` that was returned is cancelled two weeks after it was sent: the table of returns has no days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from tests.factories.leads import make_pool, make_source
from tests.factories.org import make_company_tree, make_person, make_unit, scope_for
from tests.factories.pipeline import make_line
from tiejun.access.roles import Role
from tiejun.customers.rules import CompanyFacts
from tiejun.leads.actions import create_lead, transfer_lead
from tiejun.pipeline.actions import opportunities, orders, signing
from tiejun.pipeline.rules import LineFacts, LostReason, OpportunityFacts

if TYPE_CHECKING:
    from pathlib import Path

LATER = pd.DateOffset(years=8)
STARTS_ON = date(2021, 1, 1)
SOURCES = ("FAIR", "WEB", "CALL")
COLUMNS = ["buyer", "person", "unit", "source", "product", "day", "lead_on", "minor", "is_won", "undone_on"]


def crm_maven(folder: Path) -> pd.DataFrame:
    """Return the decided deals of `crm-maven` in the order of their days, one a row: amounts in cents as minor units."""
    table = pd.read_csv(folder / "crm-maven" / "sales_pipeline.csv")
    table = table[table["deal_stage"].isin(["Won", "Lost"])]
    teams = pd.read_csv(folder / "crm-maven" / "sales_teams.csv").set_index("sales_agent")
    accounts = pd.read_csv(folder / "crm-maven" / "accounts.csv").set_index("account")
    engaged = pd.to_datetime(table["engage_date"], format="%m/%d/%Y") + LATER
    found = pd.DataFrame(
        {
            "buyer": table["account"] + " " + table["sales_agent"],
            "person": table["sales_agent"],
            "unit": table["sales_agent"].map(teams["manager"]),
            "source": table["account"].map(accounts["sector"]).map(_source),
            "product": table["product"].replace("GTXPro", "GTX Pro"),
            "day": pd.to_datetime(table["close_date"], format="%m/%d/%Y") + LATER,
            "minor": (table["close_value"] * 100).round().astype("int64"),
            "is_won": table["deal_stage"] == "Won",
            "undone_on": pd.NaT,
        }
    )
    found["lead_on"] = engaged.groupby(found["buyer"]).transform("min")
    return _in_order(found)


def superstore(folder: Path) -> pd.DataFrame:
    """Return the orders of `superstore-zh` in the order of their days, one a row; an order's number is given to several customers."""
    book = next((folder / "superstore-zh").glob("*.xls"))
    sheets = pd.read_excel(book, sheet_name=None, engine="calamine")
    table, returned = sheets["订单"], set(sheets["退货"]["订单 ID"])
    staff = sheets["销售人员"].set_index("地区")["地区经理"]
    table["minor"] = (table["销售额"] * 100).round().astype("int64")
    keys = ["订单 ID", "客户 ID", "订单日期"]
    found = table.groupby(keys, as_index=False).agg(
        minor=("minor", "sum"), region=("地区", "first"), segment=("细分", "first"), product=("类别", "first"), sent=("发货日期", "max")
    )  # fmt: skip
    found["buyer"], found["day"] = found["客户 ID"], found["订单日期"] + LATER
    found["unit"], found["person"] = found["region"], found["region"].map(staff)
    found["source"], found["is_won"] = found["segment"].map(_source), True
    sent_back = found["订单 ID"].isin(returned)
    found["undone_on"] = (found["sent"] + LATER + pd.Timedelta(days=14)).where(sent_back)
    before = pd.to_timedelta(found["buyer"].str[-2:].astype(int) % 40, unit="D")
    found["lead_on"] = found.groupby("buyer")["day"].transform("min") - before
    return _in_order(found)


def _source(words: str) -> str:
    return SOURCES[sum(words.encode()) % len(SOURCES)]


def _in_order(found: pd.DataFrame) -> pd.DataFrame:
    return found.sort_values(["day", "buyer", "product", "minor"], kind="stable")[COLUMNS].reset_index(drop=True)


def sample(table: pd.DataFrame, one_in: int) -> pd.DataFrame:
    """Return the rows of every so many buyers."""
    buyers = sorted(table["buyer"].unique())[::one_in]
    return table[table["buyer"].isin(buyers)].reset_index(drop=True)


def at(day: Any, hour: int = 4) -> datetime:
    """Return an hour of a day, by default noon in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@dataclass
class World:
    """The company that the sales are brought into: a group for each unit of the table, with its people."""

    table: pd.DataFrame
    units: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, Any] = field(default_factory=dict)
    leads: dict[str, Any] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    head: Any = None
    region: Any = None

    def bring_in(self) -> World:
        """Make the people and products, then let everything happen on its day."""
        tree = make_company_tree()
        self.region = tree.region
        self.head = make_person(name="Gu Ming", role=Role.SALES_HEAD, unit=tree.company, starts_on=STARTS_ON)
        make_pool()
        for code in SOURCES:
            make_source(code)
        for unit in self.table["unit"].unique():
            self.units[unit] = make_unit(unit, parent=tree.region)
        for person, unit in self.table[["person", "unit"]].drop_duplicates().itertuples(index=False):
            self.people[person] = make_person(name=person, unit=self.units[unit], starts_on=STARTS_ON)
        for number, product in enumerate(self.table["product"].unique()):
            self.lines[product] = make_line(f"P{number}", price=1)  # no price of a list to take a discount from
        first = self.table.drop_duplicates("buyer")
        steps = [(row.lead_on, 0, number, self._lead, row) for number, row in enumerate(first.itertuples())]
        steps += [(row.day, 1, number, self._decide, row) for number, row in enumerate(self.table.itertuples())]
        for _day, _kind, _number, step, row in sorted(steps, key=lambda one: one[:3]):
            step(row)
        return self

    def _lead(self, row: Any) -> None:
        now = at(row.lead_on)
        facts = CompanyFacts(name=row.buyer, city_code="330100")
        scope = scope_for(self.people[row.person], at=now)
        self.leads[row.buyer] = create_lead(scope, facts=facts, source_code=row.source, now=now)
        self.holders[row.buyer] = row.person

    def _decide(self, row: Any) -> None:
        now, lead = at(row.day, 6), self.leads[row.buyer]
        if self.holders[row.buyer] != row.person:
            to = self.people[row.person]
            head = scope_for(self.head, at=now)
            transfer_lead(head, lead_id=lead.pk, to_person_id=to.pk, reason="The order comes from there.", now=now)
            self.holders[row.buyer] = row.person
        scope, line = scope_for(self.people[row.person], at=now), self.lines[row.product]
        facts = OpportunityFacts(row.minor, row.day.date())
        deal = opportunities.open_opportunity(
            scope, company_id=lead.company_id, product_line_id=line.pk, facts=facts, now=now
        )
        if not row.is_won:
            opportunities.lose_opportunity(
                scope, opportunity_id=deal.pk, version=deal.version, reason=LostReason.PRICE, note="", now=now
            )
            return
        sold = [LineFacts(line.pk, 1, row.minor)]
        draft = orders.draft_order(scope, opportunity_id=deal.pk, lines=sold, now=now)
        order = signing.sign_order(scope, order_id=draft.pk, version=draft.version, signed_on=row.day.date(), now=now)
        if not pd.isna(row.undone_on):
            late = at(row.undone_on, 6)
            scope = scope_for(self.people[row.person], at=late)
            orders.cancel_order(scope, order_id=order.pk, version=order.version, reason="Returned", now=late)
            again = opportunities.Opportunity.objects.get(pk=deal.pk)
            opportunities.lose_opportunity(
                scope, opportunity_id=deal.pk, version=again.version, reason=LostReason.PRICE, note="", now=late
            )


def day_after(table: pd.DataFrame) -> datetime:
    """Return the morning on which all of a table lies behind: the second of the month after its last day."""
    last = max(table["day"].max(), table["undone_on"].max()) if table["undone_on"].notna().any() else table["day"].max()
    return at((last + pd.offsets.MonthBegin(1)).date() + timedelta(days=1), 2)
