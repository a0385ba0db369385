"""The rows that `make bench` copies into the database by hand name every column that the models ask for."""

import re
from pathlib import Path

import pytest
from django.db.models import NOT_PROVIDED

from benchmarks import allotment, million
from tiejun.customers.models import Company, Contact
from tiejun.leads.models import Lead, LeadTenure

floor_file = Path(allotment.__file__).with_name("floor.py")
BY_HAND = re.search(r"\((.*?)\)", allotment._COMPANIES, re.DOTALL)


def inserted_by_floor(name: str) -> set[str]:
    """The columns of a model of the floor's application, which is none of ours: they are read from its source."""
    source = floor_file.read_text()
    body = source.split(f"class {name}(models.Model):")[1].split("class Meta")[0]
    return {
        column + "_id" * (kind == "ForeignKey")
        for column, kind in re.findall(r"^    (\w+) = (?:models\.)?(\w+)", body, re.MULTILINE)
    }


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Company, million._COMPANY),
        (Lead, million._LEAD),
        (LeadTenure, million._TENURE),
        (Contact, million._CONTACT),
        (Company, re.findall(r"\w+", BY_HAND[1] if BY_HAND else "")),
        (Company, inserted_by_floor("Company")),
        (Lead, inserted_by_floor("Lead")),
    ],
)
def test_no_column_is_forgotten(model, columns) -> None:
    asked = {
        field.column
        for field in model._meta.concrete_fields
        if not field.null and not field.generated and field.db_default is NOT_PROVIDED
    }

    assert asked - set(columns) == set()
