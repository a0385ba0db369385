"""Leads for programs: the same queries and actions as the pages."""

from ninja import Router

from tiejun.leads.api import allotments, bulk, endings, extensions, kanban, leads, pools, reclaims, swaps

router = Router(tags=["leads"])
router.add_router("", swaps.router)  # before the routes that read a lead by its id
router.add_router("", bulk.router)
router.add_router("", allotments.router)
router.add_router("", kanban.router)
router.add_router("", leads.router)
router.add_router("", extensions.router)
router.add_router("", endings.router)
router.add_router("", pools.router)
router.add_router("", reclaims.router)
