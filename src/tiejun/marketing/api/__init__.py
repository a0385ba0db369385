from ninja import Router

from tiejun.marketing.api import sources

router = Router(tags=["marketing"])
router.add_router("", sources.router)
