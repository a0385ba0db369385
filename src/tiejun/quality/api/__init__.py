from ninja import Router

from tiejun.quality.api import cases, tasks

router = Router(tags=["quality"])
router.add_router("", tasks.router)
router.add_router("", cases.router)
