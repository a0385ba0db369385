import json
from collections import Counter

from ninja import Schema

from tests.architecture.sources import ROOT
from tiejun.api import schema
from tools import openapi


def test_the_committed_description_is_the_api() -> None:
    """After a change of the API: python -m tools.openapi"""
    assert (ROOT / "docs" / "api" / "openapi.json").read_text(encoding="utf-8") == openapi.text()


def test_every_operation_names_who_may_ask_and_how_it_refuses() -> None:
    described = json.loads(openapi.text())

    operations = [
        (path, method, facts) for path, methods in described["paths"].items() for method, facts in methods.items()
    ]
    assert described["openapi"] == "3.1.0"
    assert [f"{method} {path}" for path, method, facts in operations if not facts.get("security")] == []
    assert [
        f"{method} {path}"
        for path, method, facts in operations
        if not {"401", "403", "404", "422"} <= set(facts["responses"])
    ] == []
    assert schema()["info"]["title"] == "Tiejun"


def test_no_two_schemas_share_a_name() -> None:
    """Of two classes with one name the description keeps the one that came last, and shows its fields for both."""
    found, waiting = Counter[str](), list(Schema.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("tiejun.") and "[" not in one.__name__:
            found[one.__name__] += 1

    assert [name for name, times in found.items() if times > 1] == []
