"""Who is asking: the session and the login of a request, each read by a prepared statement, because every page reads both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tiejun.foundation.statements import asked_rows
from tiejun.org.models import Login

if TYPE_CHECKING:
    from uuid import UUID


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        known = {"key": self.session_key, "now": timezone.now()}
        rows = asked_rows(Session, "WHERE session_key = %(key)s AND expire_date > %(now)s", known)
        if not rows:
            self._session_key = None
        return rows[0] if rows else None


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by name and password, with allauth's protections."""

    def get_user(self, user_id: UUID) -> Login | None:
        """Return the login of a session while it may be used."""
        rows = asked_rows(Login, "WHERE id = %(id)s", {"id": user_id})
        return rows[0] if rows and self.user_can_authenticate(rows[0]) else None
