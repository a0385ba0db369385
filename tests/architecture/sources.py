"""The product's sources, read once for all checks."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tiejun"
FOUNDATIONS = {"access", "ui", "foundation", "engines", "cli"}


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file of the product that people write (migrations are written by Django)."""
    return tuple(sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts))


@cache
def templates() -> tuple[Path, ...]:
    """Every HTML template of the product."""
    return tuple(sorted(PACKAGE.rglob("*.html")))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    """A file's name as messages show it: leads/actions.py."""
    return path.relative_to(PACKAGE).as_posix()


def module_of(path: Path) -> str:
    """The module a file belongs to: leads."""
    return path.relative_to(PACKAGE).parts[0]


@cache
def functions(path: Path) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    """Every function and method of a file."""
    return tuple(node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def door_files(door: str) -> list[Path]:
    """The files of one door (actions or queries) in all business modules, whether file or package.

    A file whose name begins with an underscore is the folder's own (`test_doors` asks that nobody else imports it).
    """
    return [
        path
        for path in python_files()
        if module_of(path) not in FOUNDATIONS
        and len(path.relative_to(PACKAGE).parts) > 1
        and path.relative_to(PACKAGE).parts[1].removesuffix(".py") == door
        and (not path.stem.startswith("_") or path.stem == "__init__")
    ]
