"""Companies for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.customers.api import board, companies, merging

router = Router(tags=["customers"])
router.add_router("", merging.router)  # before the routes that read a company by its id
router.add_router("", board.router)
router.add_router("", companies.router)
