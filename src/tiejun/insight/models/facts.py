"""What the boards are read from: sums of each closed business day, made each night of the rows of the modules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class Cut(models.TextChoices):
    """What the sums of a day are cut by: units alone, or units with their people, the sources of leads, or what is sold.

    WHOLE is of all units together, by source and by what is sold: who is told of the whole company reads few rows.
    """

    WHOLE = "WHOLE"
    UNIT = "UNIT"
    PERSON = "PERSON"
    SOURCE = "SOURCE"
    LINE = "LINE"


KEY = ["cut", "day", "unit", "person", "source", "currency"]


class Fact(models.Model):
    """The sums of a day at a unit, as it was then; rows of each cut sum to the same, so a board reads one cut alone.

    They are derived: a roll-up makes them anew, and no other table refers to them. Without a unit (where the cut has units) or a person it
    is nobody's; `source` and `currency` are empty where there is none. `measures`: the columns that are summed.
    """

    # A board is read by unit; what somebody did elsewhere is no part of the board of the units they lead.
    reach = ReachPaths(own="unit_id", unit="unit_id")
    key: ClassVar[tuple[str, ...]] = ("cut", "day", "unit_id", "person_id", "source", "currency")
    measures: ClassVar[tuple[str, ...]] = ()
    cuts: ClassVar[tuple[Cut, ...]] = (Cut.WHOLE, Cut.UNIT, Cut.PERSON)

    id = models.BigAutoField(primary_key=True)
    cut = models.CharField(max_length=6, choices=Cut.choices)
    day = models.DateField()
    # The rows that were summed have been checked: thousands of them a night are not checked again.
    unit = models.ForeignKey(
        "org.Unit", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    person = models.ForeignKey(
        "org.Person", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    source = models.CharField(max_length=30, default="", blank=True)
    currency = models.CharField(max_length=3, default="", blank=True)

    objects = ScopedQuerySet["Fact"].as_manager()

    class Meta:
        abstract = True


class LeadFact(Fact):
    """Leads: those that came in by who held them at the last roll-up, those taken and given up by their holder, valid ones by their first."""

    measures = ("entered", "high", "medium", "taken", "given_up", "valid")
    cuts = (Cut.WHOLE, Cut.UNIT, Cut.PERSON, Cut.SOURCE)

    entered = models.IntegerField()
    high = models.IntegerField()
    medium = models.IntegerField()
    taken = models.IntegerField()
    given_up = models.IntegerField()
    valid = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=KEY, nulls_distinct=False, name="one_lead_fact_of_a_day")]


class FieldFact(Fact):
    """M-V1 to M-V3 as they were frozen, with what was corrected since."""

    measures = ("visits", "effective", "new_effective")

    visits = models.IntegerField()
    effective = models.IntegerField()
    new_effective = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=KEY, nulls_distinct=False, name="one_field_fact_of_a_day")]


class DealFact(Fact):
    """Opportunities by the day they were opened, at the amounts of the last roll-up, and by the day they were decided: all of them, and those won."""

    key = (*Fact.key, "product_line_id")
    measures = ("opened", "opened_minor", "decided", "won")
    cuts = (Cut.WHOLE, Cut.UNIT, Cut.PERSON, Cut.LINE)

    product_line = models.ForeignKey(
        "org.ProductLine", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    opened = models.IntegerField()
    opened_minor = models.BigIntegerField()
    decided = models.IntegerField()
    won = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=[*KEY, "product_line"], nulls_distinct=False, name="one_deal_fact_of_a_day")
        ]


class SaleFact(Fact):
    """Orders signed less those cancelled, what both add, money received, and first-time buyers: `fresh` of a lead of the same month, else `late`."""

    measures = ("orders", "signed_minor", "receipts", "received_minor", "fresh", "late")
    cuts = (Cut.WHOLE, Cut.UNIT, Cut.PERSON, Cut.SOURCE)

    orders = models.IntegerField()
    signed_minor = models.BigIntegerField()
    receipts = models.IntegerField()
    received_minor = models.BigIntegerField()
    fresh = models.IntegerField()
    late = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=KEY, nulls_distinct=False, name="one_sale_fact_of_a_day")]


class CustomerFact(Fact):
    """Customers there were when a month began (`day`), where the last of their orders was signed; E of the growth equation."""

    measures = ("customers",)
    cuts = (Cut.WHOLE, Cut.UNIT, Cut.PERSON, Cut.SOURCE)

    customers = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=KEY, nulls_distinct=False, name="one_customer_fact_of_a_month"),
            models.CheckConstraint(condition=Q(day__day=1), name="customer_facts_begin_a_month"),
        ]


class CohortFact(models.Model):
    """What the customers whose first order was signed in a month (`cohort`) did in a later `month`, by who sold it and where they came from.

    `buyers`: those with an order then, in the first month all of them; `again`: those whose second order it was; `net_minor`: as signatures
    and cancellations of their orders add up. `cut` as in other facts: WHOLE by source, UNIT by unit, SOURCE by both.
    """

    reach = ReachPaths(own="unit_id", unit="unit_id")
    key: ClassVar[tuple[str, ...]] = ("cut", "cohort", "month", "unit_id", "source", "currency")
    measures: ClassVar[tuple[str, ...]] = ("buyers", "again", "net_minor")

    id = models.BigAutoField(primary_key=True)
    cut = models.CharField(max_length=6, choices=Cut.choices)
    cohort = models.DateField()
    month = models.DateField()
    unit = models.ForeignKey(
        "org.Unit", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    source = models.CharField(max_length=30, default="", blank=True)
    currency = models.CharField(max_length=3)
    buyers = models.IntegerField()
    again = models.IntegerField()
    net_minor = models.BigIntegerField()

    objects = ScopedQuerySet["CohortFact"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cut", "cohort", "month", "unit", "source", "currency"],
                nulls_distinct=False,
                name="one_cohort_fact_of_a_month",
            ),
            models.CheckConstraint(condition=Q(month__gte=F("cohort")), name="cohorts_go_on_from_their_month"),
        ]


class ChannelFact(models.Model):
    """What came in a `month` of the companies whose first lead was received in a month (`cohort`); only the whole company is told of it.

    `buyers` stands in their first month: those with an order since it began, cancelled ones taken off.
    """

    key: ClassVar[tuple[str, ...]] = ("cohort", "month", "source", "currency")
    measures: ClassVar[tuple[str, ...]] = ("buyers", "signed_minor", "received_minor")

    id = models.BigAutoField(primary_key=True)
    cohort = models.DateField()
    month = models.DateField()
    source = models.CharField(max_length=30)
    currency = models.CharField(max_length=3)
    buyers = models.IntegerField()
    signed_minor = models.BigIntegerField()
    received_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "month", "source", "currency"], name="one_channel_fact_of_a_month"
            )
        ]


class RollUp(models.Model):
    """A run that brought the facts up to a day (exclusive); `as_of`: what was written down later is not in them.

    `churn_days`: the policy that customers were counted with. `changed`: rows written and taken out by fact.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    until = models.DateField()
    as_of = models.DateTimeField()
    churn_days = models.PositiveIntegerField()
    changed = models.JSONField(default=dict)

    class Meta:
        constraints = [sane_times("roll_up_times_are_sane", "as_of")]
        indexes = [models.Index(fields=["-as_of", "-id"], name="newest_roll_up")]


