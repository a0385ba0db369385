"""What the business clock and the hours run for marketing: the week's sample of invalid marks, and housekeeping."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from tiejun.access.roles import Role
from tiejun.foundation.clock import at_clock
from tiejun.foundation.refusals import Refused
from tiejun.inbox.actions import notify
from tiejun.marketing.actions.disputes import draw_sample
from tiejun.marketing.queries.handover import checks_of_draws, is_drawn_by_itself
from tiejun.marketing.rules.handover import Refusal
from tiejun.org.queries.seats import seats_of

if TYPE_CHECKING:
    from tiejun.foundation.clock import Occasion
    from tiejun.marketing.models import InvalidDraw

SUNDAY, WEEK = 7, timedelta(days=7)
SEED_BYTES = 8


@at_clock("marketing.draw_invalid", time_key="clock.sampling", position=325, for_company=True)
def draw_invalid_marks(occasion: Occasion) -> dict[str, Any]:
    """Draw once a week, in the night behind Sunday, among its invalid marks, and tell those who check them.

    So no mark enters marketing's figures that could not have been drawn, whoever forgets to ask for a draw.
    """
    scope, last_on = occasion.scope, occasion.business_day
    first_on = last_on - WEEK + timedelta(days=1)
    if last_on.isoweekday() != SUNDAY or is_drawn_by_itself(scope, first_on=first_on, last_on=last_on):
        return {}
    try:
        draw = draw_sample(scope, first_on=first_on, last_on=last_on, seed=token_hex(SEED_BYTES), now=occasion.now)
    except Refused as refused:
        if refused.refusal is not Refusal.NOTHING_TO_DRAW:
            raise
        return {"drawn": 0}
    drawn = len(checks_of_draws(scope, [draw.pk]))
    _tell_inspectors(occasion, draw, drawn)
    return {"drawn": drawn}


def _tell_inspectors(occasion: Occasion, draw: InvalidDraw, drawn: int) -> None:
    for person_id in {
        seat.person_id for seat in seats_of(occasion.scope, [Role.QA_INSPECTOR], on=occasion.business_day)
    }:
        notify(
            occasion.scope,
            person_id=person_id,
            code="marketing.sample_waits",
            facts={"drawn": drawn, "frame": draw.frame_count},
            url=reverse("marketing:checks"),
            dedupe_key=f"marketing.sample_waits:{draw.pk}",
            now=occasion.now,
        )
