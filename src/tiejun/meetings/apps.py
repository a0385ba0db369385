from tiejun.foundation.apps import ModuleConfig


class MeetingsConfig(ModuleConfig):
    name = "tiejun.meetings"
    registers = ("texts", "views.reporting")
