from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.access.roles import LEADING_ROLES, Role
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.org.models.places import Building as Building

if TYPE_CHECKING:
    from datetime import date


class Unit(models.Model):
    """A company, region or group. `path` is the ids of its chain from the company down, joined by `/`."""

    class Kind(models.TextChoices):
        COMPANY = "COMPANY"
        REGION = "REGION"
        GROUP = "GROUP"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=400)
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    currency = models.CharField(max_length=3, default="CNY")
    city_code = models.CharField(max_length=6, default="")
    closed_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path"], name="one_unit_per_path"),
            models.CheckConstraint(
                condition=Q(kind="COMPANY", parent=None) | ~Q(kind="COMPANY") & Q(parent__isnull=False),
                name="only_the_company_has_no_parent",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="COMPANY"), name="one_company_per_installation"),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A human being of the company; history refers to persons, a person may have no login."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    name_initials = models.CharField(max_length=40, default="")
    staff_number = models.CharField(max_length=20)
    phone_cipher = models.BinaryField(default=b"")
    phone_index = models.BinaryField(default=b"")
    phone_last4 = models.CharField(max_length=4, default="")
    email = models.EmailField(default="", blank=True)
    joined_on = models.DateField()
    first_field_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff_number"], name="one_person_per_staff_number"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="nobody_leaves_before_joining"
            ),
        ]
        indexes = [
            models.Index(fields=["name_initials", "id"], name="persons_by_initials"),
            models.Index(fields=["phone_index"], condition=~Q(phone_index=b""), name="persons_by_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class LoginManager(BaseUserManager["Login"]):
    def get_by_natural_key(self, username: str | None) -> Login:
        return self.get(username=username)


class Login(AbstractBaseUser):
    """The user model: how a person signs in, and how they like the screen."""

    class Theme(models.TextChoices):
        SYSTEM = "SYSTEM"
        LIGHT = "LIGHT"
        DARK = "DARK"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="+")
    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="", blank=True)
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    date_joined = models.DateTimeField()
    must_change_password = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[LoginManager] = LoginManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="usernames_differ_by_more_than_case")]

    def __str__(self) -> str:
        return self.username


class PositionQuerySet(ScopedQuerySet["Position"]):
    def on(self, day: date) -> Self:
        """Cut to the positions that are held on a day, primary ones first."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day).order_by(
            "-is_primary", "starts_on"
        )

    def overlapping(self, first: date, last: date | None) -> Self:
        """Cut to the positions that are held on some day from `first` to `last` (None: for ever)."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gte=first))
        return rows if last is None else rows.filter(starts_on__lte=last)


class Position(models.Model):
    """A person holds a role at a unit from a day to a day (`ends_on` inclusive): who led whom, and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    is_primary = models.BooleanField(default=True)
    is_acting = models.BooleanField(default=False)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    reach = ReachPaths(own="person_id", unit="unit_id")
    objects = PositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="positions_end_after_they_start"
            ),
            ExclusionConstraint(
                name="one_primary_position_per_person_at_a_time",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_primary=True),
            ),
            ExclusionConstraint(
                name="one_leader_per_unit_at_a_time",
                expressions=[
                    (F("unit"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_acting=False, role__in=[role.value for role in LEADING_ROLES]),
            ),
            ExclusionConstraint(
                name="one_acting_leader_per_unit_at_a_time",
                expressions=[
                    (F("unit"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_acting=True),
            ),
            models.CheckConstraint(
                condition=Q(is_acting=False) | Q(is_primary=False, ends_on__isnull=False),
                name="acting_is_beside_the_own_position_and_ends",
            ),
        ]
        indexes = [models.Index(fields=["unit", "role", "starts_on"], name="positions_of_a_unit")]


class Leave(models.Model):
    """Days away. A half day counts pro rata for the floors."""

    class Kind(models.TextChoices):
        ANNUAL = "ANNUAL"
        SICK = "SICK"
        PERSONAL = "PERSONAL"
        TRAINING = "TRAINING"
        OTHER = "OTHER"

    class Part(models.TextChoices):
        FULL = "FULL"
        MORNING = "MORNING"
        AFTERNOON = "AFTERNOON"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.FULL)
    starts_on = models.DateField()
    ends_on = models.DateField()
    note = models.CharField(max_length=200, default="", blank=True)
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    reach = ReachPaths(own="person_id", unit="unit_id")
    objects = ScopedQuerySet["Leave"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="leave_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(part="FULL") | Q(starts_on=F("ends_on")), name="half_days_are_single_days"
            ),
            ExclusionConstraint(
                name="no_two_leaves_at_a_time",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at=None, part="FULL"),
            ),
            sane_times("leave_times_are_sane", "recorded_at", "cancelled_at"),
        ]
        indexes = [models.Index(fields=["person", "starts_on"], name="leave_of_a_person")]


class Segment(models.Model):
    """A kind of customer: the golden ratio and cycle of the plan are set per segment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, default="")


class ProductLine(models.Model):
    """What is sold. `is_trial`: a first taste at a low price, from which customers come to the full service."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, default="")
    list_price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    is_sold = models.BooleanField(default=True)
    is_trial = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(list_price_minor__gte=0), name="list_prices_are_not_negative")
        ]


class Territory(models.Model):
    """A part of the market that is given to people; `unit`: whose part it is. What it covers stands in its rules.

    `boundary`: the ring that was drawn around it (longitude, latitude, closed); its buildings are among the rules.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)
    boundary = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="one_territory_per_name_and_unit")]

    def __str__(self) -> str:
        return self.name


class TerritoryRule(models.Model):
    """One district, building or segment of a territory: anywhere in its districts or buildings, and of its segments."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    district_code = models.CharField(max_length=6, default="")
    building = models.ForeignKey(Building, null=True, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(building=None, segment=None) & ~Q(district_code="")
                | Q(district_code="", building__isnull=False, segment=None)
                | Q(district_code="", building=None, segment__isnull=False),
                name="a_territory_rule_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["territory", "district_code", "building", "segment"],
                nulls_distinct=False,
                name="one_rule_per_thing_and_territory",
            ),
        ]


class TerritoryAssignment(models.Model):
    """A person works a territory from a day to a day (`ends_on` inclusive)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="territories_end_after_they_start"
            ),
            ExclusionConstraint(
                name="nobody_has_a_territory_twice_at_a_time",
                expressions=[
                    (F("territory"), RangeOperators.EQUAL),
                    (F("person"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["person", "starts_on"], name="territories_of_a_person")]
