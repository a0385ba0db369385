from datetime import timedelta

import pytest

from tests.factories.org import make_leave
from tests.factories.visits import DAY, local, make_field, make_visit
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.inbox.models import Notice
from tiejun.visits.actions.pulses import send_pulse
from tiejun.visits.rules.counting import Floor
from tiejun.visits.rules.pulse import PaceGap, briefing_shift, expected_by, is_long, pace_gap

SYSTEM = Scope.system("test")
FLOOR = Floor(visits=8, effective_min=2, effective_target=3, noon=3)


@pytest.mark.parametrize(
    ("clock", "expected"), [("11:59", 0), ("12:00", 3), ("14:30", 5), ("15:30", 6), ("17:00", 8), ("20:00", 8)]
)
def test_a_day_should_have_its_share_by_now(clock: str, expected: int) -> None:
    assert expected_by(local(clock), FLOOR, noon=local("12:00"), back=local("17:00")) == expected


def test_nobody_on_leave_is_expected_anywhere() -> None:
    assert expected_by(local("16:00"), Floor(0, 0, 0, 0), noon=local("12:00"), back=local("17:00")) == 0


def test_a_day_is_long_by_its_first_and_last_event() -> None:
    assert is_long(local("08:30"), local("16:31"), 8)
    assert not is_long(local("08:30"), local("16:30"), 8)
    assert not is_long(None, None, 8)


@pytest.mark.parametrize(
    ("clock", "done", "expected"),
    [
        ("11:50", 0, None),
        ("12:20", 2, PaceGap(2, 3)),
        ("14:40", 3, None),
        ("15:31", 5, PaceGap(5, 6)),
        ("16:50", 7, None),
        ("16:50", 6, PaceGap(6, 7)),
        ("17:00", 0, None),
    ],
)
def test_a_day_is_behind_what_the_last_pulse_asked_for(clock, done, expected) -> None:
    pulses = [local("12:00"), local("15:30"), local("16:40")]

    assert pace_gap(local(clock), FLOOR, done, pulses=pulses, noon=local("12:00"), back=local("17:00")) == expected


@pytest.mark.parametrize(
    ("first", "last", "minutes"),
    [("08:00", "19:00", 0), ("08:00", "19:01", 15), ("08:00", "20:10", 75), ("06:00", "23:00", 120), (None, None, 0)],
)
def test_after_a_very_long_day_the_next_briefing_is_later_by_the_excess(first, last, minutes) -> None:
    span = [local(clock) if clock else None for clock in (first, last)]

    assert briefing_shift(*span, quiet_hours=11, most=timedelta(hours=2)) == timedelta(minutes=minutes)


def pulse(rep, clock: str) -> dict[str, int]:
    at = local(clock)
    return send_pulse(SYSTEM, unit_id=rep.unit.pk, business_day=DAY, due_at=at, now=at)


def codes(person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("code").values_list("code", flat=True))


@pytest.mark.django_db
def test_who_is_behind_hears_it_once_and_the_leader_hears_who() -> None:
    rep = make_field()
    make_leave(rep.colleague, unit=rep.unit, starts_on=DAY)
    make_visit(rep, at=local("10:00"))

    assert pulse(rep, "12:00") == pulse(rep, "12:00") == {"behind": 1, "long_days": 0}

    assert codes(rep.person) == ["visits.pulse_behind"]
    assert codes(rep.colleague) == []
    notice = Notice.objects.get(person=rep.supervisor)
    assert (notice.code, notice.facts) == ("visits.team_behind", {"count": 1, "names": "Lin Xiao"})


@pytest.mark.django_db
def test_a_long_day_is_told_to_the_leader_and_a_very_long_one_is_left_alone() -> None:
    rep = make_field()
    make_leave(rep.colleague, unit=rep.unit, starts_on=DAY)
    make_visit(rep, at=local("08:00"))
    make_visit(rep, at=local("19:10"), company=rep.held_company())

    assert pulse(rep, "19:30") == {"behind": 1, "long_days": 1}

    assert codes(rep.person) == []
    assert codes(rep.supervisor) == ["visits.long_day", "visits.team_behind"]


@pytest.mark.django_db
def test_nobody_sends_pulses_by_hand() -> None:
    rep = make_field()

    with pytest.raises(PermissionRefused):
        send_pulse(rep.scope, unit_id=rep.unit.pk, business_day=DAY, due_at=local("12:00"), now=local("12:00"))
    assert not Notice.objects.exists()
