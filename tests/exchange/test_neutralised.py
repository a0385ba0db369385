"""RS-16: no exported cell is run by a spreadsheet program, and numbers stay numbers."""

import pytest

from tiejun.exchange.rules.imports import neutralised

LIVE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    '=HYPERLINK("http://x")',
    "=cmd|' /C calc'!A0",
    "+cmd|x",
    "-cmd|x",
    "@cmd",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(A1)",
]


@pytest.mark.parametrize("cell", LIVE)
def test_a_live_cell_becomes_text(cell: str) -> None:
    assert neutralised(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-12.5", "+86", "-1,200", "0", "-3%", "Hangzhou", "a=b", "", "13800000000"])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert neutralised(cell) == cell
