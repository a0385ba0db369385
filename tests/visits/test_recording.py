from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead
from tests.factories.org import NOW, scope_for
from tests.factories.visits import ADVANCED, HERE, KP, local, make_field, make_visit
from tiejun.customers.models import Company, Contact
from tiejun.engines.effectiveness import Advancement, ContactRole
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.foundation.idempotency import KeyReused
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.leads.models import FollowUp, Lead
from tiejun.visits.actions.field import cancel_visit, check_in, give_location_consent, withdraw_location_consent
from tiejun.visits.actions.recording import edit_visit, keep_conflict, record_visit
from tiejun.visits.models import LocationConsent, Visit, VisitConflict, VisitContact, VisitPosition
from tiejun.visits.rules.vocabulary import (
    Capture,
    CheckInInput,
    Flag,
    MetContact,
    Presence,
    Refusal,
    VisitFactsInput,
    VisitInput,
    VisitState,
)

pytestmark = pytest.mark.django_db


def test_a_visit_with_a_senior_kp_a_next_step_and_a_position_is_effective_and_wins_a_customer() -> None:
    rep = make_field()

    visit = make_visit(rep)

    assert (visit.effective_visit, visit.effective_customer, visit.new_effective_customer, visit.evidence_level) == (
        True,
        True,
        True,
        1,
    )
    assert (visit.state, visit.entry, visit.business_day, visit.unit_id) == (
        "COMPLETED",
        "ON_TIME",
        date(2026, 3, 11),
        rep.unit.pk,
    )
    assert list(VisitContact.objects.filter(visit=visit).values_list("contact__name", "role", "is_senior")) == [
        ("Chen Boss", "KP", True)
    ]


def test_kp_met_and_explained_with_a_soft_refusal_and_no_next_step_is_an_effective_customer_but_no_effective_visit() -> (
    None
):
    rep = make_field()

    visit = make_visit(rep, facts=VisitFactsInput(met=(KP,), service_explained=True, refusal=CustomerRefusal.SOFT))

    assert (visit.effective_visit, visit.effective_customer, visit.new_effective_customer) == (False, True, True)
    assert "-EFFECTIVE_VISIT.NOT_ADVANCED" in visit.reasons


def test_the_same_customer_is_new_again_only_after_the_window() -> None:
    rep = make_field()
    make_visit(rep)

    second = make_visit(rep, at=NOW + timedelta(days=30))
    third = make_visit(rep, at=NOW + timedelta(days=121))

    assert (second.new_effective_customer, second.effective_customer) == (False, True)
    assert third.new_effective_customer is True


def test_a_visit_reaches_its_customer_and_its_lead_in_the_same_transaction() -> None:
    rep = make_field()

    visit = make_visit(
        rep,
        facts=VisitFactsInput(
            met=(KP,), service_explained=True, next_step_at=NOW + timedelta(days=2), note="wants a demo"
        ),
    )

    company = Company.objects.get(pk=rep.company.pk)
    assert company.last_visit_at == visit.ended_at
    assert list(FollowUp.objects.values_list("kind", "outcome", "note", "is_qualifying")) == [
        ("VISIT", "NEXT_STEP", "wants a demo", True)
    ]
    assert Contact.objects.get(company=company).confirmed_at == visit.ended_at
    assert AuditEntry.objects.filter(event="visits.recorded", target_id=visit.pk).count() == 1


def test_the_same_key_gives_the_same_visit_and_other_contents_are_refused() -> None:
    rep = make_field()
    record = VisitInput(client_key=uuid4(), company_id=rep.company.pk, facts=ADVANCED, capture=Capture(recorded_at=NOW))

    first = record_visit(rep.scope, facts=record, now=NOW)
    again = record_visit(
        rep.scope, facts=VisitInput(**{**_plain(record), "capture": Capture(recorded_at=NOW, sent_at=NOW)}), now=NOW
    )

    assert first.pk == again.pk
    with pytest.raises(KeyReused):
        record_visit(rep.scope, facts=VisitInput(**{**_plain(record), "facts": VisitFactsInput(note="other")}), now=NOW)
    with pytest.raises(NotFound):
        record_visit(scope_for(rep.colleague), facts=record, now=NOW)
    assert Visit.objects.count() == 1


