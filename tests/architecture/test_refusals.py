"""Every refusal that a rule can name has words for the person who meets it."""

from importlib import import_module

from tests.architecture.sources import PACKAGE, python_files
from tiejun.foundation.refusals import Refusal, has_words


def test_every_refusal_has_words():
    for path in python_files():
        if "rules" in {part.removesuffix(".py") for part in path.parts}:
            dotted = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
            import_module(f"tiejun.{dotted}".removesuffix(".__init__"))

    families = [family for family in Refusal.__subclasses__() if family.__module__.startswith("tiejun.")]
    members = [member for family in families for member in family]

    assert [f"{type(member).__module__}.{member.name}" for member in members if not has_words(member)] == []
