from tiejun.foundation.apps import ModuleConfig


class PipelineConfig(ModuleConfig):
    name = "tiejun.pipeline"
