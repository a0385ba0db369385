"""Custom fields of leads and customers: how they are defined, what their values mean, what was changed."""
