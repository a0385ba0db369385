"""How a command gives up."""


class Failed(Exception):
    """A command cannot go on; the text is one sentence that says what to do."""


DISK_FULL = "The disk is full; free some space and start again. Nothing was lost."
