"""People, units, positions over time, leave, and the reference data of places, segments and product lines."""
