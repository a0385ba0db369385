"""Own reports built of metrics, and lists or reports that come by mail."""
