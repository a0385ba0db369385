"""What may be seen of reports and mailings."""
