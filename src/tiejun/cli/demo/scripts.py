"""A dozen scripts that the demo company's people say: written by a supervisor, published by sales operations, one being mended."""

from __future__ import annotations

import json
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from tiejun.access.roles import Role
from tiejun.cli.demo.company import ZONE
from tiejun.content.actions import publish_script, start_script, write_draft
from tiejun.content.rules import Words
from tiejun.foundation.times import at_local
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from tiejun.cli.demo.company import DemoStaff


def write_scripts(staff: DemoStaff, first_day: date) -> None:
    """Write and publish them before the first day; the last version of one waits to be published."""
    given = json.loads(files("tiejun.cli.demo").joinpath("scripts.json").read_text(encoding="utf-8"))
    now = at_local(first_day - timedelta(days=2), "11:00", ZONE)
    writer = scope_of_person(staff.supervisors[0], at=now, origin="demo")
    publisher = scope_of_person(staff.persons[Role.SALES_OPS], at=now, origin="demo")
    for number, one in enumerate(given["scripts"]):
        at = now + timedelta(minutes=5 * number)
        words = Words(one["title"], one["body"], one["title_en"], one["body_en"])
        row = start_script(writer, occasion=one["occasion"], words=words, now=at)
        publish_script(publisher, script_id=row.pk, version=1, now=at + timedelta(hours=3))
        if one["title"] == given["draft"]["title"]:
            new, later = given["draft"], at + timedelta(days=1)
            mended = Words(words.title, new["body"], words.title_en, words.body_en)
            write_draft(writer, script_id=row.pk, version=2, words=mended, why=new["why"], now=later)
