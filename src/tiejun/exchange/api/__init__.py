from ninja import Router

from tiejun.exchange.api import exports, imports, tokens

router = Router()
router.add_router("", tokens.router)
router.add_router("", imports.router)
router.add_router("", exports.router)
