"""Django app "home"."""

from tiejun.foundation.apps import ModuleConfig


class HomeConfig(ModuleConfig):
    """Registers the module."""

    name = "tiejun.home"
