from types import SimpleNamespace

import pytest

from tiejun.access.abilities import Ability
from tiejun.ui import navigation


def asker(*abilities):
    return SimpleNamespace(can=lambda ability: ability in abilities)


@pytest.fixture
def every_page(monkeypatch):
    monkeypatch.setattr(navigation, "address", lambda url_name: f"/{url_name}/")
    monkeypatch.setattr(
        navigation,
        "ENTRIES",
        (
            navigation.Entry("Today", "sun", "home:today", Ability.VIEW_TODAY, "day"),
            navigation.Entry("Leads", "contact", "leads:list", Ability.VIEW_LEADS, "customers"),
            navigation.Entry("Public pool", "waves", "leads:pool", Ability.VIEW_POOL, "customers"),
        ),
    )


def test_every_entry_asks_for_an_ability_that_exists():
    asked = {entry.ability for entry in (*navigation.ENTRIES, *navigation.TABS) if entry.ability}

    assert asked - set(Ability) == set()


def test_every_entry_has_a_section():
    assert {entry.section for entry in navigation.ENTRIES} - set(navigation.SECTIONS) == set()


def test_sections_show_only_what_the_person_may_do(every_page):
    sections = navigation.sections_for(asker(Ability.VIEW_TODAY, Ability.VIEW_LEADS), "leads:list")

    assert [[(place.url, place.is_here) for place in section.places] for section in sections] == [
        [("/home:today/", False)],
        [("/leads:list/", True)],
    ]


def test_sections_leave_out_pages_that_do_not_exist(monkeypatch):
    monkeypatch.setattr(navigation, "address", lambda url_name: None)

    assert navigation.sections_for(asker(*Ability), "") == ()


def test_sections_of_nobody_are_empty(every_page):
    assert navigation.sections_for(None, "") == ()


def test_tabs_of_a_rep_have_the_record_button_in_the_middle(every_page):
    rep = asker(
        Ability.VIEW_TODAY, Ability.VIEW_CUSTOMERS, Ability.RECORD_VISIT, Ability.VIEW_PIPELINE, Ability.READ_NOTICES
    )

    assert [tab.url_name for tab in navigation.tabs_for(rep, "")] == [
        "home:today",
        "customers:list",
        "visits:record",
        "pipeline:list",
        "home:me",
    ]


def test_tabs_of_a_manager_fill_the_free_places(every_page):
    manager = asker(
        Ability.VIEW_BOARD, Ability.VIEW_TEAM_TODAY, Ability.VIEW_CUSTOMERS, Ability.VIEW_PIPELINE, Ability.READ_NOTICES
    )

    assert [tab.url_name for tab in navigation.tabs_for(manager, "")] == [
        "home:board",
        "home:team_today",
        "customers:list",
        "pipeline:list",
        "home:me",
    ]


def test_a_page_that_belongs_to_another_place_than_its_path_marks_that_one(every_page, monkeypatch):
    monkeypatch.setattr(navigation, "BELOW", {"leads:lead": "leads:list"})
    places = navigation.sections_for(asker(Ability.VIEW_LEADS, Ability.VIEW_POOL), "leads:lead", "/leads:pool/1/")[
        0
    ].places

    assert [(place.url_name, place.is_here) for place in places] == [("leads:list", True), ("leads:pool", False)]
    assert {entry.url_name for entry in navigation.ENTRIES} >= set(navigation.BELOW.values())


def test_a_page_below_a_place_marks_that_place(every_page):
    places = navigation.sections_for(asker(Ability.VIEW_LEADS, Ability.VIEW_POOL), "leads:lead", "/leads:pool/1/")[
        0
    ].places

    assert [(place.url_name, place.is_here) for place in places] == [("leads:list", False), ("leads:pool", True)]
