"""Write docs/permissions.md from the matrix: who may do what, and how far.

python -m tools.permissions          write the file
python -m tools.permissions check    fail when it differs from the matrix
"""

import os
import sys
from pathlib import Path

import django
from django.utils import translation

FILE = Path(__file__).resolve().parents[1] / "docs" / "permissions.md"
HEAD = """# Permissions

Written from `src/tiejun/access/roles.py` by `python -m tools.permissions`; a test compares both. How far an ability goes
is counted from the unit at which the role is held:

- **own** – what the person owns
- **team** – and what belongs to that unit
- **subtree** – and what belongs to the units below it
- **company** – everything

An empty cell means: not at all. An ability without any role is for jobs alone. Several roles add up.
"""


def text() -> str:
    """Return the page; needs a Django that is set up, for the words."""
    from tiejun.access.abilities import Ability  # noqa: PLC0415 -- after django.setup()
    from tiejun.access.roles import MATRIX, Role  # noqa: PLC0415
    from tiejun.access.texts import words_of_ability, words_of_role  # noqa: PLC0415

    with translation.override("en"):
        rows = [["Ability", "What it allows", *(words_of_role(role) for role in Role)]]
        for ability in Ability:
            reaches = [MATRIX[ability][role].name.lower() if role in MATRIX[ability] else "" for role in Role]
            rows.append([f"`{ability.value}`", words_of_ability(ability), *reaches])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([HEAD, lines[0], "|" + " --- |" * len(rows[0]), *lines[1:], ""])


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiejun.settings")
    django.setup()
    if arguments == ["check"]:
        return int(FILE.read_text(encoding="utf-8") != text())
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
