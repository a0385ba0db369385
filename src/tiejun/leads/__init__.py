"""Pools, holdings (tenures), claim, release, follow-up: whose turn it is to win a company."""
