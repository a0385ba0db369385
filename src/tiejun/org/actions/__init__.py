"""Writes of people: `people`, `positions`, `units`, `leave`, `logins`."""
