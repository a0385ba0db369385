import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.scope import Scope
from tiejun.foundation import audit
from tiejun.foundation.models import AuditEntry

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")


@action(Ability.RUN_CLOCK)
def well_behaved(scope: Scope, *, note: str) -> None:
    audit.record(scope, "test.happened", note=note)


@action(Ability.RUN_CLOCK)
def forgetful(_scope: Scope) -> None:
    """Leaves no audit row."""


@action(Ability.RUN_CLOCK)
def outer(scope: Scope) -> None:
    well_behaved(scope, note="inner")
    audit.record(scope, "test.outer_happened")


def test_each_action_leaves_one_row_and_the_chain_holds() -> None:
    well_behaved(SYSTEM, note="a")
    outer(SYSTEM)

    assert list(AuditEntry.objects.order_by("seq").values_list("event", flat=True)) == [
        "test.happened",
        "test.happened",
        "test.outer_happened",
    ]
    assert audit.verify() == []


def test_an_action_without_its_row_is_refused() -> None:
    with pytest.raises(audit.AuditMissing):
        forgetful(SYSTEM)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit.entry SET actor = 'x'", "DELETE FROM audit.entry", "TRUNCATE audit.entry", "DELETE FROM audit.head"],
)
def test_rows_cannot_be_changed(statement: str) -> None:
    well_behaved(SYSTEM, note="a")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        ("UPDATE audit.entry SET actor = 'somebody else' WHERE seq = 2", "CONTENT"),
        ("DELETE FROM audit.entry WHERE seq = 2", "GAP"),
        ("DELETE FROM audit.entry WHERE seq = 3", "HEAD"),
        ("UPDATE audit.entry SET previous = sha256('x') WHERE seq = 2", "LINK"),
    ],
)
def test_verify_catches_what_a_superuser_did(planted: str, why: str) -> None:
    for note in "abc":
        well_behaved(SYSTEM, note=note)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit.entry DISABLE TRIGGER USER")
        cursor.execute(planted)
        cursor.execute("ALTER TABLE audit.entry ENABLE TRIGGER USER")

    assert why in {fault.why for fault in audit.verify()}
