from tiejun.foundation.apps import ModuleConfig


class ForecastConfig(ModuleConfig):
    name = "tiejun.forecast"
