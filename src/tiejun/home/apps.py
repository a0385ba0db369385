from tiejun.foundation.apps import ModuleConfig


class HomeConfig(ModuleConfig):
    name = "tiejun.home"
