from tiejun.foundation.apps import ModuleConfig


class InboxConfig(ModuleConfig):
    name = "tiejun.inbox"
