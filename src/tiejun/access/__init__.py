"""Who may do what, to which rows: abilities, the role matrix, `Scope` and the two doors. Nobody else decides it."""