def test_a_record_whose_key_is_used_is_kept_beside_the_first() -> None:
    rep = make_field()
    visit = make_visit(rep)
    other = VisitInput(
        client_key=visit.record_key or uuid4(), company_id=rep.company.pk, facts=VisitFactsInput(note="the other one")
    )

    keep_conflict(rep.scope, facts=other, body="note=the+other+one", now=NOW)
    keep_conflict(rep.scope, facts=other, body="note=the+other+one", now=NOW)

    assert list(VisitConflict.objects.values_list("visit", "body")) == [(visit.pk, "note=the+other+one")]


def test_check_in_keeps_one_position_and_the_record_completes_the_visit() -> None:
    rep = make_field()
    give_location_consent(rep.scope, now=NOW)

    started = check_in(
        rep.scope, facts=CheckInInput(uuid4(), company_id=rep.company.pk, capture=Capture(NOW, position=HERE)), now=NOW
    )
    later = NOW + timedelta(minutes=25)
    done = record_visit(
        rep.scope, facts=VisitInput(uuid4(), visit_id=started.pk, facts=ADVANCED, capture=Capture(later)), now=later
    )

    assert done.pk == started.pk
    assert (started.state, started.presence, done.state, done.started_at, done.ended_at) == (
        "STARTED",
        "IN_RANGE",
        "COMPLETED",
        NOW,
        later,
    )
    assert (done.effective_visit, done.flags, Visit.objects.count(), VisitPosition.objects.count()) == (True, [], 1, 1)


@pytest.mark.parametrize(
    ("at", "consents", "position", "refused", "presence"),
    [
        (NOW, True, HERE, "", Presence.IN_RANGE),
        (NOW, False, HERE, "", Presence.OFF_HOURS),
        (NOW, True, None, "denied", Presence.REFUSED),
        (NOW, True, None, "", Presence.NONE),
        (local("20:30"), True, HERE, "", Presence.OFF_HOURS),
        (local("10:00", date(2026, 3, 14)), True, HERE, "", Presence.OFF_HOURS),  # a Saturday
        (NOW, True, type(HERE)(30.40, 120.40, 20), "", Presence.OUT_OF_RANGE),
    ],
)
def test_a_missing_position_is_never_a_refusal_only_a_lower_level(at, consents, position, refused, presence) -> None:
    rep = make_field()
    if consents:
        give_location_consent(rep.scope, now=at)

    visit = check_in(
        rep.scope_at(at),
        facts=CheckInInput(
            uuid4(), company_id=rep.company.pk, capture=Capture(at, position=position, position_refused=refused)
        ),
        now=at,
    )

    kept = presence in (Presence.IN_RANGE, Presence.OUT_OF_RANGE)
    assert (visit.presence, VisitPosition.objects.count()) == (presence, int(kept))


def test_consent_is_given_once_and_can_be_withdrawn() -> None:
    rep = make_field()

    give_location_consent(rep.scope, now=NOW)
    give_location_consent(rep.scope, now=NOW)
    withdraw_location_consent(rep.scope, now=NOW + timedelta(hours=1))

    assert list(LocationConsent.objects.values_list("given_at", "withdrawn_at")) == [(NOW, NOW + timedelta(hours=1))]


def test_a_second_check_in_is_refused_while_one_is_in_progress() -> None:
    rep = make_field()
    other = rep.held_company()
    check_in(rep.scope, facts=CheckInInput(uuid4(), company_id=rep.company.pk), now=NOW)

    with pytest.raises(Refused) as refused:
        check_in(rep.scope, facts=CheckInInput(uuid4(), company_id=other.pk), now=NOW)

    assert (refused.value.refusal, refused.value.facts) == (Refusal.VISIT_IN_PROGRESS, {"company": "Suheng Medical"})
    assert Visit.objects.count() == 1


def test_a_visit_is_cancelled_before_its_record_with_a_reason() -> None:
    rep = make_field()
    visit = check_in(rep.scope, facts=CheckInInput(uuid4(), company_id=rep.company.pk), now=NOW)

    with pytest.raises(Refused):
        cancel_visit(rep.scope, visit_id=visit.pk, reason=" ", now=NOW)
    cancelled = cancel_visit(rep.scope, visit_id=visit.pk, reason="nobody there", now=NOW)

    assert (cancelled.state, cancelled.cancel_reason) == (VisitState.CANCELLED, "nobody there")
    with pytest.raises(Refused):
        cancel_visit(rep.scope, visit_id=visit.pk, reason="again", now=NOW)


