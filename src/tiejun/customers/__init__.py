"""Companies, sites, contacts, closing class and lifecycle: what is known about those we sell to."""
