"""Visits, plans and days for programs and the phone: the same queries and actions as the pages."""

from ninja import Router

from tiejun.visits.api import buildings, field, plans, visits

router = Router(tags=["visits"])
router.add_router("", visits.router)
router.add_router("", plans.router)
router.add_router("", field.router)
router.add_router("", buildings.router)
