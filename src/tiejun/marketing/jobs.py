"""Housekeeping of marketing."""

from __future__ import annotations

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation.jobs import every
from tiejun.marketing.actions.capture import forget_addresses

HOUR = 3600
KEPT_HOURS = 24


@every("25 * * * *")
def forget_sending_addresses() -> None:
    """Forget how often an address sent forms, a day later."""
    hour = int(timezone.now().timestamp()) // HOUR
    forget_addresses(Scope.system("marketing.forget_sending_addresses"), before_hour=hour - KEPT_HOURS)
