from tiejun.foundation.apps import ModuleConfig


class CoachingConfig(ModuleConfig):
    name = "tiejun.coaching"
    registers = ("texts", "views.reporting")
