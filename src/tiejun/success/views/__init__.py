"""Pages of customers for life."""
