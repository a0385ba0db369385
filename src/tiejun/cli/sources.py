"""Change detection for development: when did a source or a built page asset change last."""

from pathlib import Path

_PATTERNS = ("src/**/*.py", "src/**/*.toml", "locale/**/*.mo", ".build/vite/manifest.json")


def newest_change(root: Path) -> float:
    """The newest modification time (seconds since 1970) among the files that a running process has loaded."""
    return max(
        (path.stat().st_mtime for pattern in _PATTERNS for path in root.glob(pattern) if path.exists()), default=0.0
    )
