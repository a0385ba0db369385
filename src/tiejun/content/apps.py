from tiejun.foundation.apps import ModuleConfig


class ContentConfig(ModuleConfig):
    name = "tiejun.content"
