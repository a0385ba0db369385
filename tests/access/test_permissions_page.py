from tests.architecture.sources import ROOT
from tiejun.access.abilities import Ability
from tiejun.access.roles import MATRIX, Role
from tiejun.access.texts import ABILITIES, ROLES
from tools import permissions


def test_the_page_of_permissions_is_the_matrix() -> None:
    """After a change of the matrix: python -m tools.permissions"""
    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == permissions.text()


def test_every_ability_has_a_row_and_words() -> None:
    assert set(MATRIX) == set(Ability)
    assert set(ABILITIES) == set(Ability)
    assert set(ROLES) == set(Role)
