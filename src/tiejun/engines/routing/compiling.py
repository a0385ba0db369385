"""The kernel compiled by numba, in the process that calls this and nowhere else.

Compiling takes several seconds of work; it is kept in a folder of the user's own, one for each text of the kernel and of
this module. Where no such folder can be made it is done again in each process.
"""

import importlib
import os
import sys
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any

from tiejun.engines.routing import clockwork, kernel

_MODULES = (clockwork, kernel)
# A call hands over some 25 arrays, and counting their references costs more than the arithmetic: 5 to 55 times as many rounds a
# second come from functions that are inlined and count nothing. Nothing in the kernel makes an array (numba would refuse to
# compile it), and the caller holds those it hands in.
_FLAGS = {"forceinline": True, "_nrt": False, "error_model": "numpy"}


def compile_kernel() -> Any:
    """Replace the kernel's functions by compiled ones and return numpy, which they take their arrays from."""
    kept = _folder()
    if kept:
        os.environ["NUMBA_CACHE_DIR"] = str(kept)  # read once, when numba is first imported
    numba = importlib.import_module("numba")
    for module in _MODULES:
        own = [name for name, value in vars(module).items() if isinstance(value, FunctionType)]
        for name in [name for name in own if getattr(module, name).__module__ == module.__name__]:
            compiled = numba.njit(cache=bool(kept), **_FLAGS)(getattr(module, name))
            for other in _MODULES:
                if hasattr(other, name):
                    setattr(other, name, compiled)
    return importlib.import_module("numpy")


def _folder() -> Path | None:
    files = [__file__, *(module.__file__ for module in _MODULES if module.__file__)]
    text = b"".join(Path(file).read_bytes() for file in files)
    name = f"routing-{sha256(text + sys.version.encode()).hexdigest()[:16]}"
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tiejun" / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # What lies there is run as code: it must be nobody else's.
        return folder if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK) else None
    except OSError:
        return None
