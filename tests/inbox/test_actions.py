from datetime import timedelta
from uuid import UUID

import pytest

from tests.factories.org import NOW, make_person, scope_for
from tiejun.access.scope import Scope
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import NotFound
from tiejun.inbox import actions
from tiejun.inbox.models import Notice

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")


def notify(person_id: UUID, key: str = "a") -> Notice:
    return actions.notify(
        SYSTEM, person_id=person_id, code="test.told", facts={"n": 1}, url="/x/", dedupe_key=key, now=NOW
    )


def test_notify_tells_a_person_once_per_cause() -> None:
    person = make_person()

    first, second = notify(person.pk), notify(person.pk)

    assert first.pk == second.pk
    assert list(Notice.objects.values_list("person_id", "code", "facts", "url", "read_at")) == [
        (person.pk, "test.told", {"n": 1}, "/x/", None)
    ]
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["inbox.sent", "inbox.sent"]


def test_notify_all_tells_each_person_once() -> None:
    one, two = make_person(), make_person()

    count = actions.notify_all(
        SYSTEM, person_ids=[one.pk, two.pk, one.pk], code="test.told", facts={}, dedupe_key="b", now=NOW
    )

    assert count == 2
    assert set(Notice.objects.values_list("person_id", flat=True)) == {one.pk, two.pk}


def test_mark_read_keeps_the_first_time() -> None:
    person = make_person()
    notice = notify(person.pk)

    actions.mark_read(scope_for(person), notice_id=notice.pk, now=NOW)
    actions.mark_read(scope_for(person), notice_id=notice.pk, now=NOW + timedelta(hours=1))

    assert Notice.objects.get().read_at == NOW


def test_mark_read_of_another_persons_notice_is_not_found() -> None:
    notice = notify(make_person().pk)
    before = AuditEntry.objects.count()

    with pytest.raises(NotFound):
        actions.mark_read(scope_for(make_person()), notice_id=notice.pk, now=NOW)

    assert (Notice.objects.get().read_at, AuditEntry.objects.count()) == (None, before)


def test_mark_all_read_leaves_other_peoples_notices_alone() -> None:
    mine, theirs = make_person(), make_person()
    notify(mine.pk, "a")
    notify(mine.pk, "b")
    notify(theirs.pk, "a")

    assert actions.mark_all_read(scope_for(mine), now=NOW) == 2
    assert list(Notice.objects.filter(read_at=None).values_list("person_id", flat=True)) == [theirs.pk]
