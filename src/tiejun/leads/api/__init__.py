"""Leads for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.leads.api import leads, pools

router = Router(tags=["leads"])
router.add_router("", leads.router)
router.add_router("", pools.router)
