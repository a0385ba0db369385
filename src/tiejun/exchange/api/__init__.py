from ninja import Router

from tiejun.exchange.api import tokens

router = Router()
router.add_router("", tokens.router)
