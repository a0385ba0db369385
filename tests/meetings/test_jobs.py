import pytest

from tests.factories.visits import DAY, local
from tiejun.foundation.clock import Occasion
from tiejun.foundation.models import PolicyVersion
from tiejun.inbox.models import Notice
from tiejun.meetings import jobs
from tiejun.meetings.events import MeetingLeft
from tiejun.meetings.models import Meeting

pytestmark = pytest.mark.django_db


def occasion(crew, clock):
    return Occasion(crew.clock, crew.field.unit.pk, DAY, local(clock), local(clock))


def test_the_clock_prepares_both_meetings_and_locks_them(crew):
    assert jobs.prepare_briefing(occasion(crew, "07:30")) == {"prepared": 1}
    assert jobs.prepare_evening(occasion(crew, "16:40")) == {"prepared": 1}
    assert jobs.lock(occasion(crew, "26:00")) == {"locked": 2, "left_open": 0, "not_held": 2}
    assert jobs.lock(occasion(crew, "26:00")) == {"locked": 0, "left_open": 0, "not_held": 0}


def test_a_light_company_meets_on_two_evenings_and_has_no_briefing(crew):
    PolicyVersion.objects.create(
        key="company.profile", value="light", status="APPROVED", valid_from=local("00:00"), reason="test",
        made_at=local("00:00"),
    )  # fmt: skip

    assert jobs.prepare_briefing(occasion(crew, "07:30")) == {"prepared": 0}
    assert jobs.prepare_evening(occasion(crew, "16:40")) == {"prepared": 0}  # a Wednesday
    assert Meeting.objects.count() == 0


def test_overlong_meetings_close_themselves(crew, monkeypatch):
    meeting = crew.open()
    monkeypatch.setattr("tiejun.meetings.jobs.timezone.now", lambda: local("18:05"))

    jobs.close_overrun()

    meeting.refresh_from_db()
    assert meeting.state == "CLOSED"


def test_who_leads_is_told_once_what_was_left(crew):
    meeting = crew.prepare()
    unit_id = crew.field.unit.pk

    for missing in (("NOT_HELD",), ("NOT_HELD",)):
        jobs.tell_the_leader(MeetingLeft(meeting.pk, unit_id, "EVENING", DAY, missing, local("26:00")))

    notice = Notice.objects.get()
    assert (notice.person, notice.code) == (crew.field.supervisor, "meetings.not_held")
