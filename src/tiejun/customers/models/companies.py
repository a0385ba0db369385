from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import PREFIX_LENGTHS, new_id
from tiejun.foundation.times import sane_times

# When a company was made, as the beginnings of its identifier; the index of grams holds them, so that it can be asked for the newest.
BEGINNINGS = ", ".join(f'left({{id}}::text COLLATE "C", {length})' for length in PREFIX_LENGTHS)


class Company(models.Model):
    """A company we sell to or might: one row, however many leads, visits and orders it has.

    `owner` and `unit` are the copy of the open holding (`leads.LeadTenure` is the truth), written by `leads` alone.
    `search_grams` (`engines.names.search`) bring the candidates for any two characters of the name or of its pinyin `initials`;
    `folded_name` is the form that candidates are compared in, kept where it is not the name itself. `explained_at`: when a
    visit last explained the service. `opening_hours`: as `engines.workdays.windows` writes them, empty for the usual ones. `refused_at`: the last visit refused clearly, until a later one meets them without.
    `custom`: values of custom fields by key (`fields`), none where nobody wrote one.
    `merged_into`: the company that this one was found to be; its row stays, because its name and
    code go on meaning the survivor, and history stays where it happened. `changed_at`: the last activity, by which lists are ordered.
    """

    class Lifecycle(models.TextChoices):
        PROSPECT = "PROSPECT"
        ACQUIRE = "ACQUIRE"
        ACTIVATE = "ACTIVATE"
        RETAIN = "RETAIN"
        EXPAND = "EXPAND"
        REFER = "REFER"

    class ClosingClass(models.TextChoices):
        A = "A"
        B = "B"
        C = "C"
        D = "D"
        NONE = "-"

    reach = ReachPaths(own="owner_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, default="")
    normalised_name = models.CharField(max_length=200)
    initials = models.CharField(max_length=200, default="")
    search_grams = ArrayField(models.IntegerField(), default=list)
    credit_code = models.CharField(max_length=18, null=True)  # noqa: DJ001 -- unknown codes must not collide
    city_code = models.CharField(max_length=6, default="")
    district_code = models.CharField(max_length=6, default="")
    address = models.CharField(max_length=400, default="")
    building = models.ForeignKey("org.Building", null=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    opening_hours = models.CharField(max_length=23, default="")
    industry = models.CharField(max_length=80, default="")
    legal_person = models.CharField(max_length=80, default="")
    domain = models.CharField(max_length=120, default="")
    registered_on = models.DateField(null=True)
    capital_minor = models.BigIntegerField(null=True)
    capital_currency = models.CharField(max_length=3, default="CNY")
    segment = models.ForeignKey("org.Segment", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    lifecycle = models.CharField(max_length=10, choices=Lifecycle.choices, default=Lifecycle.PROSPECT)
    closing_class = models.CharField(max_length=1, choices=ClosingClass.choices, default=ClosingClass.NONE)
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    explained_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    last_effective_at = models.DateTimeField(null=True)
    last_visit_at = models.DateTimeField(null=True)
    next_step_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    custom = models.JSONField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Company"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=Q(credit_code__isnull=False), name="one_company_per_credit_code"
            ),
            models.UniqueConstraint(fields=["normalised_name", "city_code"], name="one_company_per_name_and_city"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(owner=None, unit=None), name="merged_companies_are_held_by_nobody"
            ),
            models.CheckConstraint(
                condition=~Q(closing_class="A") | Q(refused_at=None),
                name="class_a_and_a_clear_refusal_exclude_each_other",
            ),
            sane_times(
                "company_times_are_sane",
                "explained_at",
                "refused_at",
                "last_effective_at",
                "last_visit_at",
                "next_step_at",
                "created_at",
                "changed_at",
            ),
        ]
        indexes = [
            # A company that changes hands waits in the index's list; who makes it full sorts it in, and must not take long.
            GinIndex(
                F("search_grams"),
                Func(F("id"), template=f"(ARRAY[{BEGINNINGS.format(id='%(expressions)s')}])"),
                name="companies_by_name_part",
                gin_pending_list_limit=512,
            ),
            # Companies without a value are not in it: it costs nothing where no field is defined.
            GinIndex(fields=["custom"], condition=Q(custom__isnull=False), name="companies_by_custom_value"),
            models.Index(
                fields=["owner", "-changed_at", "-id"], condition=Q(owner__isnull=False), name="companies_of_an_owner"
            ),
            models.Index(
                fields=["unit", "-changed_at", "-id"], condition=Q(unit__isnull=False), name="companies_of_a_unit"
            ),
            models.Index(fields=["-changed_at", "-id"], name="companies_newest_first"),
            models.Index(OpClass("industry", "text_pattern_ops"), name="companies_by_industry"),
            models.Index(fields=["domain"], condition=~Q(domain=""), name="companies_by_domain"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="companies_merged_into_another"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at a company. Roles count once a visit confirmed them; `is_senior`: owner or senior management."""

    class Role(models.TextChoices):
        KP = "KP"
        INFLUENCER = "INFLUENCER"
        GATEKEEPER = "GATEKEEPER"
        USER = "USER"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False, related_name="+")
    name = models.CharField(max_length=80, default="", blank=True)
    title = models.CharField(max_length=80, default="", blank=True)
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices), default=list)
    is_senior = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True)
    phone_cipher = models.BinaryField(default=b"")
    phone_index = models.BinaryField(default=b"")
    phone_last4 = models.CharField(max_length=4, default="")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["company"], name="contacts_of_a_company"),
            models.Index(fields=["phone_index"], condition=~Q(phone_index=b""), name="contacts_by_phone"),
            models.Index(fields=["phone_last4"], condition=~Q(phone_last4=""), name="contacts_by_last_four"),
            models.Index(fields=["name"], condition=~Q(name=""), name="contacts_by_name"),
        ]
        constraints = [sane_times("contact_times_are_sane", "confirmed_at", "created_at", "removed_at")]


class ClosingClassChange(models.Model):
    """One spell of a closing class; the open one is `Company.closing_class`. A needs an amount and its day; B a next step.

    `backup`: the class B customer that stands by for an A.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    closing_class = models.CharField(max_length=1, choices=Company.ClosingClass.choices)
    reason = models.CharField(max_length=300, default="")
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="CNY")
    expected_on = models.DateField(null=True)
    next_step_at = models.DateTimeField(null=True)
    renewals = models.PositiveSmallIntegerField(default=0)
    backup = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    set_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], condition=Q(ended_at=None), name="one_open_class_per_company"),
            models.CheckConstraint(
                condition=~Q(closing_class="A") | Q(amount_minor__gt=0, expected_on__isnull=False),
                name="class_a_has_an_amount_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(closing_class__in=["B", "C"]) | Q(next_step_at__isnull=False),
                name="class_b_and_c_have_a_next_step",
            ),
            models.CheckConstraint(
                condition=Q(backup=None) | (Q(closing_class="A") & ~Q(backup=F("company"))),
                name="only_class_a_has_a_backup_and_it_is_another",
            ),
            sane_times("class_times_are_sane", "next_step_at", "set_at", "ended_at"),
        ]
        indexes = [
            models.Index(
                fields=["expected_on"], condition=Q(ended_at=None, closing_class="A"), name="open_class_a_by_day"
            )
        ]


class LifecycleChange(models.Model):
    """A move between the five stages; backward moves carry a reason."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    stage_from = models.CharField(max_length=10, choices=Company.Lifecycle.choices)
    stage_to = models.CharField(max_length=10, choices=Company.Lifecycle.choices)
    reason = models.CharField(max_length=300, default="")
    changed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(stage_from=F("stage_to")), name="a_lifecycle_change_changes")
        ]
        indexes = [models.Index(fields=["company", "-changed_at"], name="lifecycle_of_a_company")]
