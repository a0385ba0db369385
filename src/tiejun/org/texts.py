"""Words of this module: roles, kinds, and why something is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.access.roles import Role
from tiejun.engines.districts.shapes import Fault
from tiejun.foundation import audit
from tiejun.foundation.refusals import register
from tiejun.org.rules import Refusal

if TYPE_CHECKING:
    from django.utils.functional import Promise

ROLES: dict[Role, str | Promise] = {
    Role.REP: _("Sales rep"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.REGIONAL_MANAGER: _("Regional manager"),
    Role.SALES_HEAD: _("Head of sales"),
    Role.MARKETING_HEAD: _("Head of marketing"),
    Role.CEO: _("CEO"),
    Role.QA_INSPECTOR: _("QA inspector"),
    Role.METHOD_INSPECTOR: _("Method inspector"),
    Role.HR: _("HR"),
    Role.SALES_OPS: _("Sales operations"),
    Role.FINANCE: _("Finance"),
    Role.ADMIN: _("Administrator"),
}

UNIT_KINDS: dict[str, str | Promise] = {
    "COMPANY": pgettext_lazy("kind of unit", "Company"),
    "REGION": pgettext_lazy("kind of unit", "Region"),
    "GROUP": pgettext_lazy("kind of unit", "Group"),
}

LEAVE_KINDS: dict[str, str | Promise] = {
    "ANNUAL": _("Annual leave"),
    "SICK": _("Sick leave"),
    "PERSONAL": _("Personal leave"),
    "TRAINING": _("Training"),
    "OTHER": _("Other leave"),
}

LEAVE_PARTS: dict[str, str | Promise] = {
    "FULL": _("Whole days"),
    "MORNING": _("Morning"),
    "AFTERNOON": _("Afternoon"),
}

DAY_KINDS: dict[str, str | Promise] = {
    "WORKDAY": _("Working day"),
    "SHIFTED_WORKDAY": _("Shifted working day"),
    "COMPANY_WORKDAY": _("Working day of the company"),
    "WEEKEND": _("Weekend"),
    "PUBLIC_HOLIDAY": _("Public holiday"),
    "COMPANY_DAY_OFF": _("Day off of the company"),
}

THEMES: dict[str, str | Promise] = {
    "SYSTEM": pgettext_lazy("theme", "Auto"),
    "LIGHT": pgettext_lazy("theme", "Light"),
    "DARK": pgettext_lazy("theme", "Dark"),
}


def role_label(role: Role | str) -> str:
    """Return a role's name in the active language."""
    return str(ROLES[Role(role)])


register(
    {
        Refusal.SAME_BUILDING: _("This building is known already: merge the two instead."),
        Refusal.STAFF_NUMBER_TAKEN: _("Staff number %(staff_number)s is already taken."),
        Refusal.PHONE_UNREADABLE: _("This does not look like a telephone number."),
        Refusal.ALREADY_LEFT: _("%(name)s has left the company."),
        Refusal.LEAVING_LIES_AHEAD: _("Record the leaving on the last day or later: sign-in ends at once."),
        Refusal.LEFT_BEFORE_JOINING: _("The person joined on %(joined_on)s; the last day cannot be earlier."),
        Refusal.LAST_ADMIN: _(
            "This is the last administrator without an end date. Give another person the role first."
        ),
        Refusal.OWN_ROLE: _("Nobody changes their own role. Ask another administrator."),
        Refusal.ROLE_NEEDS_ADMIN: _("Only an administrator can give or take this role."),
        Refusal.ROLE_OF_OTHER_UNIT_KIND: _(
            "This role is not held at %(unit)s: leaders lead their own kind of unit, staff of the whole company belong to its root."
        ),
        Refusal.ROLE_ALREADY_HELD: _("The person already holds this role there in that time."),
        Refusal.ROLE_ALREADY_ENDED: _("This role already ends on %(ends_on)s."),
        Refusal.UNIT_HAS_LEADER: _(
            "%(unit)s is led by %(name)s in that time. End that first, or appoint an acting leader."
        ),
        Refusal.UNIT_HAS_ACTING_LEADER: _("Somebody already stands in for the leader in that time."),
        Refusal.ACTING_TOO_LONG: _("An acting leader stands in for at most %(days)s days."),
        Refusal.ENDS_BEFORE_START: _("The last day lies before the first day."),
        Refusal.TOO_FAR_BACK: _("Further back than %(days)s days is settled and does not change."),
        Refusal.MOVE_BEFORE_START: _("The present position began on %(starts_on)s; the move must come later."),
        Refusal.NOTHING_CHANGES: _("This changes nothing."),
        Refusal.NO_POSITION: _("The person holds no position that could be moved. Grant a role instead."),
        Refusal.UNIT_CLOSED: _("%(unit)s is closed."),
        Refusal.UNIT_KIND_DOES_NOT_FIT: _("This kind of unit cannot stand there."),
        Refusal.UNIT_UNDER_ITSELF: _("%(unit)s cannot hang below itself."),
        Refusal.UNIT_HAS_PEOPLE: _("%(count)s people still belong to %(unit)s. Move them first."),
        Refusal.UNIT_HAS_UNITS: _("%(unit)s still has open units below it. Move or close them first."),
        Refusal.UNIT_NAME_TAKEN: _("There is already a unit named %(name)s here."),
        Refusal.COMPANY_EXISTS: _("The company exists already."),
        Refusal.TERRITORY_NAME_TAKEN: _("There is already a territory named %(name)s here."),
        Refusal.TERRITORY_CLOSED: _("%(territory)s is closed."),
        Refusal.TERRITORY_HELD_ALREADY: _("%(name)s already works this territory in that time."),
        Refusal.LEAVE_OVERLAPS: _("There is already leave on one of these days."),
        Refusal.LEAVE_TOO_LONG: _("One leave covers at most %(days)s days. Record several."),
        Refusal.LEAVE_CANCELLED: _("This leave was already cancelled."),
        Refusal.HALF_DAY_IS_ONE_DAY: _("A half day is on one day."),
        Refusal.USERNAME_TAKEN: _("The user name %(username)s is already taken."),
        Refusal.USERNAME_UNREADABLE: _("A user name has 2 to 60 letters, digits, dots, dashes or underscores."),
        Refusal.LOGIN_EXISTS: _("%(name)s already has a login."),
        Refusal.LOGIN_INACTIVE: _("This login is deactivated."),
        Refusal.OWN_LOGIN: _("This is your own login. Ask another administrator, or use your account page."),
        Refusal.YEAR_NOT_ANNOUNCED: _(
            "The days off of %(year)s are not announced yet, so no working day in it is known."
        ),
    }
)

