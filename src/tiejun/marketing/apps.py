from tiejun.foundation.apps import ModuleConfig


class MarketingConfig(ModuleConfig):
    name = "tiejun.marketing"
