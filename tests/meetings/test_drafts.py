from datetime import timedelta

import pytest

from tests.factories.forecast import make_hot
from tests.factories.meetings import BEGINS
from tests.factories.visits import make_visit
from tiejun.meetings import texts
from tiejun.meetings.queries.rooms import room
from tiejun.meetings.rules import Share

pytestmark = pytest.mark.django_db


def test_the_own_day_offers_what_to_tell(crew):
    make_hot(crew.field)
    make_visit(crew.field, at=BEGINS - timedelta(hours=3))
    meeting = crew.open()

    drafts = room(crew.scope(0), meeting.pk, now=BEGINS).drafts

    assert drafts == {Share.GAIN: {"deals": 0, "customers": 1}, Share.CHALLENGE: {"count": 1}}
    assert texts.drafted(Share.CHALLENGE, drafts[Share.CHALLENGE])
    assert texts.drafted(Share.LOSS, {"count": 2, "reason": "PRICE"})
    assert room(crew.scope(1), meeting.pk, now=BEGINS).drafts == {}
    crew.share(meeting, 0)
    assert room(crew.scope(0), meeting.pk, now=BEGINS).drafts == {}
