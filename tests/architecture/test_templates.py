"""Pages obey the same list as code, components get only what they declare, and every write can be sent twice."""

import re
import tomllib
from functools import cache

from tests.architecture.sources import PACKAGE, ROOT, module_of, name, templates

INCLUSION = re.compile(r"""\{%\s*(?:extends|include)\s+["']([^"'#]+)""")
COMPONENT = re.compile(
    r"<c-(?!vars\b|slot\b)([a-z][\w.-]*)((?:\"[^\"]*\"|'[^']*'|\{%.*?%\}|\{\{.*?\}\}|[^>\"'])*?)/?>", re.DOTALL
)
ATTRIBUTE = re.compile(r"""([:@\w][\w:.@-]*)(?:\s*=\s*(?:"[^"]*"|'[^']*'|\S+))?""")
VARS = re.compile(r"<c-vars\b(.*?)/?>", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
# HTML's own attributes reach the element through {{ attrs }}.
HTML = re.compile(
    r"(id|class|name|value|type|role|title|href|rel|target|form|method|action|for|lang|dir|hidden|disabled|required|readonly"
    r"|checked|selected|multiple|open|autofocus|tabindex|accept|capture|min|max|step|pattern|maxlength|minlength|inputmode"
    r"|autocomplete|placeholder|rows|cols|download|novalidate|enctype|popover|popovertarget|commandfor|command|formaction|formmethod"
    r"|(hx|data|aria|x)-[\w:.-]+|@[\w.:-]+|attrs)"
)
FORM = re.compile(r"<form\b(?=[^>]*\bmethod=[\"']post)(.*?)</form>", re.DOTALL | re.IGNORECASE)
# Possessive, with alternatives that exclude each other: a template without a match must not take minutes.
ELEMENT = re.compile(r"<(?!form\b)[a-z][a-z-]*+(?>\"[^\"]*+\"|'[^']*+'|\{%[^%]*+%\}|\{(?!%)|[^>\"'{])*+>")
HTMX_WRITE = re.compile(r"\bhx-(?:post|put|patch|delete)=")
# Signing in and out and choosing a language are harmless when sent twice, and their views are allauth's and Django's.
SIGN_IN = ("ui/templates/allauth/", "org/templates/account/", "org/templates/mfa/")
# A repeat changes nothing: who signs out is out, and a shown table that is taken out twice is taken out twice.
HARMLESS = ("data-sign-out", "set_language", "exchange:export_shown")


@cache
def layers():
    """Module → its place in the list, from the top."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    places = {}
    for place, layer in enumerate(contract["layers"]):
        for module in re.split(r"[|:]", layer):
            places[module.strip().strip("()")] = place
    return places


@cache
def owner_of():
    """Template name → the module whose folder holds it."""
    found = {}
    for path in templates():
        found[path.relative_to(PACKAGE / module_of(path) / "templates").as_posix()] = module_of(path)
    return found


def test_templates_extend_and_include_only_from_modules_below():
    wrong = []
    for path in templates():
        for target in INCLUSION.findall(path.read_text()):
            owner = owner_of().get(target)
            if owner and layers()[owner] < layers()[module_of(path)]:
                wrong.append(f"{name(path)} uses {target}")

    assert wrong == []


def test_templates_extend_and_include_only_what_exists():
    wrong = [
        f"{name(path)} uses {target}"
        for path in templates()
        for target in INCLUSION.findall(path.read_text())
        if target not in owner_of() and not target.startswith(("account/", "mfa/", "allauth/", "django/"))
    ]

    assert wrong == []


def declared(text):
    """Attribute names that a component declares."""
    found = VARS.search(text)
    return {word.lstrip(":") for word in ATTRIBUTE.findall(found.group(1))} if found else set()


@cache
def components():
    """Component name → what it declares, and whether it hands the rest on to an element."""
    folder = PACKAGE / "ui" / "templates" / "cotton"
    found = {}
    for path in folder.rglob("*.html"):
        text = path.read_text()
        key = ".".join(path.relative_to(folder).with_suffix("").parts).replace("_", "-")
        found[key] = (declared(text), "attrs" in text)
    return found


def test_every_component_exists():
    used = {
        (name(path), used.replace("_", "-")) for path in templates() for used, _ in COMPONENT.findall(path.read_text())
    }

    assert sorted(f"{where}: <c-{which}>" for where, which in used if which not in components()) == []


def test_components_get_only_declared_attributes():
    wrong = []
    for path in templates():
        for which, written in COMPONENT.findall(path.read_text()):
            known, hands_on = components().get(which.replace("_", "-"), (set(), True))
            # Tags inside a value hide quotes of their own.
            for attribute in ATTRIBUTE.findall(TAG.sub("", re.sub(r"\{\{.*?\}\}", "", written, flags=re.DOTALL))):
                plain = attribute.lstrip(":").replace("-", "_")
                if (
                    attribute.lstrip(":") in known
                    or plain in known
                    or (hands_on and HTML.fullmatch(attribute.lstrip(":")))
                ):
                    continue
                wrong.append(f"{name(path)}: <c-{which} {attribute}>")

    assert wrong == []


def test_every_writing_form_carries_a_client_key():
    wrong = [
        f"{name(path)}: {' '.join(form.split())[:80]}"
        for path in templates()
        if not name(path).startswith(SIGN_IN)
        for form in FORM.findall(path.read_text())
        if "client_key" not in form and not any(word in form for word in HARMLESS)
    ]

    assert wrong == []


def test_every_writing_button_carries_a_client_key():
    wrong = [
        f"{name(path)}: {' '.join(match.group(0).split())[:100]}"
        for path in templates()
        for match in ELEMENT.finditer(path.read_text())
        if HTMX_WRITE.search(match.group(0)) and "client_key" not in match.group(0)
    ]

    assert wrong == []
