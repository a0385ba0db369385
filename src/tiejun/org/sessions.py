"""What ends with a login, inside this module's actions: its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from tiejun.foundation.events import announce
from tiejun.org.events import LoginClosed
from tiejun.org.models import Login

if TYPE_CHECKING:
    from uuid import UUID


def close_logins(person_id: UUID) -> int:
    """Deactivate a person's login and end its sessions; returns how many logins closed."""
    login = Login.objects.filter(person_id=person_id, is_active=True).select_for_update(no_key=True).first()
    if login is None:
        return 0
    login.is_active = False
    login.save(update_fields=["is_active"])
    end_sessions(login.pk)
    announce(LoginClosed(login.pk, person_id))
    return 1


def end_sessions(login_id: UUID, *, keep: str = "") -> int:
    """Delete a login's sessions but the one with the key `keep`; returns how many."""
    rows = UserSession.objects.filter(user_id=login_id).exclude(session_key=keep)
    Session.objects.filter(session_key__in=rows.values("session_key")).delete()
    count, _each = rows.delete()
    return int(count)
