"""How a command gives up."""


class Failed(Exception):
    """A command cannot go on; the text is one sentence that says what to do."""


OLD_TABLES = "the database's tables are missing or of another version; run 'tiejun migrate' first."
DISK_FULL = "The disk is full; free some space and start again. Nothing was lost."
