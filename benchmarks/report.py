"""The table: what was measured, against what, and whether the budget holds."""

from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


@dataclass(frozen=True)
class Row:
    """One line: the floor's and the product's number with their unit, and the budget as words and as a verdict."""

    work: str
    product: str
    budget: str
    holds: bool
    floor: str = "–"
    ratio: str = "–"


def ratio_row(work: str, floor_ms: float, product_ms: float, most: float, note: str = "") -> Row:
    """A line for server CPU per request: the ratio is judged, the milliseconds are shown."""
    ratio = product_ms / floor_ms
    budget = f"≤ {most:g} ×{note}"
    return Row(work, f"{product_ms:.1f} ms", budget, ratio <= most, f"{floor_ms:.1f} ms", f"{ratio:.1f} ×")


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| work | floor | product | ratio | budget | verdict |", "|---|---:|---:|---:|---|---|"]
    for row in rows:
        verdict = "holds" if row.holds else "**misses**"
        lines.append(f"| {row.work} | {row.floor} | {row.product} | {row.ratio} | {row.budget} | {verdict} |")
    return "\n".join(lines)


def write(measured: str) -> None:
    """Put the measured part into the document, between its two marks."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}", encoding="utf-8")
