"""Fills the crash test's own database: representatives with a held company and a token each; prints them as JSON."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402 -- after the set-up

from tests.factories.customers import make_company  # noqa: E402
from tests.factories.leads import make_held_lead, make_source  # noqa: E402
from tests.factories.org import make_company_tree, make_login, make_person, scope_for  # noqa: E402
from tiejun.access.abilities import Ability  # noqa: E402
from tiejun.exchange.actions.tokens import issue_token  # noqa: E402
from tiejun.foundation.models import PolicyVersion  # noqa: E402


def main(count: int) -> None:
    now = timezone.now()
    PolicyVersion.objects.create(
        key="exchange.token_requests_per_minute",
        value=100_000,
        status="APPROVED",
        valid_from=now,
        reason="crash test",
        made_at=now,
    )
    unit = make_company_tree().group
    make_source()
    askers = []
    for number in range(count):
        person = make_person(name=f"Rep {number}", unit=unit)
        make_login(person)
        company = make_held_lead(person, unit, company=make_company(f"Crash {number} Ltd"), now=now).company
        secret = f"tj_crash{number}_{'s' * 40}"
        issue_token(
            scope_for(person, now),
            name="phone",
            abilities=[Ability.RECORD_VISIT.value],
            days=30,
            secret=secret,
            now=now,
        )
        askers.append([secret, str(company.pk)])
    print(json.dumps(askers))


main(int(sys.argv[1]))
