"""The hours of a day in which somebody can be met, as people and tables write them."""

import re
from functools import lru_cache

_SPAN = re.compile(
    r"([01]?\d|2[0-3])\s*[:\uff1a]\s*([0-5]\d)\s*(?:[-\u2013\u2014\uff0d~\uff5e]|\u81f3|\u5230)+\s*([01]?\d|2[0-4])\s*[:\uff1a]\s*([0-5]\d)"
)
MOST_WINDOWS = 2


@lru_cache(maxsize=1024)  # most say nothing or what many say, and every import and every plan asks
def meeting_windows(text: str) -> tuple[tuple[float, float], ...]:
    """Return up to two windows (minutes after midnight) of a text such as 09:00-12:00,13:30-18:00; none: any time.

    What cannot be read or ends before it begins is left out.
    """
    found = set()
    for hour, minute, last_hour, last_minute in _SPAN.findall(text):
        opens, closes = int(hour) * 60.0 + int(minute), int(last_hour) * 60.0 + int(last_minute)
        if opens < closes:
            found.add((opens, closes))
    return tuple(sorted(found)[:MOST_WINDOWS])


@lru_cache(maxsize=1024)
def written_windows(text: str) -> str:
    """Return the windows of a text in the one way in which they are kept: 09:00-12:00,13:30-18:00; empty for none."""
    spans = [[divmod(int(minutes), 60) for minutes in window] for window in meeting_windows(text)]
    return ",".join("-".join(f"{hour:02}:{minute:02}" for hour, minute in span) for span in spans)
