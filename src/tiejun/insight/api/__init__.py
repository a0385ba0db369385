"""Insight for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.insight.api import anomalies, numbers

router = Router(tags=["insight"])
router.add_router("", numbers.router)
router.add_router("", anomalies.router)
