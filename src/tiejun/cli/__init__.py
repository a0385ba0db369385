"""The `tiejun` command: starts, migrates, checks, saves and restores an installation."""
