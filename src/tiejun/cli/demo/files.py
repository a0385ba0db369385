"""A list that sales operations brought in as a file: uploaded, read, and imported with two faulty rows named."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

from django.utils import timezone

from tiejun.access.roles import Role
from tiejun.cli.demo.names import words
from tiejun.exchange import jobs
from tiejun.exchange.actions.imports import start_import, upload_import
from tiejun.exchange.queries.imports import import_in_reach
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.cli.demo.company import DemoStaff
    from tiejun.cli.demo.supply import Supply

ROWS = 86


def bring_file(staff: DemoStaff, supply: Supply, now: datetime) -> None:
    """Import a trade fair's list through the steps of the page."""
    scope = scope_of_person(staff.persons[Role.SALES_OPS], at=now, origin="demo")
    row = upload_import(
        scope,
        name=words()["list_file"],
        content_type="text/csv",
        chunks=iter([_list(supply)]),
        pool_id=supply.pools[0],
        source_id=supply.sources["FAIR"],
        now=now,
    )
    jobs.read_import(str(row.pk), "")
    read = import_in_reach(scope, row.pk)
    # The worker's part reads the clock, which the story has left behind: so does its start, or the file would have taken minutes.
    start_import(scope, import_id=row.pk, mapping=read.mapping, now=timezone.now())
    jobs.run_import(str(row.pk))


def _list(supply: Supply) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(words()["list_headers"])
    for number, company in enumerate(islice(supply.companies, ROWS)):
        # One row without a name, one with a mistyped code, as such lists are.
        name = "" if number == 17 else company.name
        code = company.credit_code[:-1] + "O" if number == 52 else company.credit_code
        lines.writerow([name, code, company.contact, company.phone, company.address])
    return text.getvalue().encode("gb18030")
