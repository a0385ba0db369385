from pathlib import Path

import polib

from tools.messages import (
    Findings,
    Message,
    add_extracted,
    check,
    compile_catalogue,
    extracted,
    in_full_width,
    locked_catalogue,
    merged,
    messages_of_python,
    messages_of_template,
    opened,
    same_placeholders,
)


def test_python_messages_of_every_kind_are_found():
    text = (
        'a = _("One")\nb = gettext_lazy("Two "\n  "lines")\nc = pgettext("verb", "Open")\n'
        'd = ngettext("%(n)s day", "%(n)s days", n)\ne = other("Not this")\n'
    )

    assert list(messages_of_python(text)) == [
        Message("One"),
        Message("Two lines"),
        Message("Open", "verb"),
        Message("%(n)s day", "", "%(n)s days"),
    ]


def test_template_messages_of_every_kind_are_found():
    text = """
      {% translate "Claim" %} {% translate "Open" context "verb" %} {{ _("Today") }} (unbalanced
        {% blocktranslate with n=count %}{{ n }} left{% endblocktranslate %}
    {% blocktranslate count n=days %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
      <c-button label="{% translate 'Save' %}" :title="_('Discard')" />
      {% include "x.html" with title=_("Visits") %}
    """

    assert set(messages_of_template(text)) == {
        Message("Claim"),
        Message("Open", "verb"),
        Message("Today"),
        Message("%(n)s left"),
        Message("%(n)s day", "", "%(n)s days"),
        Message("Save"),
        Message("Discard"),
        Message("Visits"),
    }


def test_placeholders_must_be_the_same_on_both_sides():
    assert same_placeholders("%(held)s of %(cap)s", "%(cap)s / %(held)s")
    assert same_placeholders("100 %", "100 %")
    assert not same_placeholders("%(held)s of %(cap)s", "%(held)s")
    assert not same_placeholders("{name} left", "{nom} left")


def test_merged_translations_survive_a_save_and_compile(tmp_path: Path):
    path = tmp_path / "django.po"

    with locked_catalogue(path) as catalogue:
        notes = merged(
            catalogue, {"Claim": "L", "verb\x04Open": "K", "%(n)s day\x05%(n)s days": "%(n)s T", "%(x)s": "y"}
        )
    compile_catalogue(path)

    compiled = polib.mofile(str(path.with_suffix(".mo")))
    assert notes == ["refused, placeholders differ: '%(x)s' -> 'y'"]
    assert {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in compiled} == {
        (None, "Claim"): "L",
        ("verb", "Open"): "K",
        (None, "%(n)s day"): {0: "%(n)s T"},
    }


def test_check_names_missing_fuzzy_unused_and_unequal_entries(tmp_path: Path):
    sources = tmp_path / "shop"
    sources.mkdir()
    (sources / "views.py").write_text('_("New"), _("Doubtful"), _("Good"), _("%(a)s")')
    catalogue = opened(tmp_path / "none.po")
    merged(catalogue, {"Doubtful": "D", "Good": "G", "Gone": "F"})
    catalogue.find("Doubtful").flags.append("fuzzy")
    add_extracted(catalogue, {Message("%(a)s"): {"shop/views.py"}})
    catalogue.find("%(a)s").msgstr = "b"

    assert check(catalogue, extracted(sources)) == Findings(
        missing=["'New' (shop/views.py)"],
        fuzzy=["'Doubtful'"],
        unused=["'Gone'"],
        placeholders=["'%(a)s' -> 'b'"],
    )


def test_marks_and_brackets_beside_chinese_become_full_width_and_placeholders_stay():
    asked = "\u6709 %(count)s \u4eba,\u8bf7(\u81f3 %(day)s)\u79bb\u5f00:A, B?"

    assert (
        in_full_width(asked) == "\u6709 %(count)s \u4eba\uff0c\u8bf7\uff08\u81f3 %(day)s\uff09\u79bb\u5f00\uff1aA, B?"
    )
