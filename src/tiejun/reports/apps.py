from tiejun.foundation.apps import ModuleConfig


class ReportsConfig(ModuleConfig):
    name = "tiejun.reports"
