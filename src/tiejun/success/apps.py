from tiejun.foundation.apps import ModuleConfig


class SuccessConfig(ModuleConfig):
    name = "tiejun.success"