def test_a_very_short_visit_and_a_second_one_of_the_day_are_flagged() -> None:
    rep = make_field()
    started = check_in(rep.scope, facts=CheckInInput(uuid4(), company_id=rep.company.pk), now=NOW)
    later = NOW + timedelta(minutes=2)

    short = record_visit(rep.scope, facts=VisitInput(uuid4(), visit_id=started.pk), now=later)
    again = make_visit(rep, at=NOW + timedelta(hours=2))

    assert short.flags == [Flag.SHORT]
    assert again.flags == [Flag.SAME_DAY_AGAIN]


def test_a_visit_at_a_colleagues_company_is_cold_flagged_and_moves_no_lead() -> None:
    rep = make_field()
    theirs = make_held_lead(
        rep.colleague, rep.unit, company=make_company("Ruifeng Materials"), now=NOW - timedelta(days=3)
    )

    visit = record_visit(
        rep.scope, facts=VisitInput(uuid4(), company_name="Ruifeng Materials", facts=ADVANCED), now=NOW
    )

    assert (visit.company_id, visit.kind, visit.flags) == (theirs.company_id, "COLD", [Flag.HELD_BY_COLLEAGUE])
    assert Lead.objects.get(pk=theirs.pk).owner_id == rep.colleague.pk
    assert FollowUp.objects.count() == 0


def test_a_cold_visit_to_a_new_company_makes_a_lead_of_mine() -> None:
    rep = make_field()
    Lead.objects.get(company=rep.company)

    visit = record_visit(rep.scope, facts=VisitInput(uuid4(), company_name="Anhe Cold Chain", facts=ADVANCED), now=NOW)

    lead = Lead.objects.get(company=visit.company_id)
    assert (visit.kind, lead.owner_id, lead.status) == ("COLD", rep.person.pk, "PRIVATE")
    assert FollowUp.objects.filter(lead=lead).count() == 1


def test_a_visit_without_a_company_is_refused_and_a_foreign_contact_is_not_found() -> None:
    rep = make_field()
    stranger = make_contact(make_company("Elsewhere"))

    with pytest.raises(Refused):
        record_visit(rep.scope, facts=VisitInput(uuid4()), now=NOW)
    met = (MetContact(ContactRole.KP, contact_id=stranger.pk),)
    with pytest.raises(NotFound):
        record_visit(
            rep.scope, facts=VisitInput(uuid4(), company_id=rep.company.pk, facts=VisitFactsInput(met=met)), now=NOW
        )
    assert Visit.objects.count() == 0


def test_the_author_edits_until_the_soft_lock_and_the_verdict_follows() -> None:
    rep = make_field()
    visit = make_visit(rep)

    edited = edit_visit(
        rep.scope,
        visit_id=visit.pk,
        version=1,
        facts=VisitFactsInput(met=(KP,), service_explained=True),
        now=local("18:29"),
    )

    assert (edited.effective_visit, edited.new_effective_customer, edited.version) == (False, True, 2)
    with pytest.raises(Stale):
        edit_visit(rep.scope, visit_id=visit.pk, version=1, facts=ADVANCED, now=local("18:29"))
    with pytest.raises(Refused) as refused:
        edit_visit(rep.scope, visit_id=visit.pk, version=2, facts=ADVANCED, now=local("18:30"))
    assert refused.value.refusal is Refusal.DAY_IS_LOCKED
    with pytest.raises(NotFound):
        edit_visit(scope_for(rep.colleague), visit_id=visit.pk, version=2, facts=ADVANCED, now=NOW)


def test_a_company_without_coordinates_gives_a_trace_that_cannot_be_out_of_range() -> None:
    rep = make_field(located=False)

    visit = make_visit(rep, facts=VisitFactsInput(met=(KP,), advancement=Advancement.STAGE_UP))

    assert (visit.presence, visit.evidence_level, visit.effective_visit) == (Presence.SITE_UNKNOWN, 1, True)


def _plain(record: VisitInput) -> dict:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
