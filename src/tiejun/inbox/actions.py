from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import NotFound
from tiejun.inbox.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.SEND_NOTICE)
def notify(
    scope: Scope, *, person_id: UUID, code: str, facts: Mapping[str, Any], url: str = "", dedupe_key: str, now: datetime
) -> Notice:
    """Tell one person something, once per `dedupe_key`.

    `code` has words registered by `inbox.rules.register_notices`; `facts` are JSON values that fill them; `url` is a path
    of this site. Returns the notice, the earlier one when the key was used before.
    """
    notice = _send([person_id], code=code, facts=facts, url=url, dedupe_key=dedupe_key, now=now)[0]
    audit.record(scope, "inbox.sent", notice, code=code)
    return notice


@action(Ability.SEND_NOTICE)
def notify_all(
    scope: Scope,
    *,
    person_ids: Iterable[UUID],
    code: str,
    facts: Mapping[str, Any],
    url: str = "",
    dedupe_key: str,
    now: datetime,
) -> int:
    """Tell several persons the same, each once per `dedupe_key`; returns how many persons were meant."""
    persons = sorted(set(person_ids))
    _send(persons, code=code, facts=facts, url=url, dedupe_key=dedupe_key, now=now)
    audit.record(scope, "inbox.sent_to_many", code=code, count=len(persons))
    return len(persons)


def _send(
    person_ids: list[UUID], *, code: str, facts: Mapping[str, Any], url: str, dedupe_key: str, now: datetime
) -> list[Notice]:
    rows = [
        Notice(person_id=person_id, code=code, facts=dict(facts), url=url, dedupe_key=dedupe_key, sent_at=now)
        for person_id in person_ids
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Notice.objects.filter(person_id__in=person_ids, dedupe_key=dedupe_key))


@action(Ability.READ_NOTICES)
def mark_read(scope: Scope, *, notice_id: UUID, now: datetime) -> Notice:
    """Mark one of one's own notices as read; a second time changes nothing. Raises `NotFound`."""
    notice = Notice.objects.filter(person_id=scope.own_id, pk=notice_id).select_for_update(no_key=True).first()
    if notice is None:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    audit.record(scope, "inbox.marked_read", notice)
    return notice


@action(Ability.READ_NOTICES)
def mark_all_read(scope: Scope, *, now: datetime) -> int:
    """Mark all of one's own notices that were sent up to `now` as read; returns how many were unread."""
    count = Notice.objects.filter(person_id=scope.own_id, read_at=None, sent_at__lte=now).update(read_at=now)
    audit.record(scope, "inbox.marked_all_read", count=count)
    return count
