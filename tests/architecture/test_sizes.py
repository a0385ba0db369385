"""Caps that cost little and remove the tail nobody can read: 400 lines a file, 40 a function, 25 a view."""

import ast

from tests.architecture.sources import ROOT, functions, name, python_files

FILE_LINES, FUNCTION_LINES, VIEW_LINES, SCRIPT_LINES = 400, 40, 25, 150


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body: a long signature or docstring makes a function clearer, not longer."""
    body = node.body
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        body = body[1:]
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_its_cap():
    too_long = {
        name(path): count for path in python_files() if (count := len(path.read_text().splitlines())) > FILE_LINES
    }

    assert too_long == {}


def test_no_function_is_longer_than_its_cap():
    too_long = {
        f"{name(path)}:{node.lineno} {node.name}": lines_of(node)
        for path in python_files()
        for node in functions(path)
        if lines_of(node) > FUNCTION_LINES
    }

    assert too_long == {}


def test_no_view_is_longer_than_its_cap():
    too_long = {
        f"{name(path)}:{node.lineno} {node.name}": lines_of(node)
        for path in python_files()
        if "views" in {part.removesuffix(".py") for part in path.parts}
        for node in functions(path)
        if lines_of(node) > VIEW_LINES
    }

    assert too_long == {}


def test_no_script_is_longer_than_its_cap():
    scripts = sorted((ROOT / "frontend" / "src").rglob("*.js"))
    too_long = {
        path.relative_to(ROOT).as_posix(): count
        for path in scripts
        if (count := len(path.read_text().splitlines())) > SCRIPT_LINES
    }

    assert too_long == {}
