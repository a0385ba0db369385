"""Every page and every operation of the API, found by walking them: a new route is covered by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tiejun.foundation.ids import new_id
from tools.openapi import FILE

# Not pages of the product: sign-in (its own tests), probes, and what Django brings along.
OUTSIDE = ("accounts/", "api/v1/", "dev/", "static/")
WRITING = ("post", "put", "patch", "delete")
_ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_FILLERS = {"int": "1", "slug": "x", "str": "x", "path": "x", None: "x"}


@dataclass(frozen=True)
class Page:
    """A route of a page: `name` as in `{% url %}`, its pattern."""

    name: str
    pattern: str

    @property
    def path(self) -> str:
        """An address of this route, with ids that exist nowhere."""
        return "/" + _ARGUMENT.sub(
            lambda found: str(new_id()) if found["kind"] == "uuid" else _FILLERS.get(found["kind"], "x"), self.pattern
        )


@dataclass(frozen=True)
class Operation:
    """An operation of the API."""

    method: str
    path_template: str
    required_query: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path_template}"

    @property
    def path(self) -> str:
        """An address of this operation, with ids that exist nowhere."""
        path = re.sub(r"\{(\w+)\}", lambda found: _filler(found[1]), self.path_template)
        return path + ("?" + "&".join(f"{name}=xx" for name in self.required_query) if self.required_query else "")


def _filler(name: str) -> str:
    if name.endswith("id"):
        return str(new_id())
    return "2026-03-11" if name == "day" else "x"


@cache
def pages() -> tuple[Page, ...]:
    """Every page of the product, by name."""
    found = {page.name: page for page in _walk(get_resolver().url_patterns, "", "")}
    return tuple(found[name] for name in sorted(found))


def _walk(patterns: Any, prefix: str, namespace: str) -> Iterator[Page]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern).removeprefix("^")
        if here.startswith(OUTSIDE):
            continue
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield Page(f"{namespace}{pattern.name}", here)


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the API, by its committed description (another test holds it against the code)."""
    described = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Operation(method, path, _required_query(methods[method]))
        for path, methods in sorted(described["paths"].items())
        for method in sorted(methods)
    )


def _required_query(described: dict[str, Any]) -> tuple[str, ...]:
    parameters = described.get("parameters", [])
    return tuple(part["name"] for part in parameters if part["in"] == "query" and part.get("required"))
