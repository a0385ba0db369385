"""What may not stand in code: Chinese, clocks and chance in pure code, empty names, signals, saves of whole rows."""

import ast
import re

import pytest

from tests.architecture.sources import PACKAGE, ROOT, functions, module_of, name, python_files, templates, tree
from tiejun.foundation import audit, clock

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]")
# Names that say nothing about what the thing is.
EMPTY_FILES = {"utils", "util", "common", "helpers", "helper", "base", "misc", "manager", "managers", "services"}
EMPTY_VERBS = ("get_", "handle_", "process_", "do_")
# Names that Django, allauth, granian or procrastinate call.
FOREIGN = {"get_context_data", "get_queryset", "get_response", "process_view", "process_exception", "process_response"}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "random", "randint", "choice", "shuffle", "uniform", "uuid4"}
CLOCK_OWNERS = {"datetime", "date", "time", "timezone", "random", "uuid", "secrets"}


def test_code_holds_no_chinese():
    files = [*python_files(), *templates(), *sorted((ROOT / "frontend" / "src").rglob("*.js"))]
    found = [path.relative_to(ROOT).as_posix() for path in files if CHINESE.search(path.read_text(encoding="utf-8"))]

    assert found == []


def test_no_file_has_an_empty_name():
    assert [name(path) for path in python_files() if path.stem in EMPTY_FILES] == []


def test_no_function_has_an_empty_verb():
    found = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in functions(path)
        if node.name.lstrip("_").startswith(EMPTY_VERBS) and node.name not in FOREIGN and not is_override(path, node)
    ]

    assert found == []


def is_override(path, node):
    """A method whose class inherits from something: the parent chose the name."""
    return any(
        isinstance(parent, ast.ClassDef) and parent.bases and node in parent.body for parent in ast.walk(tree(path))
    )


@pytest.mark.parametrize("door", ["rules", "actions", "queries", "engines"])
def test_pure_code_reads_neither_clock_nor_chance(door):
    found = [
        f"{name(path)}:{node.lineno} {node.func.value.id}.{node.func.attr}"
        for path in python_files()
        if module_of(path) not in {"foundation", "access", "cli"}
        and door in {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.attr in CLOCKS
        and node.func.value.id in CLOCK_OWNERS
    ]

    assert found == []


def test_no_django_signals():
    pattern = re.compile(r"\b(post_save|pre_save|post_delete|pre_delete|m2m_changed|@receiver)\b")

    assert [name(path) for path in python_files() if pattern.search(path.read_text())] == []


def test_models_declare_no_ordering():
    found = []
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                names = {target.id for item in node.body if isinstance(item, ast.Assign) for target in item.targets}
                if "ordering" in names:
                    found.append(f"{name(path)}:{node.lineno}")

    assert found == []


def test_rows_are_saved_by_named_fields():
    found = []
    for path in python_files():
        if module_of(path) in {"cli", "ui", "engines"}:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save":
                words = {keyword.arg for keyword in node.keywords}
                if not words & {"update_fields", "force_insert"}:
                    found.append(f"{name(path)}:{node.lineno}")

    assert found == []


def test_templates_carry_no_inline_style_or_script():
    pattern = re.compile(
        r"<style\b|\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+=|\bhx-on|javascript:",
        re.IGNORECASE,
    )
    found = [
        f"{name(path)}: {match.group(0).strip()}"
        for path in templates()
        for match in pattern.finditer(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL))
    ]

    assert found == []


def test_nothing_is_marked_safe_outside_the_kit():
    found = [
        name(path)
        for path in (*python_files(), *templates())
        if module_of(path) != "ui" and re.search(r"mark_safe|\|safe\b|autoescape off", path.read_text())
    ]

    assert found == []


def test_every_audit_event_has_words():
    # The audit page shows words, not codes; the code is a literal, so that it can be found here.
    codes = {
        node.args[1].value if isinstance(node.args[1], ast.Constant) else f"{name(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
    }

    assert sorted(codes ^ set(audit.events())) == []


def test_every_event_of_the_clock_has_words():
    assert [event.key for event in clock.events() if clock.words_of(event.key) == event.key] == []
