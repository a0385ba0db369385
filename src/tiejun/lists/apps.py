from tiejun.foundation.apps import ModuleConfig


class ListsConfig(ModuleConfig):
    name = "tiejun.lists"
