from tiejun.foundation.apps import ModuleConfig


class CustomersConfig(ModuleConfig):
    name = "tiejun.customers"
