"""Pages that combine modules: the rep's Today, the team today, the board, search."""
