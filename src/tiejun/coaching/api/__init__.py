"""Accompanied visits for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.coaching.api import crediting, days, following

router = Router(tags=["coaching"])
router.add_router("", days.router)
router.add_router("", following.router)
router.add_router("", crediting.router)
