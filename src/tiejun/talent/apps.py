from tiejun.foundation.apps import ModuleConfig


class TalentConfig(ModuleConfig):
    name = "tiejun.talent"
