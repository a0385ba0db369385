"""The pipeline for programs: the same actions and queries as the pages. Amounts are whole minor units."""

from ninja import Router

from tiejun.pipeline.api import finance, money, opportunities, orders, reviews

router = Router(tags=["pipeline"])
for part in (opportunities, orders, money, finance, reviews):
    router.add_router("", part.router)
