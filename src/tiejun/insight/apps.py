from tiejun.foundation.apps import ModuleConfig


class InsightConfig(ModuleConfig):
    name = "tiejun.insight"
    registers = ("texts", "texts.reporting")
