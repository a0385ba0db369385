"""Decisions about people: who may hold what where, what overlaps, how long, and the calendar of working time."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from tiejun.access.roles import LEADING_ROLES, Role
from tiejun.engines.assignment.problem import Patch
from tiejun.engines.districts.shapes import Fault, ring_of
from tiejun.engines.workdays import calendar as days
from tiejun.engines.workdays import hours as working
from tiejun.foundation.refusals import Refusal as RefusalList
from tiejun.foundation.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

PLAIN_ROLES = frozenset({Role.REP, Role.SUPERVISOR})
SENSITIVE_ROLES = frozenset(Role) - PLAIN_ROLES
LEADER_OF = {"GROUP": Role.SUPERVISOR, "REGION": Role.REGIONAL_MANAGER, "COMPANY": Role.SALES_HEAD}
KINDS_BELOW = {
    "COMPANY": frozenset({"REGION", "GROUP"}),
    "REGION": frozenset({"REGION", "GROUP"}),
    "GROUP": frozenset[str](),
}
PASSWORD_BYTES = 10


class Refusal(RefusalList):
    """Why a change of people, units, leave or logins is refused."""

    STAFF_NUMBER_TAKEN = "STAFF_NUMBER_TAKEN"
    PHONE_UNREADABLE = "PHONE_UNREADABLE"
    ALREADY_LEFT = "ALREADY_LEFT"
    LEAVING_LIES_AHEAD = "LEAVING_LIES_AHEAD"
    LEFT_BEFORE_JOINING = "LEFT_BEFORE_JOINING"
    LAST_ADMIN = "LAST_ADMIN"
    OWN_ROLE = "OWN_ROLE"
    ROLE_NEEDS_ADMIN = "ROLE_NEEDS_ADMIN"
    ROLE_OF_OTHER_UNIT_KIND = "ROLE_OF_OTHER_UNIT_KIND"
    ROLE_ALREADY_HELD = "ROLE_ALREADY_HELD"
    ROLE_ALREADY_ENDED = "ROLE_ALREADY_ENDED"
    UNIT_HAS_LEADER = "UNIT_HAS_LEADER"
    UNIT_HAS_ACTING_LEADER = "UNIT_HAS_ACTING_LEADER"
    ACTING_TOO_LONG = "ACTING_TOO_LONG"
    ENDS_BEFORE_START = "ENDS_BEFORE_START"
    TOO_FAR_BACK = "TOO_FAR_BACK"
    MOVE_BEFORE_START = "MOVE_BEFORE_START"
    NOTHING_CHANGES = "NOTHING_CHANGES"
    NO_POSITION = "NO_POSITION"
    UNIT_CLOSED = "UNIT_CLOSED"
    UNIT_KIND_DOES_NOT_FIT = "UNIT_KIND_DOES_NOT_FIT"
    UNIT_UNDER_ITSELF = "UNIT_UNDER_ITSELF"
    UNIT_HAS_PEOPLE = "UNIT_HAS_PEOPLE"
    UNIT_HAS_UNITS = "UNIT_HAS_UNITS"
    UNIT_NAME_TAKEN = "UNIT_NAME_TAKEN"
    SAME_BUILDING = "SAME_BUILDING"
    COMPANY_EXISTS = "COMPANY_EXISTS"
    TERRITORY_NAME_TAKEN = "TERRITORY_NAME_TAKEN"
    TERRITORY_CLOSED = "TERRITORY_CLOSED"
    TERRITORY_HELD_ALREADY = "TERRITORY_HELD_ALREADY"
    LEAVE_OVERLAPS = "LEAVE_OVERLAPS"
    LEAVE_TOO_LONG = "LEAVE_TOO_LONG"
    LEAVE_CANCELLED = "LEAVE_CANCELLED"
    HALF_DAY_IS_ONE_DAY = "HALF_DAY_IS_ONE_DAY"
    USERNAME_TAKEN = "USERNAME_TAKEN"
    USERNAME_UNREADABLE = "USERNAME_UNREADABLE"
    LOGIN_EXISTS = "LOGIN_EXISTS"
    LOGIN_INACTIVE = "LOGIN_INACTIVE"
    OWN_LOGIN = "OWN_LOGIN"
    YEAR_NOT_ANNOUNCED = "YEAR_NOT_ANNOUNCED"


def why_not_hold(role: Role, unit_kind: str) -> Refusal | None:
    """Return why a role is not held at a unit of this kind: leaders lead their kind, staff of the whole company sit at its root."""
    if role is Role.REP:
        return None
    leads = {leader: kind for kind, leader in LEADER_OF.items()}
    return None if leads.get(role, "COMPANY") == unit_kind else Refusal.ROLE_OF_OTHER_UNIT_KIND


def why_not_grant(role: Role, *, person_is_asker: bool, asker_grants_roles: bool) -> Refusal | None:
    """Return why somebody may not give a role: nobody gives one to themselves, sensitive ones come from an administrator."""
    if person_is_asker:
        return Refusal.OWN_ROLE
    if role in SENSITIVE_ROLES and not asker_grants_roles:
        return Refusal.ROLE_NEEDS_ADMIN
    return None


def why_not_from(starts_on: date, *, today: date, backdate_days: int) -> Refusal | None:
    """Return why a position may not start on a day: the past further back than `backdate_days` is settled."""
    return Refusal.TOO_FAR_BACK if starts_on < today - timedelta(days=backdate_days) else None


def why_not_away(part: str, starts_on: date, ends_on: date, *, max_days: int) -> Refusal | None:
    """Return why these days are not a leave: order, length in calendar days, half days over several days."""
    if ends_on < starts_on:
        return Refusal.ENDS_BEFORE_START
    if part != "FULL" and ends_on != starts_on:
        return Refusal.HALF_DAY_IS_ONE_DAY
    if (ends_on - starts_on).days + 1 > max_days:
        return Refusal.LEAVE_TOO_LONG
    return None


def leaves_collide(part: str, other_part: str) -> bool:
    """Tell whether two leaves on the same day exclude each other: only a morning and an afternoon do not."""
    return part == "FULL" or other_part in ("FULL", part)


def is_leading(role: Role) -> bool:
    """Tell whether a role leads a unit."""
    return role in LEADING_ROLES


def is_username(text: str) -> bool:
    """Tell whether a text can be a user name: 2 to 60 letters, digits, dots, dashes, underscores and @ signs."""
    return 2 <= len(text) <= 60 and all(sign.isalnum() or sign in ".-_@" for sign in text)


def one_time_password(entropy: bytes) -> str:
    """Write at least ten random bytes as a password that can be read out: four groups of four letters and digits.

    The same bytes give the same password, so that an answer sent twice shows one that works.
    """
    text = base64.b32encode(entropy[:PASSWORD_BYTES]).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Return browser and system of a User-Agent header as people name them, or the start of the header where unknown."""
    named = [next((name for mark, name in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named)) or user_agent[:40]


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The working time of a unit, or of one person with their leave: whole days off in `calendar`, half days in `pauses`.

    Every question refuses with YEAR_NOT_ANNOUNCED when it leads into a year whose days off are not known.
    """

    calendar: days.WorkCalendar
    hours: working.WorkingHours
    pauses: tuple[working.Pause, ...] = ()

    def is_workday(self, day: date) -> bool:
        """Tell whether a day is worked (a half day's leave leaves it a working day)."""
        return _announced(lambda: days.is_workday(day, self.calendar))

    def workdays_in(self, first: date, last: date) -> tuple[date, ...]:
        """Return the working days from `first` to `last`, both included."""
        return _announced(lambda: days.workdays_in(first, last, self.calendar))

    def add_workdays(self, day: date, count: int) -> date:
        """Return the count-th working day after a day (before it when negative)."""
        return _announced(lambda: days.add_workdays(day, count, self.calendar))

    def deadline_after(self, start: datetime, minutes: int) -> datetime:
        """Return when `minutes` working minutes have passed since `start`."""
        return _announced(lambda: working.deadline_after(start, minutes, self.hours, self.calendar, self.pauses))

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes between two moments."""
        return _announced(lambda: working.working_minutes_between(start, end, self.hours, self.calendar, self.pauses))

    def deadline_in_workdays(self, start: datetime, count: int) -> datetime:
        """Return the end of working hours on the count-th working day after the day of `start`."""
        return _announced(lambda: working.deadline_in_workdays(start, count, self.hours, self.calendar))


def _announced(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except days.YearNotAnnounced as gap:
        raise Refused(Refusal.YEAR_NOT_ANNOUNCED, year=gap.year) from gap


def pause_of_half_day(day: date, part: str, hours: working.WorkingHours) -> working.Pause:
    """Return the time of a MORNING (up to the first break) or an AFTERNOON (from there on) as a pause."""
    opens, breaks = hours.spans[0]
    start, end = (opens, breaks) if part == "MORNING" else (breaks, hours.spans[-1][1])
    return working.Pause(datetime.combine(day, start, tzinfo=hours.zone), datetime.combine(day, end, tzinfo=hours.zone))


def spans_of_leave(leaves: Iterable[tuple[date, date, str]]) -> tuple[frozenset[date], tuple[tuple[date, str], ...]]:
    """Split leave (first day, last day, part) into whole days and half days."""
    whole: set[date] = set()
    half: list[tuple[date, str]] = []
    for first, last, part in leaves:
        if part == "FULL":
            whole |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
        else:
            half.append((first, part))
    return frozenset(whole), tuple(half)


# -- territories -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Area:
    """Where a person works: one patch per territory (districts by code, buildings and segments by id); none = everywhere."""

    patches: tuple[Patch, ...] = ()

    def holds(self, district_code: str, building_id: object | None, segment_id: object | None) -> bool:
        """Tell whether a company of this district, building and segment lies within."""
        place = (district_code, str(building_id or ""), str(segment_id or ""))
        return not self.patches or any(patch.holds(*place) for patch in self.patches)

    @property
    def districts(self) -> frozenset[str]:
        """The districts of all patches."""
        return frozenset[str]().union(*(patch.districts for patch in self.patches))


def city_of(district_code: str) -> str:
    """Return the code of the city that a district belongs to (GB/T 2260)."""
    return f"{district_code[:4]}00"


def drawn_ring(text: str) -> tuple[tuple[float, float], ...] | Fault:
    """Read a boundary as GeoJSON text; empty text is no boundary."""
    if not text.strip():
        return ()
    try:
        shape = json.loads(text)
    except (ValueError, RecursionError):
        return Fault.UNREADABLE
    ring = ring_of(shape)
    return ring if isinstance(ring, Fault) else tuple(ring)
