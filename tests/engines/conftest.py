"""Properties are tried without a limit of time: a busy machine is no counter-example."""

from hypothesis import HealthCheck, settings

settings.register_profile("engines", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("engines")
