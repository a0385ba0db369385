"""The floor: the least that Django needs for the same answers. No middleware, no sign-in, no checks; the right indexes.

Served by the same server with the same settings, so what remains between the two is what the product adds.
"""

import json
import os
import uuid
from datetime import UTC, datetime

import django
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.wsgi import get_wsgi_application
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from tiejun.foundation.environment import parsed_database_url

settings.configure(
    SECRET_KEY=os.environ["BENCHMARK_KEY"],
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": parsed_database_url(os.environ["DATABASE_OWNER_URL"])
        | {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None}
    },
    USE_TZ=True,
    LOGGING_CONFIG=None,
)
django.setup()

SIZE = 50
COLUMNS = (
    "id", "company_id", "company__name", "status", "intent", "contact_wanted", "pool_id", "source_id", "district_code", "owner_id",
    "unit_id", "tenures_count", "last_activity_at", "next_step_at", "created_at", "version",
)  # fmt: skip
NAMED = tuple(name.replace("__", "_") for name in COLUMNS)


class Company(models.Model):
    """A company on the product's own table, with what an insert must fill."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, default="")
    normalised_name = models.CharField(max_length=200)
    initials = models.CharField(max_length=200, default="")
    search_grams = ArrayField(models.IntegerField(), default=list)
    credit_code = models.CharField(max_length=18, null=True)  # noqa: DJ001 -- as the product has it
    city_code = models.CharField(max_length=6)
    district_code = models.CharField(max_length=6, default="")
    address = models.CharField(max_length=400)
    industry = models.CharField(max_length=80, default="")
    legal_person = models.CharField(max_length=80, default="")
    capital_currency = models.CharField(max_length=3, default="CNY")
    lifecycle = models.CharField(max_length=10, default="PROSPECT")
    closing_class = models.CharField(max_length=1, default="-")
    domain = models.CharField(max_length=120, default="")
    opening_hours = models.CharField(max_length=23, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        app_label = "floor"
        db_table = "customers_company"
        managed = False


class Lead(models.Model):
    """A lead on the product's own table."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=15, default="POOLED")
    intent = models.CharField(max_length=10, default="UNKNOWN")
    contact_wanted = models.BooleanField(default=True)
    pool_id = models.UUIDField()
    source_id = models.UUIDField()
    district_code = models.CharField(max_length=6, default="")
    owner_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    tenures_count = models.PositiveSmallIntegerField(default=0)
    frozen_reason = models.CharField(max_length=100, default="")
    last_activity_at = models.DateTimeField()
    next_step_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        app_label = "floor"
        db_table = "leads_lead"
        managed = False


class NamedLead(models.Model):
    """A copy of the leads with their companies' names beside them, under the index that text search usually gets: trigrams."""

    id = models.UUIDField(primary_key=True)
    company_id = models.UUIDField()
    company_name = models.CharField(max_length=200)
    status = models.CharField(max_length=15)
    intent = models.CharField(max_length=10)
    contact_wanted = models.BooleanField()
    pool_id = models.UUIDField()
    source_id = models.UUIDField()
    district_code = models.CharField(max_length=6)
    owner_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    tenures_count = models.PositiveSmallIntegerField()
    last_activity_at = models.DateTimeField()
    next_step_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField()

    class Meta:
        app_label = "floor"
        db_table = "floor_lead"
        managed = False


def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def leads(request: HttpRequest) -> JsonResponse:
    """The last active leads of an owner."""
    rows = Lead.objects.filter(owner_id=request.GET["owner"]).order_by("-last_activity_at", "-id")
    return JsonResponse({"items": list(rows.values(*COLUMNS)[:SIZE])})


def create(request: HttpRequest) -> JsonResponse:
    """One company and its lead, in one transaction."""
    given = json.loads(request.body)
    now = datetime.now(UTC)
    with transaction.atomic():
        company = Company.objects.create(
            name=given["name"],
            normalised_name=given["name"],
            city_code=given["city_code"],
            address=given["address"],
            created_at=now,
            changed_at=now,
        )
        lead = Lead.objects.create(
            company=company, pool_id=given["pool"], source_id=given["source"], last_activity_at=now, created_at=now
        )
    return JsonResponse(
        {"id": lead.pk, "company_id": company.pk, "company_name": company.name, "status": lead.status}, status=201
    )


def search(request: HttpRequest) -> JsonResponse:
    """The leads of the pool whose company's name contains a text, the last active first: from one table, without a join."""
    rows = NamedLead.objects.filter(status="POOLED", company_name__contains=request.GET["q"])
    return JsonResponse({"items": list(rows.order_by("-last_activity_at", "-id").values(*NAMED)[:SIZE])})


urlpatterns = [path("healthz", healthz), path("leads", leads), path("create", create), path("search", search)]
application = get_wsgi_application()
