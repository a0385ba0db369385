"""The forecast for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.forecast.api import days, months, rollup, weeks

router = Router(tags=["forecast"])
router.add_router("", days.router)
router.add_router("", weeks.router)
router.add_router("", months.router)
router.add_router("", rollup.router)
