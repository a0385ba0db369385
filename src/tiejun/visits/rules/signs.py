"""Signs that a visit is worth a second look; none of them proves anything."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Sign(StrEnum):
    """What a reader of many visits notices about one."""

    NO_POSITION = "NO_POSITION"
    FAR = "FAR"
    FAST = "FAST"
    SAME_NOTE = "SAME_NOTE"
    SAME_PHOTO = "SAME_PHOTO"
    BURST = "BURST"
    PERFECT = "PERFECT"
    COLLEAGUE_PHONE = "COLLEAGUE_PHONE"
    LATE = "LATE"
    NO_EVIDENCE = "NO_EVIDENCE"


TOO_FAST_KMH = 100.0
BURST_COUNT = 4
BURST_SPAN = timedelta(minutes=20)
PERFECT_DAYS = 8
