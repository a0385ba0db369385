"""What a board on the wall may show: nobody's number to call, nobody's weakness by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tiejun.meetings.rules import Share

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = "\N{BULLET}" * 3
# Telephone, identity and account numbers, however they are spaced; and mail addresses.
_NUMBER = re.compile(r"\+?\d(?:[\s().-]?\d){6,}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def without_contacts(text: str) -> str:
    """Return a text in which numbers of seven digits and more and mail addresses are hidden."""
    return _MAIL.sub(HIDDEN, _NUMBER.sub(HIDDEN, text))


def on_the_wall(notes: Iterable[tuple[Share, str, str]], *, most: int) -> list[tuple[Share, str, str]]:
    """Return the last `most` shares (kind, name, words), the newest first: a gain with its name, a loss or a challenge without."""
    shown = [(kind, name if kind is Share.GAIN else "", without_contacts(words)) for kind, name, words in notes]
    return shown[-most:][::-1]
