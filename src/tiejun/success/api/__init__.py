"""Customers for life for programs: the same actions and queries as the pages."""

from ninja import Router

from tiejun.success.api import care, lives

router = Router(tags=["success"])
for part in (lives, care):
    router.add_router("", part.router)
