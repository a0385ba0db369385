from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories.forecast import make_class
from tests.factories.org import make_leave
from tests.factories.visits import DAY, local
from tiejun.meetings.models import AgendaItem
from tiejun.meetings.queries.briefing import briefing
from tiejun.meetings.queries.rooms import meeting_in_reach
from tiejun.meetings.rules import Kind
from tiejun.visits.models import DayPlan, PlanItem
from tiejun.visits.rules.vocabulary import ItemKind, Slot, StopReason

pytestmark = pytest.mark.django_db
MORNING = local("09:00")


@pytest.fixture
def morning(crew):
    """Somebody has a customer that is to sign today, without a backup, and a plan with one stop; somebody else is on leave."""
    make_class(crew.field.company, "A", on=DAY)
    crew.field.company.owner_id = crew.field.person.pk
    crew.field.company.save(update_fields=["owner"])
    make_leave(crew.others[0], unit=crew.field.unit, starts_on=DAY)
    plan = DayPlan.objects.create(
        person=crew.field.person, unit=crew.field.unit, business_day=DAY, morning_count=3, afternoon_count=5, changed_at=MORNING
    )  # fmt: skip
    PlanItem.objects.create(
        plan=plan, kind=ItemKind.ANCHOR, company=crew.field.company, position=1, slot=Slot.MORNING,
        reason=StopReason.NEXT_STEP, added_in=1,
    )  # fmt: skip
    return crew.open(Kind.BRIEFING, at=MORNING)


def test_the_morning_says_target_customers_missing_backups_and_routes(crew, morning):
    seen = briefing(crew.leader(MORNING), meeting_in_reach(crew.leader(MORNING), morning.pk), now=MORNING)

    assert (seen.target.deals, seen.target.floor, seen.lacking) == (1, 32, 1)
    assert [(deal.company, deal.name, deal.backup) for deal in seen.iron] == [("Suheng Medical", "Lin Xiao", "")]
    assert {(line.name, line.stops, line.leave_part) for line in seen.lines} == {
        ("Lin Xiao", 1, ""), ("Gao Ming", 0, ""), ("Rep A", 0, "FULL"), ("Rep B", 0, ""), ("Rep C", 0, ""),
    }  # fmt: skip
    assert list(AgendaItem.objects.values_list("code", flat=True)) == ["meetings.no_backup"]


def test_a_route_is_for_who_may_see_the_plan(crew, morning):
    scope = crew.scope(1, MORNING)

    seen = briefing(scope, meeting_in_reach(scope, morning.pk), now=MORNING)

    assert [line.name for line in seen.lines] == ["Gao Ming"]
    assert seen.target.deals == 1


def test_the_page_and_the_api_of_the_morning(crew, morning, client_of, at):
    at["now"] = MORNING
    leader = client_of(crew.field.supervisor)

    page = leader.get(reverse("meetings:room", args=[morning.pk]))
    told = leader.get(f"/api/v1/meetings/{morning.pk}/briefing").json()
    closed = leader.post(
        reverse("meetings:close", args=[morning.pk]), {"client_key": str(uuid4()), "version": 2, "reason": ""}
    )

    assert page.content.decode().count("Suheng Medical") == 4  # to sign, the route, the agenda and its tick
    assert (told["target"]["deals"], told["lines"][0]["name"]) == (1, page.context["lines"][0][0].name)
    assert closed.status_code == 302  # a briefing needs neither shares nor a drill


def test_the_morning_costs_the_same_for_many(crew, morning, django_assert_max_num_queries):
    scope = crew.leader(MORNING)
    meeting = meeting_in_reach(scope, morning.pk)

    with django_assert_max_num_queries(40):
        briefing(scope, meeting, now=MORNING)
