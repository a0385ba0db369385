"""Write docs/api/openapi.json, the description of the REST API.

python -m tools.openapi          write the file
python -m tools.openapi check    fail when it differs from the code
"""

import json
import os
import sys
from pathlib import Path

import django
from django.utils import translation

FILE = Path(__file__).resolve().parents[1] / "docs" / "api" / "openapi.json"


def text() -> str:
    """Return the description as JSON; needs a Django that is set up."""
    from tiejun.api import schema  # noqa: PLC0415 -- after django.setup()

    with translation.override("en"):
        return json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiejun.settings")
    django.setup()
    if arguments == ["check"]:
        return int(FILE.read_text(encoding="utf-8") != text())
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
