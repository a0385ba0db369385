"""One character in, its searchable form out: the same for a name and for any part of it."""

import unicodedata


class _FoldTable(dict[int, str]):
    """A ``str.translate`` table that fills itself: each character is looked at once."""

    def __missing__(self, code: int) -> str:
        character = unicodedata.normalize("NFKC", chr(code)).casefold()
        form = "".join(c for c in unicodedata.normalize("NFKC", character) if c.isalnum())
        self[code] = form
        return form


_FOLD = _FoldTable()


def folded(text: str) -> str:
    """The text with full-width forms made half-width, in lower case, letters and digits alone.

    Works character by character, so the folded form of a part is always a part of the folded
    form of the whole. Brackets, spaces, dashes and middle dots disappear.
    """
    return text.translate(_FOLD)
