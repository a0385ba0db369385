"""Insight for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.insight.api import anomalies, boards, numbers, reporting

router = Router(tags=["insight"])
router.add_router("", numbers.router)
router.add_router("", anomalies.router)
router.add_router("", reporting.router)
router.add_router("", boards.router)
