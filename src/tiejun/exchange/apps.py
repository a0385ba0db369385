from tiejun.foundation.apps import ModuleConfig


class ExchangeConfig(ModuleConfig):
    name = "tiejun.exchange"
