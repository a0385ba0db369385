"""What the supervisor's daily report says of the evening meeting."""

import pytest
from django.urls import reverse

from tests.factories.forecast import open_evening
from tests.factories.visits import DAY, local
from tiejun.forecast.queries.reports import report_page

pytestmark = pytest.mark.django_db


def test_decisions_actions_and_drills_stand_in_the_report(crew, client_of, at):
    open_evening(crew.field)
    meeting = crew.open()
    crew.decide(meeting)

    sections = report_page(crew.leader(local("18:10")), crew.field.unit.pk, DAY, now=local("18:10")).sections
    kept = next(one.kept for one in sections if one.section.key == "meetings")
    assert (kept["decisions"], kept["people"], kept["drills"]) == (["we show the sums first"], 5, [])

    at["now"] = local("18:10")
    page = client_of(crew.field.supervisor).get(reverse("forecast:report", args=[crew.field.unit.pk]) + f"?day={DAY}")
    shown = page.content.decode()
    assert (page.status_code, "we show the sums first" in shown, "今天没有陪访。" in shown) == (
        200, True, True,
    )  # fmt: skip
