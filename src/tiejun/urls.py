"""All routes: each module's own `urls`, the API, sign-in, and the probes."""

from django.urls import URLPattern, URLResolver, include, path

from tiejun.api import routes
from tiejun.foundation import health
from tiejun.org.urls import account_patterns
from tiejun.visits.views import offline

# Module → prefix. `home` owns the root.
PREFIXES = {
    "org": "people/",
    "inbox": "inbox/",
    "lists": "views/",
    "fields": "fields/",
    "content": "scripts/",
    "marketing": "marketing/",
    "customers": "customers/",
    "leads": "leads/",
    "visits": "visits/",
    "pipeline": "pipeline/",
    "success": "life/",
    "forecast": "forecast/",
    "meetings": "meetings/",
    "coaching": "coaching/",
    "talent": "skills/",
    "insight": "insight/",
    "quality": "quality/",
    "exchange": "exchange/",
    "reports": "reports/",
    "succession": "succession/",
    "operations": "operations/",
    "ui": "",
    "home": "",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", routes()),
    path("accounts/", include(account_patterns)),
    path("csp-report", health.csp_report, name="csp-report"),
    path("offline/", offline.page, name="offline"),
    path("", include("django.conf.urls.i18n")),
    *(path(prefix, include(f"tiejun.{module}.urls")) for module, prefix in PREFIXES.items()),
]

handler500 = "tiejun.foundation.health.server_error"
