"""Django app "operations"."""

from tiejun.foundation.apps import ModuleConfig


class OperationsConfig(ModuleConfig):
    """Registers the module."""

    name = "tiejun.operations"
