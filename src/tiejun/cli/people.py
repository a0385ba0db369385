"""Creates people through the actions; needs Django set up."""

from django.db import transaction
from django.utils import timezone

from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.cli.failures import Failed
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.org.actions import logins, people, units
from tiejun.org.queries import all_units


def create_person(username: str, *, name: str, role: str, company: str, password: str) -> None:
    """Let a person join the company's own unit in a role and sign in; founds the company first when there is none.

    Raises `Failed` with the words of the refusal; nothing is written then.
    """
    if role not in Role.__members__:
        raise Failed(f"{role} is no role; choose one of {', '.join(Role.__members__)}.")
    scope = Scope.system("createuser")
    now = timezone.now()
    try:
        with transaction.atomic():
            roots = [unit for unit in all_units(scope) if unit.parent_id is None]
            if not roots and not company:
                raise Failed("the installation has no company yet; give its name with --company.")
            root = roots[0] if roots else units.found_company(scope, name=company, now=now)
            today = timezone.localdate(now)
            person = people.add_person(scope, name=name, unit_id=root.pk, role=Role[role], joined_on=today, now=now)
            logins.create_login(scope, person_id=person.pk, username=username, password=password, now=now)
    except Refused as refused:
        raise Failed(refused.message) from refused
    except Invalid as invalid:
        raise Failed(" ".join(str(words) for words in invalid.errors.values())) from invalid
