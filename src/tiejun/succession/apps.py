from tiejun.foundation.apps import ModuleConfig


class SuccessionConfig(ModuleConfig):
    name = "tiejun.succession"
