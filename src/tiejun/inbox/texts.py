"""Words of the notices about people and one's own login; other modules register theirs the same way."""

from django.utils.translation import gettext_lazy as _

from tiejun.foundation import audit
from tiejun.inbox.rules import register_notices

register_notices(
    {
        "org.leave_recorded": _("%(name)s is on leave from %(starts_on)s to %(ends_on)s."),
        "org.leave_recorded_for_you": _("Leave was recorded for you: %(starts_on)s to %(ends_on)s."),
        "org.leave_cancelled": _("%(name)s's leave from %(starts_on)s to %(ends_on)s was cancelled."),
        "org.leave_cancelled_for_you": _("Your leave from %(starts_on)s to %(ends_on)s was cancelled."),
        "org.person_left": _("%(name)s left on %(left_on)s. Customers and leads need somebody new."),
        "org.person_joined": _("%(name)s joins your team on %(joined_on)s."),
        "org.person_moved": _("You belong to %(unit)s from %(starts_on)s on."),
        "org.person_moved_to_you": _("%(name)s belongs to your team from %(starts_on)s on."),
        "org.building_reported": _("%(person)s found a building: %(name)s. It waits for you to confirm it."),
        "org.role_granted": _("You were given a further role at %(unit)s from %(starts_on)s on."),
        "org.acting_leader": _("You stand in for the leader of %(unit)s from %(starts_on)s to %(ends_on)s."),
        "org.role_ended": _("One of your roles at %(unit)s ends on %(ends_on)s."),
        "org.password_reset": _(
            "An administrator gave your login a new password. If you did not ask for it, tell them."
        ),
    }
)

audit.register(
    {
        "inbox.marked_all_read": _("All notices marked as read"),
        "inbox.marked_read": _("Notice marked as read"),
        "inbox.sent": _("Notice sent"),
        "inbox.sent_to_many": _("Notices sent"),
    }
)
