"""The READMEs' table of variables is what the product reads."""

import re

from tests.architecture.sources import ROOT
from tiejun.foundation.environment import VARIABLES

_ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_the_table_of_variables_is_the_list_of_the_product():
    table = _ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))

    assert table == [
        (row.name, f"`{row.default}`" if row.default else "\u2013", row.meaning.replace("|", "\\|"))
        for row in VARIABLES
    ]


def test_the_chinese_table_has_the_same_variables_and_defaults():
    tables = [_ROW.findall((ROOT / name).read_text(encoding="utf-8")) for name in ("README.md", "README.zh-CN.md")]

    assert [row[:2] for row in tables[1]] == [row[:2] for row in tables[0]]
