"""The Chinese catalogue is complete: nothing missing, fuzzy, unused, and the same placeholders on both sides."""

from tools.messages import check, extracted, opened


def test_catalogue_is_complete():
    assert check(opened(), extracted()).lines() == []
