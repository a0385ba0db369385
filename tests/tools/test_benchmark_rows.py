"""The rows that `make bench` copies into the database by hand name every column that the models ask for."""

import re

import pytest
from django.db.models import NOT_PROVIDED

from benchmarks import allotment, million
from tiejun.customers.models import Company, Contact
from tiejun.leads.models import Lead, LeadTenure

BY_HAND = re.search(r"\((.*?)\)", allotment._COMPANIES, re.DOTALL)


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Company, million._COMPANY),
        (Lead, million._LEAD),
        (LeadTenure, million._TENURE),
        (Contact, million._CONTACT),
        (Company, re.findall(r"\w+", BY_HAND[1] if BY_HAND else "")),
    ],
)
def test_no_column_is_forgotten(model, columns) -> None:
    asked = {
        field.column
        for field in model._meta.concrete_fields
        if not field.null and not field.generated and field.db_default is NOT_PROVIDED
    }

    assert asked - set(columns) == set()
