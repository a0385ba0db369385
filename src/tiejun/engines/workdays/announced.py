"""The announced days of China: the only file that knows the library ``chinesecalendar``.

The library's own functions search all holidays for the covered years on every call; this
file reads its two tables once.
"""

from datetime import date
from types import MappingProxyType

from chinese_calendar import constants

HOLIDAYS = MappingProxyType[date, str](constants.holidays)
SHIFTED_WORKDAYS = frozenset[date](constants.workdays)
ANNOUNCED_YEARS = frozenset(day.year for day in HOLIDAYS)
