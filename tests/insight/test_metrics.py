"""The catalogue of metrics: every number of the boards is in it, in words that exist, from tables and lists that exist."""

import re

import pytest
from django.apps import apps
from django.urls import reverse

from tests.factories.org import make_person, scope_for
from tests.reliability.permission_table import PAGES
from tiejun.access.roles import Role
from tiejun.engines.growth import Factor
from tiejun.insight.queries.metrics import catalogue, entries
from tiejun.insight.rules.links import Measure
from tiejun.insight.rules.metrics import METRICS, OF_FACTOR, OF_MEASURE
from tiejun.insight.texts import metrics as texts

KEYS = {one.key for one in METRICS}


def test_every_measure_and_factor_has_its_metric() -> None:
    assert set(OF_MEASURE) == set(Measure)
    assert set(OF_FACTOR) == {factor.value for factor in Factor}
    assert {*OF_MEASURE.values(), *OF_FACTOR.values()} <= KEYS
    assert len(KEYS) == len(METRICS)


def test_every_metric_has_words_of_its_own() -> None:
    assert set(texts.NAMES) == set(texts.DEFINITIONS) == KEYS
    assert {one.owner for one in METRICS} == set(texts.OWNERS)
    assert {name for one in METRICS for name in one.facts} == set(texts.FACTS)


@pytest.mark.parametrize("name", sorted(texts.FACTS))
def test_facts_are_tables_of_the_product(name: str) -> None:
    assert apps.get_model(name)


@pytest.mark.parametrize("metric", [one for one in METRICS if one.rows], ids=lambda one: one.key)
def test_rows_are_a_page_that_asks_for_the_same_ability(metric) -> None:
    assert reverse(metric.rows)
    assert PAGES[metric.rows] == metric.rows_ability


@pytest.mark.django_db
def test_rows_are_offered_to_who_may_see_them_alone() -> None:
    marketing, head = make_person(role=Role.MARKETING_HEAD), make_person(role=Role.SALES_HEAD)

    assert (entries(scope_for(marketing))["visits"].rows, entries(scope_for(head))["visits"].rows) == (
        "",
        "visits:list",
    )
    assert sum(len(rows) for _shelf, _name, rows in catalogue(scope_for(head))) == len(METRICS)


def test_the_boards_point_to_definitions_that_exist(story, head, browser_of) -> None:
    browser = browser_of(head)
    known = set(re.findall(r'id="([a-z-]+)"', browser.get(reverse("insight:metrics")).content.decode()))

    assert known >= KEYS
    for name in ("home:board", "insight:growth", "insight:channels"):
        named = set(re.findall(r'/insight/metrics/#([a-z-]+)"', browser.get(reverse(name)).content.decode()))
        assert len(named) > 4
        assert named <= known


def test_a_representative_reads_it_in_chinese_and_programs_read_it_too(story, browser_of) -> None:
    browser = browser_of(story.rep, "zh-hans")

    assert "有效率" in browser.get(reverse("insight:metrics")).content.decode()
    rows = browser.get("/api/v1/insight/metrics").json()
    assert [row["key"] for row in rows] == [one.key for one in METRICS]
    assert {row["unit"] for row in rows} == {"NUMBER", "PERCENT", "RATIO", "MONEY"}
