"""The first axe: what people say will come, day by day and month by month, who talks about it with them, and how true it was."""
