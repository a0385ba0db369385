"""Ratings with their evidence, what they refuse, and what people should practise."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.coaching import TOMORROW, make_day, make_plan
from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead
from tests.factories.meetings import make_crew
from tests.factories.org import make_person, make_unit, scope_for
from tests.factories.pipeline import make_line
from tests.factories.visits import DAY, local, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.engines.effectiveness import TrialClose
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.inbox.models import Notice
from tiejun.meetings.actions import drills
from tiejun.meetings.queries.drilled import drills_played, uses_of
from tiejun.meetings.rules import Kind
from tiejun.meetings.rules.drilling import Subject, UseState
from tiejun.pipeline.actions import opportunities
from tiejun.pipeline.rules import LostReason, OpportunityFacts
from tiejun.talent import actions
from tiejun.talent.models import RatingEvidence, SkillMap, SkillRating
from tiejun.talent.queries import groups, sheets
from tiejun.talent.queries.evidence import evidence_of
from tiejun.talent.rules import EvidenceKind, Level, Skill, Source
from tiejun.talent.rules.needs import NeedReason
from tiejun.talent.rules.rating import Proof
from tiejun.visits.rules.vocabulary import VisitFactsInput

pytestmark = pytest.mark.django_db
EVENING = local("19:00")
NIGHT_AFTER = local("19:00", TOMORROW)


@pytest.fixture
def crew():
    return make_crew()


def seen(crew, at="10:00", **values):
    """A recorded visit at which the service was explained, as evidence."""
    visit = make_visit(crew.field, at=local(at), company=crew.field.held_company(), **values)
    return Proof(EvidenceKind.VISIT, visit.pk)


def rate(crew, level, *named, skill=Skill.PITCH, by=None, version=None, at=EVENING, person=None):
    person = person or crew.field.person
    scope = by or scope_for(crew.field.supervisor, at)
    if version is None:
        version = sheets.version_of(scope, person.pk)
    return actions.rate_skill(
        scope, person_id=person.pk, skill=skill, level=level, words="seen today", named=named, version=version, now=at
    )


def test_a_level_is_set_with_its_evidence_and_the_person_told(crew):
    proof = seen(crew)
    row = rate(crew, Level.A, proof)

    assert (row.was, row.level, row.source, row.unit_id) == (0, 1, "LEADER", crew.field.unit.pk)
    assert list(RatingEvidence.objects.values_list("rating", "kind", "visit")) == [(row.pk, "VISIT", proof.id)]
    assert Notice.objects.get(person=crew.field.person).facts == {"name": "Zhou Wei"}
    assert AuditEntry.objects.filter(event="talent.rated").count() == 1
    sheet = sheets.skill_sheet(scope_for(crew.field.person, EVENING), crew.field.person.pk, now=EVENING)
    assert (sheet.now[Skill.PITCH].level, sheet.version, sheet.may_rate, sheet.is_own) == (Level.A, 1, False, True)
    assert [piece.id for piece in sheet.ratings.lines[0].evidence] == [proof.id]


@pytest.mark.parametrize(
    ("level", "code"), [(Level.B, "LEVEL_SKIPPED"), (Level.A, "NO_EVIDENCE")], ids=["skipped", "without evidence"]
)
def test_a_refused_level_writes_nothing(crew, level, code):
    with pytest.raises(Refused, match=code):
        rate(crew, level)

    assert (SkillRating.objects.count(), Notice.objects.count()) == (0, 0)


def test_evidence_is_the_persons_own_and_carries_one_level_of_a_skill(crew):
    proof = seen(crew)
    with pytest.raises(Refused, match="NOT_THEIR_EVIDENCE"):
        rate(crew, Level.A, proof, person=crew.field.colleague)
    rate(crew, Level.A, proof)
    with pytest.raises(Refused, match="EVIDENCE_SPENT"):
        rate(crew, Level.B, proof)
    rate(crew, Level.A, proof, skill=Skill.PROSPECTING)
    rate(crew, Level.B, seen(crew, "11:00"))

    assert list(SkillRating.objects.order_by("pk").values_list("skill", "was", "level")) == [
        ("PITCH", 0, 1), ("PROSPECTING", 0, 1), ("PITCH", 1, 2),
    ]  # fmt: skip


def test_who_may_set_a_level_and_who_not(crew):
    proof = seen(crew)
    person = crew.field.person
    with pytest.raises(PermissionRefused):
        rate(crew, Level.A, proof, by=scope_for(person, EVENING), version=0)
    stranger = make_person(role=Role.SUPERVISOR, unit=make_unit("Other", parent=crew.field.unit.parent))
    with pytest.raises(NotFound):
        rate(crew, Level.A, proof, by=scope_for(stranger, EVENING), version=0)
    with pytest.raises(Refused, match="RATE_ONESELF"):
        rate(crew, Level.A, by=scope_for(crew.field.supervisor, EVENING), version=0, person=crew.field.supervisor)
    with pytest.raises(Stale):
        rate(crew, Level.A, proof, version=7)
    region = make_person(role=Role.REGIONAL_MANAGER, unit=crew.field.unit.parent)
    rate(crew, Level.A, proof, by=scope_for(region, EVENING))

    assert SkillRating.objects.get().rated_by == region


def test_the_own_view_stands_apart(crew):
    own = scope_for(crew.field.person, EVENING)
    rate(crew, Level.A, seen(crew))
    actions.assess_oneself(own, skill=Skill.PITCH, level=Level.C, words="I am sure of it", now=EVENING)
    with pytest.raises(Invalid):
        actions.assess_oneself(own, skill=Skill.PITCH, level=Level.C, words="  ", now=EVENING)

    sheet = sheets.own_sheet(own, now=EVENING)
    assert (sheet.now[Skill.PITCH].level, sheet.own[Skill.PITCH].level, sheet.version) == (Level.A, Level.C, 1)
    assert [line.source for line in sheet.ratings.lines] == [Source.SELF, Source.LEADER]


def test_the_history_comes_by_pages_and_stays_on_its_day(crew):
    own = scope_for(crew.field.person, NIGHT_AFTER)
    moments = [EVENING + timedelta(minutes=number) for number in range(12)] + [NIGHT_AFTER]
    for moment in moments:
        actions.assess_oneself(own, skill=Skill.PITCH, level=Level.A, words="so I think", now=moment)

    first = sheets.own_sheet(own, now=NIGHT_AFTER).ratings
    second = sheets.own_sheet(own, cursor=first.next, now=NIGHT_AFTER).ratings
    again = sheets.own_sheet(own, cursor=second.previous, now=NIGHT_AFTER).ratings
    earlier = sheets.own_sheet(own, day=DAY, now=NIGHT_AFTER).ratings

    shown = [line.rating.rated_at for line in (*first.lines, *second.lines)]
    assert (shown, len(first.lines), first.previous, second.next) == (moments[::-1], 10, None, None)
    assert [line.rating.pk for line in again.lines] == [line.rating.pk for line in first.lines]
    assert earlier.lines[0].rating.rated_at == moments[-2]
    assert sheets.own_sheet(own, cursor="nonsense", now=NIGHT_AFTER).ratings.lines[0].rating.rated_at == NIGHT_AFTER


def test_the_database_keeps_history_and_wants_evidence(crew):
    row = rate(crew, Level.A, seen(crew))
    for change in (lambda: SkillRating.objects.update(level=3), RatingEvidence.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    fields = {
        "map": SkillMap.objects.get(), "person": row.person, "unit": row.unit, "skill": "DEMO", "source": "LEADER", "was": 0,
        "level": 1, "words": "x", "rated_by": crew.field.supervisor, "rated_on": DAY, "rated_at": EVENING,
    }  # fmt: skip
    for change in ({}, {"was": 0, "level": 2}, {"rated_by": row.person}, {"words": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SkillRating.objects.create(**fields | change)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_accompanied_day_is_evidence_only_once_it_began(crew):
    leader = scope_for(crew.field.supervisor, NIGHT_AFTER)
    make_day(crew.field)
    make_plan(crew.field, day=DAY + (TOMORROW - DAY) * 2)

    offered = evidence_of(leader, crew.field.person.pk, Skill.LEARNING, now=NIGHT_AFTER)

    assert [(one.proof.kind, one.on) for one in offered if one.proof.kind is EvidenceKind.COACHING] == [
        (EvidenceKind.COACHING, TOMORROW)
    ]


def lose(crew, person, reason, times):
    line = make_line()
    scope = scope_for(person, local("16:00"))
    for _number in range(times):
        company = make_held_lead(person, crew.field.unit, company=make_company(), now=local("08:00")).company
        facts = OpportunityFacts(100_00, TOMORROW)
        row = opportunities.open_opportunity(
            scope, company_id=company.pk, product_line_id=line.pk, facts=facts, now=local("16:00")
        )
        opportunities.lose_opportunity(
            scope, opportunity_id=row.pk, version=row.version, reason=reason, note="x", now=local("16:05")
        )


def test_needs_say_why_beside_sums_of_the_others(crew):
    lose(crew, crew.field.person, LostReason.PRICE, 3)
    lose(crew, crew.field.person, LostReason.TIMING, 1)
    lose(crew, crew.field.colleague, LostReason.PRICE, 1)
    lose(crew, crew.field.colleague, LostReason.OTHER, 3)

    for scope in (scope_for(crew.field.person, EVENING), scope_for(crew.field.supervisor, EVENING)):
        need = sheets.skill_sheet(scope, crew.field.person.pk, now=EVENING).needs[0]
        assert (need.skill, need.drill) == (Skill.OBJECTION, Subject.PRICE)
        assert need.causes[0].reason is NeedReason.LOST_TO
        assert dict(need.causes[0].numbers) == {"own": 3, "of": 4, "group": 1, "group_of": 4}


def drilled(crew, subject=Subject.PRICE):
    meeting = crew.open()
    drill = crew.play(meeting, subject)
    crew.score(drill, 3, 3, 3)
    drills.reveal_drill(crew.leader(), meeting_id=meeting.pk, drill_id=drill.pk)
    return meeting


def test_the_day_after_a_drill_shows_on_the_persons_page_and_in_the_next_meeting(crew):
    drilled(crew)
    person = crew.field.person
    leader = scope_for(crew.field.supervisor, NIGHT_AFTER)
    state = drills_played(leader, [person.pk], since=DAY, now=local("09:00", TOMORROW))[person.pk][0].use.state
    assert state is UseState.WAITING

    for clock, close in (("10:00", TrialClose.NOT_TRIED), ("11:00", TrialClose.MAYBE)):
        facts = VisitFactsInput(service_explained=True, refusal=CustomerRefusal.SOFT, trial_close=close)
        if close is TrialClose.MAYBE:
            facts = replace(facts, next_step="call", next_step_at=local("10:00", TOMORROW + timedelta(days=1)))
        make_visit(crew.field, at=local(clock, TOMORROW), company=crew.field.held_company(), facts=facts)

    use = sheets.skill_sheet(leader, person.pk, now=NIGHT_AFTER).drills[0].use
    assert (use.state, use.chances, use.used) == (UseState.USED, 2, 1)
    evening = crew.prepare(Kind.EVENING, day=TOMORROW)
    seen_by_leader = uses_of(leader, evening, now=NIGHT_AFTER)[0]
    assert (len(seen_by_leader.lines), seen_by_leader.lines[0].is_player, seen_by_leader.lines[0].use) == (5, True, use)
    own = uses_of(scope_for(crew.field.colleague, NIGHT_AFTER), evening, now=NIGHT_AFTER)[0]
    assert [line.name for line in own.lines] == [crew.field.colleague.name]


def test_a_groups_map_costs_the_same_for_many(crew):
    rate(crew, Level.A, seen(crew))
    leader = scope_for(crew.field.supervisor, EVENING)
    groups.group_skills(leader, now=EVENING)
    with CaptureQueriesContext(connection) as few:
        found = groups.group_skills(leader, now=EVENING)
    for name in "XYZ":
        make_person(name=f"Rep {name}", unit=crew.field.unit)
    with CaptureQueriesContext(connection) as many:
        later = groups.group_skills(leader, now=EVENING)

    assert (len(found.members), len(later.members)) == (5, 8)
    assert len(many) == len(few)
    assert sum(Skill.PITCH in one.levels for one in later.members) == 1


def test_sums_name_nobody(crew):
    head = make_person(role=Role.CEO, unit=crew.field.unit.parent.parent)
    rate(crew, Level.A, seen(crew))

    found = groups.skill_totals(scope_for(head, EVENING), now=EVENING)

    assert (found.people, found.counts[Skill.PITCH]) == (5, {Level.NONE: 4, Level.A: 1, Level.B: 0, Level.C: 0})
    with pytest.raises(PermissionRefused):
        groups.skill_totals(scope_for(crew.field.supervisor, EVENING), now=EVENING)
