"""Pages of leads, by topic."""
