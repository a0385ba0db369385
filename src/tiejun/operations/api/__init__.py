"""Running the installation for programs: the clock, policies, audit, the nightly allotment."""

from ninja import Router

from tiejun.operations.api import allotments, running

router = Router(tags=["operations"])
router.add_router("", running.router)
router.add_router("", allotments.router)
