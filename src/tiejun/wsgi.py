"""The WSGI application that granian serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tiejun.foundation.starting import uncollected

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiejun.settings")

with uncollected():
    application = get_wsgi_application()
    import_module(settings.ROOT_URLCONF)  # now, not with the first request
