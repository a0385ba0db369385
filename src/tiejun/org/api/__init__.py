"""People, units, territories and what is sold for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.org.api import people, products, territories

router = Router()
router.add_router("", people.router)
router.add_router("", territories.router)
router.add_router("", products.router)
