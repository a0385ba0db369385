"""Change detection: has a source changed since the last start, or since this process loaded it."""

import hashlib
from pathlib import Path

_PATTERNS = ("src/**/*.py", "src/**/*.toml", "locale/**/*.mo", ".build/vite/manifest.json")


def newest_change(root: Path) -> float:
    """The newest modification time (seconds since 1970) among the files that a running process has loaded."""
    return max(
        (path.stat().st_mtime for pattern in _PATTERNS for path in root.glob(pattern) if path.exists()), default=0.0
    )


def fingerprint(root: Path) -> str:
    """A digest of the product's Python files and locked packages, by name, size and time: equal means nothing to migrate."""
    files = sorted([*root.glob("src/**/*.py"), root / "uv.lock"])
    lines = (
        f"{path.relative_to(root)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files if path.exists()
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
