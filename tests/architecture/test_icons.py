"""Every icon that a template names exists: a missing one would be a server error of that page alone."""

import re

import lucide
import pytest

from tests.architecture.sources import name, templates
from tiejun.ui import drawings

_NAMED = re.compile(r"""\bicon(?:_end)?="([a-z0-9-]+)"|\{%\s*icon\s+"([a-z0-9-]+)\"""")


def missing(text: str) -> list[str]:
    names = {first or second for first, second in _NAMED.findall(text)}
    return sorted(icon for icon in names if not exists(icon))


def exists(icon: str) -> bool:
    try:
        drawings.icon(icon)
    except lucide.IconDoesNotExist:
        return False
    return True


def test_every_named_icon_exists() -> None:
    found = {name(path): gone for path in templates() if (gone := missing(path.read_text(encoding="utf-8")))}

    assert found == {}


@pytest.mark.parametrize("planted", ['<c-empty icon="no-such-icon" />', '{% icon "no-such-icon" 18 %}'])
def test_a_planted_missing_icon_is_found(planted: str) -> None:
    assert missing(planted) == ["no-such-icon"]