audit.register(
    {
        "org.acting_leader_appointed": _("Acting leader appointed"),
        "org.company_founded": _("Company founded"),
        "org.language_chosen": _("Language chosen"),
        "org.leave_cancelled": _("Leave cancelled"),
        "org.leave_recorded": _("Leave recorded"),
        "org.login_created": _("Login created"),
        "org.login_deactivated": _("Login deactivated"),
        "org.login_reactivated": _("Login reactivated"),
        "org.other_sessions_ended": _("Other sessions ended"),
        "org.own_password_changed": _("Own password changed"),
        "org.password_reset": _("Password reset"),
        "org.person_edited": _("Person edited"),
        "org.person_joined": _("Person joined"),
        "org.person_left": _("Person left"),
        "org.person_moved": _("Person moved"),
        "org.product_line_set": _("Product line set"),
        "org.reset_link_issued": _("Reset link issued"),
        "org.reset_link_used": _("Reset link used"),
        "org.role_ended": _("Role ended"),
        "org.role_granted": _("Role granted"),
        "org.second_factor_removed": _("Second factor removed"),
        "org.building_absorbed": _("Building merged into another"),
        "org.building_edited": _("Building changed"),
        "org.building_report_repeated": _("Report of a building repeated"),
        "org.building_reported": _("Building reported from the field"),
        "org.building_set": _("Building set"),
        "org.segment_set": _("Segment set"),
        "org.session_ended": _("Session ended"),
        "org.territory_assigned": _("Territory assigned"),
        "org.territory_closed": _("Territory closed"),
        "org.territory_edited": _("Territory edited"),
        "org.territory_made": _("Territory made"),
        "org.territory_taken_away": _("Territory taken away"),
        "org.theme_chosen": _("Theme chosen"),
        "org.unit_added": _("Unit added"),
        "org.unit_closed": _("Unit closed"),
        "org.unit_moved": _("Unit moved"),
        "org.unit_renamed": _("Unit renamed"),
    }
)

SHAPE_FAULTS = {
    Fault.UNREADABLE: _("This is no GeoJSON that can be read."),
    Fault.NOT_A_POLYGON: _("Give one polygon without holes."),
    Fault.TOO_FEW_CORNERS: _("A boundary needs at least three corners."),
    Fault.TOO_MANY_CORNERS: _("A boundary has at most 500 corners: draw it more simply."),
    Fault.NOT_ON_EARTH: _("A corner lies outside the map: longitude comes first, then latitude."),
    Fault.CROSSES_ITSELF: _(
        "The boundary crosses itself: it is not clear what lies inside. Move the corners so that no two sides meet."
    ),
}
