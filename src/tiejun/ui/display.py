"""How money, moments and telephone numbers are shown: one function each, used by every page and message."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SYMBOLS = {"CNY": "\N{YEN SIGN}", "USD": "$", "EUR": "\N{EURO SIGN}", "GBP": "\N{POUND SIGN}", "HKD": "HK$"}
MINOR_DIGITS = {"JPY": 0, "KRW": 0}
TEN_THOUSAND = Decimal(10_000)
HUNDRED_MILLION = Decimal(100_000_000)
THOUSAND = Decimal(1_000)
MILLION = Decimal(1_000_000)
AVATAR_HUES = 12
JUST_NOW = timedelta(minutes=1)
RECENT = timedelta(minutes=60)
DAYS_IN_WEEK = 7
PHONE_SHOWN = 4
PHONE_LONG = 7


def exact_money(minor: int, currency: str = "CNY") -> str:
    """Show an amount with every digit that matters, such as "\N{YEN SIGN}13,960.50".

    `minor`: amount in minor units (fen for CNY). Whole amounts carry no decimals.
    """
    digits = MINOR_DIGITS.get(currency, 2)
    major = Decimal(minor).scaleb(-digits)
    places = 0 if major == major.to_integral_value() else digits
    sign = "-" if major < 0 else ""
    return f"{sign}{_symbol(currency)}{abs(major):,.{places}f}"


def short_money(minor: int, currency: str = "CNY") -> tuple[str, str]:
    """Return an amount as a figure with its unit, such as ("\N{YEN SIGN}1,396", "K"), short enough for a board.

    Chinese pages count in ten thousands and hundred millions, others in thousands and millions.
    At most three digits follow the leading ones: one decimal below 100 units, none above.
    """
    major = Decimal(minor).scaleb(-MINOR_DIGITS.get(currency, 2))
    size = abs(major)
    if _is_chinese():
        steps = (
            (HUNDRED_MILLION, pgettext("unit of money: hundred million", "00M")),
            (TEN_THOUSAND, pgettext("unit of money: ten thousand", "0K")),
        )
    else:
        steps = (
            (MILLION, pgettext("unit of money: million", "M")),
            (TEN_THOUSAND, pgettext("unit of money: thousand", "K")),
        )
    for threshold, unit in steps:
        if size >= threshold:
            divisor = THOUSAND if (threshold == TEN_THOUSAND and not _is_chinese()) else threshold
            return _signed(major, _trimmed(size / divisor), currency), unit
    return exact_money(minor, currency), ""


def _signed(major: Decimal, figure: str, currency: str) -> str:
    return f"{'-' if major < 0 else ''}{_symbol(currency)}{figure}"


def _symbol(currency: str) -> str:
    return SYMBOLS.get(currency, f"{currency} ")


def _trimmed(value: Decimal) -> str:
    step = Decimal(1) if value >= 100 else Decimal("0.1")
    rounded = value.quantize(step, ROUND_HALF_UP)
    if rounded == rounded.to_integral_value():
        return f"{rounded:,.0f}"
    return f"{rounded:,.1f}"


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def said_moment(at: datetime | date, now: datetime) -> str:
    """Say a moment as people say it: "10 min ago", "14:30", "yesterday 09:12", "Wed 16:00", "Nov 22".

    `at`: an aware datetime, or a date (which never shows an hour); `now`: the aware present.
    """
    if not isinstance(at, datetime):
        return said_day(at, timezone.localtime(now).date())
    zone = timezone.get_current_timezone()
    return said_local(at.astimezone(zone), now.astimezone(zone))


def said_local(local: datetime, present: datetime) -> str:
    """Say a moment as `said_moment` does; both are given in the reader's time zone."""
    gap = present - local
    if timedelta(0) <= gap < JUST_NOW:
        return _("just now")
    if JUST_NOW <= gap < RECENT and local.date() == present.date():
        return minutes_ago(int(gap.total_seconds() // 60))
    clock = f"{local.hour:02}:{local.minute:02}"
    if local.date() == present.date():
        return clock
    day = said_day(local.date(), present.date())
    return f"{day} {clock}" if abs((local.date() - present.date()).days) < DAYS_IN_WEEK else day


def minutes_ago(minutes: int | str) -> str:
    """Say how many minutes have passed; a text instead of a number gives the pattern for the page's script."""
    return _minutes_ago(minutes, get_language())


@lru_cache(maxsize=256)
def _minutes_ago(minutes: int | str, _language: str | None) -> str:
    words = ngettext("%(minutes)d min ago", "%(minutes)d min ago", minutes if isinstance(minutes, int) else 2)
    return words.replace("%(minutes)d", str(minutes))


def said_day(day: date, today: date) -> str:
    """Say a day as people say it: today, tomorrow, yesterday, the weekday within this week, "last" and "next week" beside it.

    Further away than six days it is the date. A bare weekday always lies in the present week, from Monday on.
    """
    return _said_day(day, today, get_language())


# A list says the same few days again and again.
@lru_cache(maxsize=512)
def _said_day(day: date, today: date, _language: str | None) -> str:
    away = (day - today).days
    if away in (-1, 0, 1):
        return str(_NEAR_DAYS[away])
    if 0 < away < DAYS_IN_WEEK or -DAYS_IN_WEEK < away < 0:
        return _weekday_of(day, today)
    if day.year == today.year:
        return date_format(day, pgettext("format of a day in this year", "M j"))
    return date_format(day, pgettext("format of a day in another year", "M j, Y"))


# Lazy, so that saying one name does not look up all.
_NEAR_DAYS = (gettext_lazy("today"), gettext_lazy("tomorrow"), gettext_lazy("yesterday"))  # 0, 1 and -1 days away
_WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def _weekday_of(day: date, today: date) -> str:
    weekday = str(_WEEKDAYS[day.weekday()])
    monday = today - timedelta(days=today.weekday())
    if day < monday:
        return pgettext("weekday", "last %(day)s") % {"day": weekday}
    if day >= monday + timedelta(days=DAYS_IN_WEEK):
        return pgettext("weekday", "%(day)s next week") % {"day": weekday}
    return weekday


def named_day(day: date | None) -> str:
    """Write a day without its year, for a place that makes the year clear: "Nov 22"; a dash for none."""
    return "\N{EN DASH}" if day is None else date_format(day, pgettext("format of a day in this year", "M j"))


def named_week(monday: date) -> str:
    """Write a week by its first and last day: "Nov 30 – Dec 6"."""
    return f"{named_day(monday)} – {named_day(monday + timedelta(days=DAYS_IN_WEEK - 1))}"


def named_month(day: date) -> str:
    """Write the month of a day: "December 2026"."""
    return date_format(day, pgettext("format of a month", "F Y"))


def exact_moment(at: datetime | date) -> str:
    """Show a moment exactly and sortably: "2026-11-22 14:30", a date without the hour."""
    if isinstance(at, datetime):
        return written(timezone.localtime(at))
    return at.isoformat()


def written(local: datetime) -> str:
    """Write a moment of the reader's time zone: "2026-11-22 14:30"."""
    return local.isoformat(" ", "minutes")[:16]


def masked_phone(phone: str) -> str:
    """Hide the middle of a telephone number, so that people recognise it and nobody can dial it."""
    digits = phone.strip()
    if len(digits) < PHONE_LONG:
        return "\N{BULLET}" * max(len(digits) - 2, 0) + digits[-2:]
    return f"{digits[:3]} \N{BULLET}\N{BULLET}\N{BULLET}\N{BULLET} {digits[-PHONE_SHOWN:]}"


def initial(name: str) -> str:
    """Return the letter of a person's round picture: the family name's character, or the first letter."""
    stripped = name.strip()
    return stripped[:1].upper() or "?"


def narrowed(filters: Any) -> bool:
    """Tell whether a list is cut: whether a field of its filters (a dataclass) differs from what it is without any; whose it is does not count."""
    plain = type(filters)()
    return any(getattr(filters, one.name) != getattr(plain, one.name) for one in fields(filters) if one.name != "mine")


def hue_index(name: str) -> int:
    """Return which of the twelve hues a name always has, the same in every process and on every day."""
    return crc32(name.encode()) % AVATAR_HUES


def percent(value: float | Decimal | None, total: float | Decimal | None) -> float:
    """Return value as a share of total in percent, from 0 to 100, for the length of a bar; 0 without a total."""
    if not value or not total:
        return 0.0
    return round(min(max(float(value) / float(total) * 100, 0.0), 100.0), 2)


def in_percent(share: float | None, sign: str = "") -> str:
    """Write a share as whole percent, with a real minus: "96 %", "\N{MINUS SIGN}13 %"; with any `sign` also "+4 %"; a dash for none."""
    if share is None:
        return "\N{EN DASH}"
    return pgettext("percent", "%(number)s %%") % {"number": signed_number(100 * share, with_sign=bool(sign))}


def listed(words: Iterable[object]) -> str:
    """Join words by the mark of the language: "price, no budget"."""
    return pgettext("between the words of a list", ", ").join(str(one) for one in words)


def signed_number(value: float, *, with_sign: bool = True) -> str:
    """Write a number without decimals with its sign, "+4" or "−13"; nothing is never negative."""
    whole = round(value)
    mark = "−" if whole < 0 else "+" if whole > 0 and with_sign else ""
    return f"{mark}{abs(whole)}"


def spark_points(values: Sequence[float], width: int = 88, height: int = 30) -> dict[str, str | float]:
    """Return the paths of a small line with its area below, zero-based unless the values differ by less than half.

    Outputs: `line` and `area` (SVG paths), `x` and `y` of the last point, in the units of width and height.
    """
    if not values:
        return {"line": "", "area": "", "x": 0.0, "y": 0.0}
    pad = 3.0
    low, high = min(values), max(values)
    base = low if low > high / 2 else min(0.0, low)
    span = (high - base) or 1.0
    step = (width - 2 * pad) / max(len(values) - 1, 1)
    points = [
        (round(pad + step * place, 1), round(height - pad - (value - base) / span * (height - 2 * pad), 1))
        for place, value in enumerate(values)
    ]
    line = "M" + "L".join(f"{x} {y}" for x, y in points)
    area = f"{line}L{points[-1][0]} {height}L{points[0][0]} {height}Z"
    return {"line": line, "area": area, "x": points[-1][0], "y": points[-1][1]}


def chart_span(names: Sequence[str], since: date, until: date) -> str:
    """Return what a chart is of, as its picture says: whose numbers, where they are a part's, and their first and last day."""
    return " · ".join([*names, f"{since:%Y-%m-%d} – {until:%Y-%m-%d}"])
