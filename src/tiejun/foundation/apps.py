from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

from tiejun.foundation import instants


class ModuleConfig(AppConfig):
    """A business module: its words for refusals, and what else it registers (`registers`), are known once it is loaded."""

    registers: tuple[str, ...] = ("texts",)

    # Each module's apps.py imports this class beside defining its own; Django must not take it for a second candidate,
    # because with two it silently falls back to a plain AppConfig, and no words are ever registered.
    default = False

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        for part in self.registers:
            if find_spec(f"{self.name}.{part}"):
                import_module(f"{self.name}.{part}")


class FoundationConfig(ModuleConfig):
    name = "tiejun.foundation"

    def ready(self) -> None:
        super().ready()
        instants.use()
