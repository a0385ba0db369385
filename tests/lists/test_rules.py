import pytest

from tiejun.lists.rules import Column, ListKind, state_of, state_of_address, toggled

KIND = ListKind("t", "leads.view", "leads:mine", ("q", "sort"), (Column("a", "A", 2), Column("b", "B", 3)))


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("/leads/?sort=due&q=tea", "q=tea&sort=due"),
        ("q=tea&sort=due", "q=tea&sort=due"),
        ("/leads/?q=&sort=due&cursor=abc&view=1&plain=1", "sort=due"),
        ("/leads/?owner__login__password__startswith=a&q=tea", "q=tea"),
        ("/leads/?hide=b.owner__login.a", "hide=a.b"),
        ("/leads/?hide=nothing", ""),
        ("/leads/", ""),
    ],
)
def test_an_address_keeps_only_what_its_list_names(address, state) -> None:
    assert state_of_address(KIND, address) == state


def test_two_spellings_of_one_state_are_the_same() -> None:
    assert state_of(KIND, [("sort", " due "), ("q", "tea")]) == state_of(KIND, [("q", "tea"), ("sort", "due")])


def test_a_column_is_left_out_and_put_back() -> None:
    without = toggled(KIND, "q=tea", KIND.columns[1])

    assert without == "hide=b&q=tea"
    assert toggled(KIND, without, KIND.columns[1]) == "q=tea"
