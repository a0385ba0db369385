"""Pages of people: `people`, `positions`, `units`, `leave`, `logins`, `account`."""
