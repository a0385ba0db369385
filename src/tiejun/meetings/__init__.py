"""The third axe: briefing, evening meeting, one-to-ones and monthly sharing; the wall board of the room."""
