"""RS-24: a building that is found without a signal is climbed at once; it arrives before its doors, once. What is said is there too."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.chromium import DAY_IS_KEPT, wait_until
from tests.factories.org import NOW, make_person, scope_for
from tests.reliability.phones import phone
from tiejun.access.roles import Role
from tiejun.content.actions import publish_script, start_script
from tiejun.content.rules import Words
from tiejun.org.models import Building, Unit
from tiejun.visits.models import Door

__all__ = ["phone"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_building_found_without_a_signal_is_climbed_there_and_both_arrive_once(phone) -> None:
    Unit.objects.filter(parent=None).update(city_code="330100")
    writer = scope_for(phone.rep.supervisor)
    script = start_script(writer, occasion="OBJECTION", words=Words("", "", "Too dear", "Than what?"), now=NOW)
    ops = make_person(role=Role.SALES_OPS, unit=Unit.objects.get(parent=None))
    publish_script(scope_for(ops), script_id=script.pk, version=1, now=NOW)
    page = phone.open()
    phone.sign_in(page)
    wait_until(page, DAY_IS_KEPT)
    phone.context.set_offline(True)

    page.goto("/offline/")
    page.get_by_text("Too dear").click()
    page.get_by_text("Than what?").wait_for()
    page.get_by_role("link", name="New building").click()
    page.get_by_label("Name of the building").fill("Harbour Tower")
    page.get_by_role("button", name="Add and knock").click()
    page.get_by_label("Company on the sign").fill("Behind the door Ltd")
    page.get_by_text("No answer").click()
    page.get_by_role("button", name="Save door").click()
    wait_until(page, "waiting().then((number) => number === 2)")
    assert Building.objects.count() == 0

    phone.context.set_offline(False)
    page.goto(reverse("visits:plan"))
    phone.wait_until_sent(page)
    door = Door.objects.get()
    assert (door.building.name, door.building.reported_by, door.company_name) == (
        "Harbour Tower", phone.rep.person, "Behind the door Ltd",
    )  # fmt: skip
    assert Building.objects.count() == 1
