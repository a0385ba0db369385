from tiejun.foundation.apps import ModuleConfig


class QualityConfig(ModuleConfig):
    name = "tiejun.quality"
