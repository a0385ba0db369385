"""The business clock, policies, audit, users and roles: pages and runs."""
