from tiejun.foundation.apps import ModuleConfig


class OrgConfig(ModuleConfig):
    name = "tiejun.org"
