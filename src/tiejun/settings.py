"""Django settings: everything that differs between installations comes from the environment table in `foundation.environment`."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tiejun.foundation.environment import ROOT, database_from, environment

ENV = environment()
MODE = ENV.mode
DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
DATA_KEYS = ENV.data_keys
STRICT_RENDERING = MODE != "production"  # a query while rendering raises, in production it is logged
DATA_FOLDER = ENV.data_folder
SITE_URL = ENV.site_url
IS_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_FAILURE_VIEW = "tiejun.foundation.health.csrf_failed"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

INSTALLED_APPS = [
    "tiejun.foundation",
    "tiejun.access",
    "tiejun.ui",
    "tiejun.org",
    "tiejun.inbox",
    "tiejun.lists",
    "tiejun.fields",
    "tiejun.content",
    "tiejun.marketing",
    "tiejun.customers",
    "tiejun.leads",
    "tiejun.visits",
    "tiejun.pipeline",
    "tiejun.success",
    "tiejun.forecast",
    "tiejun.meetings",
    "tiejun.coaching",
    "tiejun.talent",
    "tiejun.insight",
    "tiejun.quality",
    "tiejun.exchange",
    "tiejun.reports",
    "tiejun.succession",
    "tiejun.home",
    "tiejun.operations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_vite",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tiejun.ui.static_files.StaticFilesMiddleware",
    "tiejun.foundation.logs.AccessLogMiddleware",
    "tiejun.foundation.health.HealthMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "tiejun.foundation.uploads.BodyLimitMiddleware",
    "tiejun.foundation.web.RequestMiddleware",
    "tiejun.org.middleware.ScopeMiddleware",
    "tiejun.org.middleware.AccountDutiesMiddleware",
]

# The only places that take large bodies; the policy `exchange.import_max_bytes` judges the rest.
LARGE_UPLOADS = frozenset({"/exchange/imports/upload/", "/api/v1/imports"})
LARGE_UPLOAD_BYTES = 512 << 20

ROOT_URLCONF = "tiejun.urls"
WSGI_APPLICATION = "tiejun.wsgi.application"

# cotton's and template-partials' automatic set-up each overwrite the other's loaders: both are named here instead.
_FILES = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _FILES if DEBUG else [("django.template.loaders.cached.Loader", _FILES)],
                ),
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# -- database --------------------------------------------------------------------------------------------------------
DATABASES = {"default": database_from(ENV)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# -- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "org.Login"
AUTHENTICATION_BACKENDS = ["tiejun.org.entrance.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
    if MODE == "test"
    else "tiejun.foundation.passwords.TunedArgon2Hasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_ADAPTER = "tiejun.org.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the changed hash ends all other sessions by itself
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "10/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "8/m/user",
}
MFA_ADAPTER = "tiejun.org.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tiejun"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {"authenticate": "tiejun.org.sign_in.SecondFactorForm", "reauthenticate": "tiejun.org.sign_in.ConfirmForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENV.trust_proxy else 0
# The demo company's own logins may do without a second factor; its database is the embedded one, behind a socket.
DEMO_LOGINS = ENV.demo and DATABASES["default"]["HOST"].startswith("/")

# -- mail ------------------------------------------------------------------------------------------------------------
# A link in a mail is built from SITE_URL alone: without it no mail is sent.
_MAIL = urlsplit(ENV.mail_url)
MAIL_IS_CONFIGURED = bool(_MAIL.hostname and SITE_URL)
EMAIL_HOST, EMAIL_PORT = _MAIL.hostname or "localhost", _MAIL.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
EMAIL_USE_TLS = _MAIL.scheme == "smtp" and bool(_MAIL.username)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.mail_from or "tiejun@localhost"

# -- browser ---------------------------------------------------------------------------------------------------------
# __Host- cookies exist over https only; over plain http the names are plain and the pages show a notice.
_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_PREFIX}tiejun-session"
CSRF_COOKIE_NAME = f"{_PREFIX}tiejun-csrf"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}tiejun-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ENGINE = "tiejun.org.entrance"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trust_proxy else None
SECURE_SSL_REDIRECT = IS_HTTPS
# A client of the API or a probe must learn its mistake; it is not sent over to https with its token already leaked.
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"

TILE_URL = ENV.tile_url
ROUTING_URL = ENV.routing_url
# The search for a day's plan runs beside the web server and the worker; commands and tests plan greedily.
SEARCHES_PLANS = ENV.process in {"web", "worker"}
_TILE_ORIGINS = [f"{urlsplit(TILE_URL).scheme}://{urlsplit(TILE_URL).netloc}"] if TILE_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_TILE_ORIGINS],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "report-uri": ["/csp-report"],
    },
}

# -- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["tiejun.foundation.formats"]
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Shanghai"

# -- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENV.build_folder / "static"
FRONTEND_FOLDER = ENV.build_folder / "vite"
STATICFILES_DIRS = [FRONTEND_FOLDER] if FRONTEND_FOLDER.exists() else []
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": FRONTEND_FOLDER / "manifest.json"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# A file of ours that is opened by itself (the mark is an SVG) may load and run nothing, and nobody may frame it.
STATIC_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def WHITENOISE_ADD_HEADERS_FUNCTION(headers: Any, _path: str, _url: str) -> None:  # noqa: N802 -- a setting
    """Add the headers that the pages' own middleware adds to pages."""
    for name, value in STATIC_HEADERS.items():
        headers[name] = value


WHITENOISE_IMMUTABLE_FILE_TEST = re.compile(r"-[\w-]{8}\.\w+$").pattern  # Vite's names: name-<8 of hash>.ext
MEDIA_ROOT = DATA_FOLDER / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# -- words for operators ---------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "tiejun.foundation.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "tiejun": {"level": ENV.log_level},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "propagate": False},
        "procrastinate": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = [] if IS_HTTPS else ["security.W004", "security.W008", "security.W012", "security.W016"]
TEST_RUNNER = "django.test.runner.DiscoverRunner"
