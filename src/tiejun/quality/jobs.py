"""What the business clock runs for quality: the promise in the morning, the draw after the lock, the ends of deadlines."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tiejun.foundation.clock import at_clock
from tiejun.quality.actions.cases import finish_cases
from tiejun.quality.actions.sampling import commit_seed, draw_day

if TYPE_CHECKING:
    from tiejun.foundation.clock import Occasion

SEED_BYTES = 32


@at_clock("quality.promise_seed", time_key="clock.seed_promise", position=120, for_company=True)
def promise_seed(occasion: Occasion) -> dict[str, Any]:
    """Promise the seed of the day's draw, long before any unit locks."""
    seed = secrets.token_bytes(SEED_BYTES)
    row = commit_seed(occasion.scope, business_day=occasion.business_day, seed=seed, now=occasion.now)
    return {"seed_hash": bytes(row.seed_hash).hex()}


@at_clock("quality.draw", time_key="clock.sampling", position=320, follows="visits.hard_lock", for_company=True)
def draw(occasion: Occasion) -> dict[str, Any]:
    """Draw from the day's locked visits, and make decisions final whose time to appeal has passed."""
    made = draw_day(occasion.scope, business_day=occasion.business_day, now=occasion.now)
    return {
        "visits": made.frame_count,
        "drawn": made.drawn_count,
        "cases": finish_cases(occasion.scope, now=occasion.now),
    }
