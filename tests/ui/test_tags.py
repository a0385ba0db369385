import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import lucide
import pytest
from django import forms
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

import tiejun

NOW = datetime(2026, 11, 12, 7, 30, tzinfo=UTC)


def shown(source, **facts):
    with translation.override("en"):
        return Template("{% load tiejun_ui %}" + source).render(Context({"request": SimpleNamespace(now=NOW), **facts}))


def test_client_key_is_a_hidden_uuid7_and_new_each_time():
    first, second = (re.search(r'value="([^"]+)"', shown("{% client_key %}")).group(1) for _ in range(2))

    assert UUID(first).version == 7
    assert first != second


def test_client_key_vals_survive_an_attribute():
    html = shown("<button hx-vals='{% client_key_vals lead=lead %}'></button>", lead="it's")
    inside = re.search(r"hx-vals='(.*?)'>", html).group(1).replace("&quot;", '"').replace("&#x27;", "'")

    assert json.loads(inside)["lead"] == "it's"
    assert UUID(json.loads(inside)["client_key"]).version == 7


def test_money_filter():
    assert (
        shown("{{ a|money }} {{ b|money }} {{ a|money_exact }}", a=12_345_678_00, b=None)
        == "\u00a512.3M \u2013 \u00a512,345,678"
    )


def test_when_filter():
    assert (
        shown("{{ at|when:now }} {{ at|when_exact }} {{ none|when:now }}", at=NOW, now=NOW, none=None)
        == "just now 2026-11-12 15:30 \u2013"
    )


def test_phone_masked_filter():
    assert shown("{{ phone|phone_masked }}", phone="13800004321") == "138 \u2022\u2022\u2022\u2022 4321"


def test_icon_is_hidden_from_screen_readers():
    html = shown('{% icon "bell" 18 %}')

    assert 'aria-hidden="true"' in html
    assert 'width="18"' in html


def test_icon_of_an_unknown_name_raises():
    with pytest.raises(lucide.IconDoesNotExist):
        shown('{% icon "no-such-icon" %}')


def test_ui_url_of_a_missing_page_is_a_hash():
    assert shown("{% ui_url 'nowhere:page' %}") == "#"
    assert shown("{% ui_url 'offline' %}") == "/offline/"


class Form(forms.Form):
    phone = forms.CharField(help_text="Eleven digits")
    kind = forms.ChoiceField(choices=[("A", "a")], required=False)


def test_field_control_names_its_help_and_its_error():
    html = shown("{% field_control form.phone %}", form=Form({"phone": ""}))

    assert 'class="input"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_phone-help id_phone-error"' in html


def test_field_control_of_a_choice_is_a_select():
    assert 'class="select"' in shown("{% field_control form.kind %}", form=Form())


def test_an_icon_that_the_page_decides_is_the_same_as_one_written_out():
    assert shown("{% icon name size stroke=2.1 %}", name="bell", size=18) == shown('{% icon "bell" 18 stroke=2.1 %}')


def test_row_badge_escapes_its_words():
    assert shown("{% badge words 'warning' %}", words="<b>late</b>").endswith("&lt;b&gt;late&lt;/b&gt;</span>")


def test_row_badge_is_drawn_once_for_all_rows():
    html = shown("{% badge 'Late' 'warning' as late %}{{ late }}{{ late }}")

    assert html == shown("{% badge 'Late' 'warning' %}") * 2


def test_moment_of_the_last_hour_says_its_age_and_what_comes_later():
    html = shown("{% moment at %}", at=NOW - timedelta(minutes=3, seconds=5))

    assert 'data-ago="185" data-then="15:26"' in html
    assert ">3 min ago<" in html


def test_moment_of_yesterday_does_not_tick():
    assert "data-ago" not in shown("{% moment at %}", at=NOW - timedelta(days=1))


def test_moment_of_nothing_is_a_dash():
    assert "&ndash;" in shown("{% moment at %}", at=None)


def test_countdown_of_the_past_gives_way_to_what_it_was_given():
    assert shown("{% countdown at past='late' %}", at=NOW - timedelta(hours=1)) == "late"
    assert "data-countdown" in shown("{% countdown at past='late' %}", at=NOW + timedelta(hours=1))


def test_address_is_what_the_route_gives():
    lead = UUID("01a20367-c0bd-72ca-8dbe-e625d08fa703")

    assert shown("{% address 'leads:claim' lead %}", lead=lead) == reverse("leads:claim", args=[lead])


def test_lasting_part_is_drawn_once_per_language_and_key():
    drawn = []
    template = Template("{% load tiejun_ui %}{% lasting key %}{{ draw }}{% endlasting %}")

    def draw(key, language):
        with translation.override(language):
            return template.render(Context({"key": key, "draw": lambda: drawn.append(key) or f"{key}-{language}"}))

    said = [draw("a", "en"), draw("a", "en"), draw("a", "zh-hans"), draw("b", "en")]

    assert said == ["a-en", "a-en", "a-zh-hans", "b-en"]
    assert drawn == ["a", "a", "b"]


def test_no_lasting_part_of_a_page_holds_what_is_one_person_s():
    personal = ("csrf_token", "client_key", "request.", "{{ who", "messages")
    found = [
        (path.name, word)
        for path in Path(tiejun.__file__).parent.rglob("templates/**/*.html")
        for part in re.findall(r"{% lasting.*?%}(.*?){% endlasting %}", path.read_text(), re.DOTALL)
        for word in personal
        if word in part
    ]

    assert found == []
