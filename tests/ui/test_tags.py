import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import lucide
import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

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
    assert shown("{% ui_url 'ui:offline' %}") == "/offline/"


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
