"""The pipeline for programs: the same actions and queries as the pages. Amounts are whole minor units."""

from ninja import Router

from tiejun.pipeline.api import finance, money, opportunities, orders, papers, reviews

router = Router(tags=["pipeline"])
for part in (opportunities, orders, money, papers, finance, reviews):
    router.add_router("", part.router)
