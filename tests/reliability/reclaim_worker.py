"""A worker's process for RS-07: runs one night's reclaim batch by batch and says when it is inside of one, to be killed there.

Arguments: unit, its chain (comma-separated), the night, and `steady` or `forgetful`: the latter writes cool-downs in a transaction
of their own before each batch, as a worker would whose effects are not one with its progress.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

from tiejun.access.scope import Scope  # noqa: E402 -- after the set-up
from tiejun.foundation.clock import Occasion  # noqa: E402
from tiejun.leads import jobs  # noqa: E402
from tiejun.leads.actions import reclaiming  # noqa: E402
from tiejun.leads.models import Cooldown, LeadTenure  # noqa: E402

PAUSE_S = 0.05
take_back = reclaiming.take_back


def steady(*arguments: Any, **facts: Any) -> int:
    return take_back(*arguments, **facts)


def forgetful(scope: Scope, **facts: Any) -> int:
    for row in LeadTenure.objects.filter(pk__in=facts["tenure_ids"], ended_at=None):
        until = facts["now"] + facts["terms"].cooldown
        Cooldown.objects.create(lead_id=row.lead_id, person_id=row.person_id, cause="RECLAIMED", until=until)
    return take_back(scope, **facts | {"terms": replace(facts["terms"], cooldown=timedelta())})


def main(unit: str, chain: str, night: str, how: str) -> None:
    def announced(event: Any) -> None:
        print("inside", flush=True)
        time.sleep(PAUSE_S)

    reclaiming.announce = announced
    reclaiming.take_back = {"steady": steady, "forgetful": forgetful}[how]
    jobs.BATCH = 10
    at = datetime.fromisoformat(night)
    scope = Scope.system("leads.reclaim", unit_chain=[UUID(part) for part in chain.split(",")])
    jobs.reclaim(Occasion(scope, UUID(unit), (at - timedelta(days=1)).date(), at, at))
    print("done", flush=True)


main(*sys.argv[1:])
