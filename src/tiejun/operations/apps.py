from tiejun.foundation.apps import ModuleConfig


class OperationsConfig(ModuleConfig):
    name = "tiejun.operations"
