"""Commitments for tests: said, talked through, signed by two, in March of the test's year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories.org import scope_for
from tests.factories.visits import local
from tiejun.forecast.actions import months
from tiejun.forecast.actions.months import Words
from tiejun.foundation.refusals import Refused
from tiejun.visits.models import DayLock

MARCH, NOW = date(2026, 3, 1), local("18:00")
HELP = {"deviation_explained": "a fair brought many", "improvement_plan": "two accompanied visits a week"}


def say(rep, deals=3, *, version=0, person=None, support=None, **texts):
    scope = scope_for(person or rep.person)
    words = Words(HELP | {"support_note": ""} | texts, support)
    return months.commit(
        scope, month=MARCH, version=version, deals=deals, amount_minor=deals * 1_000_000, words=words, now=NOW
    )


def talk(rep, deals=3, *, version=1, person=None, by=None, **texts):
    words = Words({"state_of_work": "steady", "causes": "few demos", "follow_up_plan": "see two demos"} | HELP | texts)
    return months.talk(
        scope_for(by or rep.supervisor), person_id=(person or rep.person).pk, month=MARCH, version=version, deals=deals,
        amount_minor=deals * 1_000_000, words=words, now=NOW,
    )  # fmt: skip


def rates(rep, *, visits=8, new=4, days=30, person=None):
    """Let a person have frozen days behind: so many visits, so many new effective customers each."""
    for number in range(1, days + 1):
        DayLock.objects.create(
            person=person or rep.person, unit=rep.unit, business_day=local("12:00").date() - timedelta(days=number),
            soft_at=local("18:30"), hard_at=local("26:00"), visits=visits, effective_visits=new, new_effective_customers=new,
            counts_hash=b"x",
        )  # fmt: skip


def sign(rep, row, person=None):
    return months.sign(scope_for(person or rep.person), commitment_id=row.pk, version=row.version, now=NOW)


def countersign(rep, row, by=None, seen=None):
    return months.countersign(
        scope_for(by or rep.supervisor), commitment_id=row.pk, content_hash=seen or row.content_hash, now=NOW
    )


def published(rep, deals=3, person=None):
    rates(rep, person=person)
    row = talk(rep, deals, person=person, version=say(rep, deals, person=person).version)
    return countersign(rep, sign(rep, row, person))


def code_of(step):
    with pytest.raises(Refused) as refused:
        step()
    return refused.value.code
