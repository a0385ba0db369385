import subprocess
import sys
from pathlib import Path

import tiejun.engines

SCRIPT = """
import importlib, pkgutil, sys

class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "psycopg", "procrastinate"}:
            raise ImportError(name + " is blocked")

sys.meta_path.insert(0, NoDjango())
engines = importlib.import_module("tiejun.engines")
found = [m.name for m in pkgutil.walk_packages(engines.__path__, "tiejun.engines.")]
for name in found:
    importlib.import_module(name)
print(len(found))
"""


def test_every_engine_imports_without_django() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) >= 8


def test_chinese_words_of_engines_live_in_data_files() -> None:
    folder = Path(next(iter(tiejun.engines.__path__)))

    written = [
        path.name
        for path in folder.rglob("*.py")
        if any("\u3400" <= c <= "\u9fff" for c in path.read_text(encoding="utf-8"))
    ]

    assert written == []
