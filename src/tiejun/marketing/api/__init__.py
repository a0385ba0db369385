from ninja import Router

from tiejun.marketing.api import campaigns, handovers, inbound, sources

router = Router(tags=["marketing"])
router.add_router("", sources.router)
router.add_router("", campaigns.router)
router.add_router("", inbound.router)
router.add_router("", handovers.router)
