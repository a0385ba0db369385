from tiejun.foundation.apps import ModuleConfig


class VisitsConfig(ModuleConfig):
    name = "tiejun.visits"
