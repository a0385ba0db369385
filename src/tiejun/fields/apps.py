from tiejun.foundation.apps import ModuleConfig


class FieldsConfig(ModuleConfig):
    name = "tiejun.fields"
