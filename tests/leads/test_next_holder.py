"""Who should hold a lead next: nearness, won industry, room, newcomers, and who is kept away."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_tenure
from tests.factories.org import NOW, make_company_tree, make_leave, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import local_date
from tiejun.leads.models import Cooldown
from tiejun.leads.queries.next_holder import next_best
from tiejun.leads.rules.next_holder import (
    Colleague,
    Place,
    Weights,
    best_colleague,
    cell_of,
    fit,
    proposed,
    reasons_for,
)

WEIGHTS = Weights(40, 30, 20, 10)
POOL, ME, YOU = new_id(), *sorted((new_id(), new_id()))
HERE = cell_of(30.2741, 120.1551)


def colleague(person_id=ME, cells=(), **values) -> Colleague:
    row = Colleague(
        person_id, new_id(), **{"cap": 100, "held": 50, "is_new": False, "pools": frozenset({POOL})} | values
    )
    for cell in cells:
        row.holds_at(cell)
    return row


def place(**values) -> Place:
    facts = {"cell": HERE, "district": "330106", "industry": "Logistics"}
    return Place(new_id(), POOL, **facts | values)


@pytest.mark.parametrize(
    ("facts", "score", "reasons"),
    [
        ({}, 10.0, (("HAS_ROOM", 50),)),
        ({"cells": [HERE] * 3}, 50.0, (("NEAR", 3), ("HAS_ROOM", 50))),
        ({"cells": [(HERE[0] + 1, HERE[1] - 1)]}, 23.33, (("NEAR", 1), ("HAS_ROOM", 50))),
        ({"cells": [(HERE[0] + 2, HERE[1])] * 9}, 10.0, (("HAS_ROOM", 50),)),
        ({"districts": Counter({"330106": 4})}, 26.0, (("SAME_DISTRICT", 4), ("HAS_ROOM", 50))),
        ({"wins": Counter({"Logistics": 2})}, 30.0, (("WINS_INDUSTRY", 2), ("HAS_ROOM", 50))),
        ({"is_new": True}, 20.0, (("NEWCOMER", 1), ("HAS_ROOM", 50))),
    ],
)
def test_fit_adds_up_nearness_industry_room_and_newcomer(facts, score, reasons) -> None:
    row = colleague(**facts)

    assert (fit(place(), row, WEIGHTS), reasons_for(place(), row)) == (score, reasons)


@pytest.mark.parametrize(
    "facts", [{"held": 100}, {"held": 130}, {"pools": frozenset()}, {"cap": 0, "held": 0}], ids=str
)
def test_who_has_no_room_or_is_outside_the_pool_is_not_chosen(facts) -> None:
    assert best_colleague(place(), [colleague(**facts)], WEIGHTS) is None


def test_who_is_kept_away_is_not_chosen() -> None:
    assert best_colleague(place(), [colleague()], WEIGHTS, {ME}) is None


def test_of_two_equal_ones_the_smaller_id_is_chosen_in_any_order() -> None:
    both = [colleague(YOU), colleague(ME)]

    assert {best_colleague(place(), order, WEIGHTS).person_id for order in (both, both[::-1])} == {ME}


def test_what_one_is_given_counts_for_the_next_lead() -> None:
    rows = [colleague(ME, held=98), colleague(YOU, held=99)]
    places = [place() for _ in range(4)]

    chosen = proposed(places, rows, WEIGHTS)

    assert [chosen[one.lead_id].person_id if one.lead_id in chosen else None for one in places] == [ME, ME, YOU, None]


@pytest.mark.django_db
def test_the_nearest_winner_of_the_industry_is_proposed_and_who_may_not_hold_it_is_not() -> None:
    tree = make_company_tree()
    holder, near, cooling, former, away = (make_person(unit=tree.group) for _ in range(5))
    make_person(unit=tree.other_group)
    supervisor = scope_for(make_person(role=Role.SUPERVISOR, unit=tree.group))
    lead = make_held_lead(holder, tree.group, company=make_company(latitude=30.27, longitude=120.15))
    for person in (near, cooling, former, away):
        make_held_lead(person, tree.group, company=make_company(latitude=30.271, longitude=120.151))
    Cooldown.objects.create(lead=lead, person=cooling, cause="RELEASED", until=NOW + timedelta(days=1))
    make_tenure(lead, former, tree.group, started_at=NOW - timedelta(90), ended_at=NOW, end_reason="RELEASED")
    make_leave(away, unit=tree.group, starts_on=local_date(NOW, "Asia/Shanghai"))
    system = Scope.system("test", unit_chain=(tree.group.pk, tree.region.pk, tree.company.pk))

    assert next_best(supervisor, [lead], NOW) == {lead.pk: near.pk}
    assert next_best(system, [lead], NOW) == {lead.pk: near.pk}
    assert next_best(supervisor, [lead], NOW, excluding=[near.pk]) == {lead.pk: None}


@pytest.mark.django_db
def test_choosing_costs_the_same_number_of_queries_for_one_and_three_leads(django_assert_num_queries) -> None:
    tree = make_company_tree()
    make_person(unit=tree.group)
    supervisor = scope_for(make_person(role=Role.SUPERVISOR, unit=tree.group))
    leads = [make_lead() for _ in range(3)]

    for part in (leads[:1], leads):
        with django_assert_num_queries(10):
            next_best(supervisor, part, NOW)
