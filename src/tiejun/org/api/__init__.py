"""People, units and territories for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.org.api import people, territories

router = Router()
router.add_router("", people.router)
router.add_router("", territories.router)
