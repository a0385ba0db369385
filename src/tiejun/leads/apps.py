from tiejun.foundation.apps import ModuleConfig


class LeadsConfig(ModuleConfig):
    name = "tiejun.leads"
