import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.commitments import countersign, rates, say, sign, talk
from tests.factories.visits import make_field
from tiejun.forecast.actions import months
from tiejun.forecast.models import MonthlyForecast
from tiejun.forecast.queries.months import signed_content
from tiejun.forecast.rules.months import content_hash
from tiejun.foundation.refusals import NotFound, Refused, Stale

pytestmark = pytest.mark.django_db


class Signatures(RuleBasedStateMachine):
    """Two people do anything in any order; what is published was always signed by both, the person first, unchanged since."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.rep = make_field()
        rates(self.rep)
        self.kept = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def newest(self):
        return MonthlyForecast.objects.filter(person=self.rep.person).order_by("-edition").first()

    def attempt(self, step):
        try:
            with transaction.atomic():
                step()
        except (Refused, Stale, NotFound):
            return

    @rule(deals=st.integers(1, 6), old=st.booleans())
    def say_a_number(self, deals, old):
        row = self.newest()
        self.attempt(lambda: say(self.rep, deals, version=(row.version - old) if row else 0))

    @rule(deals=st.integers(1, 6))
    def talk_it_through(self, deals):
        row = self.newest()
        self.attempt(lambda: talk(self.rep, deals, version=row.version if row else 0))

    @rule(old=st.booleans())
    def sign_it(self, old):
        if row := self.newest():
            row.version -= old
            self.attempt(lambda: sign(self.rep, row))

    @rule(seen=st.sampled_from(["now", "now", "before", "never"]))
    def countersign_it(self, seen):
        if row := self.newest():
            hashes = {"now": row.content_hash, "before": self.kept.get("hash", ""), "never": "0" * 64}
            self.kept["hash"] = row.content_hash
            self.attempt(lambda: countersign(self.rep, row, seen=hashes[seen] or "x"))

    @invariant()
    def published_is_signed_by_two_and_stands(self):
        for row in MonthlyForecast.objects.filter(published_at__isnull=False):
            assert row.rep_signed_at <= row.published_at
            assert row.supervisor_id not in (None, row.person_id)
            was = self.kept.setdefault(row.pk, (row.deals, row.content_hash))
            assert was == (row.deals, row.content_hash)
            assert content_hash(signed_content(self.rep.scope, row)) == row.content_hash, "signed is what stands there"

    @invariant()
    def one_number_is_in_force_and_one_is_worked_on(self):
        rows = MonthlyForecast.objects.all()
        assert sum(row.state == "PUBLISHED" for row in rows) <= 1
        assert sum(row.state in ("DRAFT", "TALKED", "SIGNED") for row in rows) <= 1


WHOLE = settings(
    max_examples=4, stateful_step_count=12, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_signatures_hold_after_any_sequence_of_deeds(db):
    run_state_machine_as_test(Signatures, settings=WHOLE)


def test_the_machine_finds_a_planted_signature_under_another_content(db, monkeypatch):
    monkeypatch.setattr(months, "frozen_beside", lambda _scope, _row, _numbers: "1" * 64)
    machine = Signatures()
    machine.say_a_number(3, old=False)
    machine.talk_it_through(3)
    machine.sign_it(old=False)
    machine.countersign_it("now")

    with pytest.raises(AssertionError, match="signed is what stands there"):
        machine.published_is_signed_by_two_and_stands()
    machine.teardown()
