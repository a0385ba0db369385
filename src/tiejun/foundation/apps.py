from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class ModuleConfig(AppConfig):
    """A business module: its words for refusals are registered when it is loaded."""

    def ready(self) -> None:
        if find_spec(f"{self.name}.texts"):
            import_module(f"{self.name}.texts")


class FoundationConfig(ModuleConfig):
    name = "tiejun.foundation"
