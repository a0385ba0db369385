"""Tables of cases with Chinese text, kept out of the tests' code."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

TRIAL_DATA = "TIEJUN_TRIAL_DATA"


@cache
def cases(name: str) -> Any:
    """The content of ``<name>.json`` beside this file."""
    return json.loads(Path(__file__).with_name(f"{name}.json").read_bytes())


def trial_file(*parts: str) -> Path:
    """A file of the trial data; skips the test, with its reason, where there is none."""
    folder = os.environ.get(TRIAL_DATA)
    if not folder:
        pytest.skip(f"{TRIAL_DATA} is not set")
    path = Path(folder, *parts)
    if not path.exists():
        pytest.skip(f"the trial data hold no {path.name}")
    return path
