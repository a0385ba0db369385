"""Chinese business figures are grouped by three with a comma; Django's own format groups by four without a separator."""

THOUSAND_SEPARATOR = ","
DECIMAL_SEPARATOR = "."
NUMBER_GROUPING = 3