class Interim(models.Model):
    """The days since the last roll-up as they stood at a moment (`as_of`), summed up to a day (`until`, exclusive); the one row there is.

    In a company of many people it is renewed each minute, and boards read the facts of these days instead of the rows.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    until = models.DateField()
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_interim"),
            sane_times("interim_times_are_sane", "as_of"),
        ]


class RollUpProgress(models.Model):
    """A count of all days that is under way, month by month; boards know nothing of it until it is a `RollUp`, which it becomes.

    `since`: the first month; days before `upto` are summed. `is_first`: with the visits, which later counts of all days leave out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    since = models.DateField()
    upto = models.DateField()
    until = models.DateField()
    as_of = models.DateTimeField()
    churn_days = models.PositiveIntegerField()
    is_first = models.BooleanField()
    changed = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(upto__gte=F("since"), until__gte=F("upto")), name="counts_of_all_days_go_forward"
            ),
            sane_times("roll_up_progress_times_are_sane", "as_of"),
        ]

    @property
    def months(self) -> int:
        """How many months there are in all."""
        return months_between(self.since, self.until)

    @property
    def months_left(self) -> int:
        """How many months are not summed yet."""
        return months_between(self.upto, self.until)


def months_between(since: date, until: date) -> int:
    """Return how many months the days from `since` to `until` (exclusive) touch."""
    if since >= until:
        return 0
    last = until - timedelta(days=1)
    return (last.year - since.year) * 12 + last.month - since.month + 1


FACTS: tuple[type[Fact], ...] = (LeadFact, FieldFact, DealFact, SaleFact, CustomerFact)
MONTHS: tuple[type[CohortFact | ChannelFact], ...] = (CohortFact, ChannelFact)
