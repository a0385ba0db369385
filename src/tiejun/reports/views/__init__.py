"""Pages of reports and mailings."""
