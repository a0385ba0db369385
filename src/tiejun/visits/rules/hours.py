"""The hours of a day in which customers can be met, as a policy writes them."""

import re

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)")
MOST_WINDOWS = 2


def meeting_windows(text: str) -> tuple[tuple[float, float], ...]:
    """Return up to two windows (minutes after midnight) of a text such as 09:00-12:00,13:30-18:00; none: any time.

    What cannot be read or ends before it begins is left out.
    """
    found = []
    for hour, minute, last_hour, last_minute in _SPAN.findall(text):
        opens, closes = int(hour) * 60.0 + int(minute), int(last_hour) * 60.0 + int(last_minute)
        if opens < closes:
            found.append((opens, closes))
    return tuple(sorted(found)[:MOST_WINDOWS])
