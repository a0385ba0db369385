"""Meetings for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.meetings.api import meetings, minutes, talks

router = Router(tags=["meetings"])
router.add_router("", meetings.router)
router.add_router("", minutes.router)
router.add_router("", talks.router)
