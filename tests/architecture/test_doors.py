"""All writes go through actions, all reads through queries, and both know for whom."""

import ast
import inspect
import re
from importlib import import_module

from tests.architecture.sources import PACKAGE, ROOT, door_files, name, tree
from tiejun.access.abilities import Ability


def public_functions(path):
    return [
        node
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


def loaded(path):
    return import_module("tiejun." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts))


def test_what_actions_share_is_called_by_them_alone():
    # A file `actions/_x.py` holds steps of actions, not doors: nothing outside this folder may know it.
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if path.parent.name != "actions" and re.search(r"\.actions(\._| import _)", path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_every_public_action_names_its_ability():
    missing = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in door_files("actions")
        for node in public_functions(path)
        if not isinstance(getattr(getattr(loaded(path), node.name), "__ability__", None), Ability)
    ]

    assert missing == []


def test_every_public_action_takes_scope_first_and_the_rest_by_name():
    wrong = []
    for path in door_files("actions"):
        for node in public_functions(path):
            positional = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            if positional != ["scope"] or node.args.vararg or node.args.kwarg:
                wrong.append(
                    f"{name(path)}:{node.lineno} {node.name}{inspect.signature(getattr(loaded(path), node.name))}"
                )

    assert wrong == []


# They make the scope itself, for the middleware, tokens and jobs that act for somebody.
MAKE_THE_SCOPE = {"scope_of_login", "scope_of_person", "asker_of_login"}


def is_check(node):
    """`tiejun check` runs a function marked @check for nobody and over everything; it shows keys, never contents."""
    return any(isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "check" for mark in node.decorator_list)


def test_every_public_query_takes_scope_first():
    wrong = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in door_files("queries")
        for node in public_functions(path)
        if [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)][:1] != ["scope"]
        and node.name not in MAKE_THE_SCOPE
        and not is_check(node)
    ]

    assert wrong == []
