from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import engines
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

NOW = datetime(2026, 11, 12, 7, 30, tzinfo=UTC)


def shown(source, **facts):
    template = engines["django"].from_string(CottonCompiler().process("{% load tiejun_ui %}" + source))
    with translation.override("en"):
        return " ".join(template.render({"request": SimpleNamespace(now=NOW, COOKIES={}), **facts}).split())


def test_button_is_not_a_submit_by_accident():
    assert shown("<c-button>Go</c-button>") == '<button type="button" class="t-btn t-btn-plain " >Go</button>'


def test_button_with_an_address_is_a_link():
    assert (
        shown('<c-button href="/x/" variant="primary">Go</c-button>')
        == '<a href="/x/" class="t-btn t-btn-primary " >Go</a>'
    )


def test_button_hands_htmx_attributes_on():
    assert 'hx-post="/x/"' in shown('<c-button hx-post="/x/">Go</c-button>')


def test_refused_button_does_nothing_and_says_why():
    html = shown(
        '<c-button variant="primary" type="submit" hx-post="/x/" refusal="You hold 30 of 30.">Claim</c-button>'
    )

    assert 'aria-disabled="true"' in html
    assert 'data-refusal="You hold 30 of 30."' in html
    assert 'type="button"' in html
    assert "hx-post" not in html


def test_button_with_an_empty_refusal_is_usable():
    assert "aria-disabled" not in shown('<c-button refusal="{{ why }}">Claim</c-button>', why="")


def test_refusal_is_escaped():
    assert "<b>" not in shown('<c-button refusal="{{ why }}">Claim</c-button>', why='<b>"no"</b>')


def test_badge_has_an_icon_beside_its_colour():
    assert shown('<c-badge tone="warning">Late</c-badge>').count("<svg") == 1


def test_ring_says_its_figures():
    html = shown('<c-ring :value="5" :total="8" label="visits" />')

    assert 'role="img" aria-label="visits 5/8"' in html
    assert 'stroke-dasharray="62.5 100"' in html


def test_bar_is_drawn_by_svg_attributes():
    assert '<rect width="50" height="10"' in shown('<c-bar :value="4" :total="8" label="half" />')


@pytest.mark.parametrize("level", range(5))
def test_evidence_lights_as_many_bars_as_its_level(level):
    assert shown('<c-evidence :level="level" />', level=level).count('class="on"') == level


@pytest.mark.parametrize("letter", "ABCD")
def test_closing_class_has_words(letter):
    assert f'aria-label="Class {letter}"' in shown('<c-closing-class value="{{ letter }}" />', letter=letter)


def test_money_shows_the_exact_amount_on_hover():
    assert 'title="\u00a513,960,000"' in shown('<c-money :minor="amount" />', amount=1_396_000_000)


def test_money_of_nothing_is_a_dash():
    assert "&ndash;" in shown('<c-money :minor="amount" />', amount=None)


def test_when_shows_the_exact_moment_on_hover():
    html = shown('<c-when :at="at" />', at=NOW - timedelta(days=1))

    assert 'title="2026-11-11 15:30"' in html
    assert ">yesterday 15:30<" in html


def test_avatar_keeps_its_hue():
    assert shown('<c-avatar name="Lin Xiao" />') == shown('<c-avatar name="Lin Xiao" />')


def test_empty_pager_draws_nothing():
    assert shown('<c-pager next="" prev="" />') == ""


def test_list_row_keeps_its_link_and_its_actions():
    html = shown(
        '<c-list-row title="Ruifeng" href="/c/1/"><c-slot name="trailing"><c-button>Go</c-button></c-slot></c-list-row>'
    )

    assert 'class="t-row-link" href="/c/1/"' in html
    assert "t-over" in html
