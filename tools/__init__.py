"""Programs for the people who work on the product; nothing here is needed to run it."""
