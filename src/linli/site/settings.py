"""All settings. Everything that differs between installations is read here from LINLI_* (docs/settings.md)."""

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from linli import __version__
from linli.core.keys import load_keys

ROOT = Path(__file__).resolve().parents[1]


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def _numbers(name: str, default: str) -> list[int]:
    """Whole numbers, with a slash between where there are several."""
    said = os.environ.get(name) or default
    parts = said.split("/")
    if len(parts) != len(default.split("/")) or not all(part.isascii() and part.isdigit() for part in parts):
        raise ImproperlyConfigured(f"{name} is {said!r}: write it as {default}")
    return [int(part) for part in parts]


DATA = Path(os.environ.get("LINLI_DATA", "var")).resolve()
DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
KEY_FILE = Path(os.environ.get("LINLI_KEYS", DATA / "keys.json"))
KEYS = load_keys(KEY_FILE)

SECRET_KEY = KEYS.secret
DEBUG = _flag("LINLI_DEBUG")
ALLOWED_HOSTS = _words("LINLI_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _words("LINLI_ORIGINS")
HTTPS = _flag("LINLI_HTTPS")
ADDRESS = os.environ.get("LINLI_ADDRESS", "http://localhost:8000").rstrip("/")  # as people reach it, for messages

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "linli.core",
    "django.forms",  # after core, whose templates of widgets come first
    "linli.places",
    "linli.people",
    "linli.procedures",
    "linli.cases",
    "linli.services",
    "linli.hazards",
    "linli.petitions",
    "linli.mediation",
    "linli.sensing",
    "linli.station",
    "linli.riskmap",
    "linli.insight",
    "linli.gateway",
    "linli.world",
    # After our apps: people's templates stand in for those of sign-in.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "linli.core.middleware.KnownProxies",
    "linli.core.watching.Watching",
    "django.middleware.security.SecurityMiddleware",
    "linli.core.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.core.middleware.OwnPages",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "linli.people.middleware.IdleSessions",
    "linli.people.middleware.CurrentPost",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.people.middleware.SecondKeyFirst",
    "linli.core.queued.QueuedActs",
    "linli.core.middleware.DomainErrors",
    "linli.core.access.AccessMiddleware",
    "linli.core.limits.PostLimits",
]

ROOT_URLCONF = "linli.site.urls"
ASGI_APPLICATION = "linli.site.asgi.application"
WSGI_APPLICATION = "linli.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.core.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "linli.core.templatetags.kit"],
        },
    }
]
FORM_RENDERER = "linli.core.forms.KitRenderer"


CONNECTED = 600  # seconds that a thread keeps its connection; to open one costs more than many a page (core.turns)


def _database(url: str) -> dict[str, object]:
    """SQLite in the data folder unless a postgres:// address is given."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "CONN_MAX_AGE": CONNECTED,
            "NAME": DATA / "linli.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": CONNECTED,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(os.environ.get("LINLI_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/start/"
LOGOUT_REDIRECT_URL = "/"

# Staff sign in by passkey, or by password and a second key; nobody signs up (docs/people.md).
ACCOUNT_ADAPTER = "linli.people.adapter.StaffAccounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # ours count for all processes together (core.limits)
ACCOUNT_FORMS = {"login": "linli.people.forms.StaffSignInForm"}
MFA_ADAPTER = "linli.people.adapter.SealedAuthenticators"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Linli"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "add_webauthn": "linli.people.forms.PasskeyForm",
    "activate_totp": "linli.people.forms.FirstCodeForm",
    "authenticate": "linli.people.forms.SecondKeyForm",
    "reauthenticate": "linli.people.forms.SecondKeyAgainForm",
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# The version is in the address, so that browsers may keep files for ever and still see an upgrade at once.
STATIC_URL = f"/static/{__version__}/"
STATIC_ROOT = DATA / "static"
FILES = DATA / "files"
TRIAGE = DATA / "triage"
# What sensors observed: Arrow segments, written by `linli sensing` alone; its socket, heartbeat and broker beside it.
OBSERVATIONS = Path(os.environ.get("LINLI_OBSERVATIONS", DATA / "observations")).resolve()
SENSING = DATA / "sensing"
KERNELS = DATA / "kernels"  # the kernel worker's socket, and what it has compiled
# The MQTT broker: embedded at a port of this machine, any other by its address, or none.
MQTT = os.environ.get("LINLI_MQTT", "")
(MQTT_PORT,) = _numbers("LINLI_MQTT_PORT", "1883")
MQTT_HOST = os.environ.get("LINLI_MQTT_HOST", "127.0.0.1")
ANCHORS = Path(os.environ.get("LINLI_ANCHORS", DATA / "anchors"))
OUTGOING = DATA / "outgoing"
# Where the daily backup goes, and how many are kept; better on another disk.
BACKUPS = Path(os.environ["LINLI_BACKUPS"]).resolve() if os.environ.get("LINLI_BACKUPS") else None
(BACKUPS_KEPT,) = _numbers("LINLI_BACKUPS_KEPT", "14")
# What may read /metrics besides this machine itself: whoever shows this word.
METRICS = os.environ.get("LINLI_METRICS", "")
# How messages leave: "file" writes them below OUTGOING; mail by smtp://user:password@host:port, push by vapid:mailto:…
CHANNELS = {channel: os.environ.get(f"LINLI_{channel.upper()}", "file") for channel in ("mail", "sms", "push")}
MAIL_FROM = os.environ.get("LINLI_MAIL_FROM", "linli@localhost")
PUSH_HOSTS = _words(
    "LINLI_PUSH_HOSTS",
    "fcm.googleapis.com,updates.push.services.mozilla.com,web.push.apple.com,notify.windows.com",
)
# Proxies in front, by address or network, whose word on the caller's address and on HTTPS is taken.
PROXIES = _words("LINLI_PROXIES")
# Networks of the office's own whose servers Linli may ask (core.outside), although they are not public.
INSIDE = _words("LINLI_INSIDE")
# How often one caller may do something: the one table of it.
LIMITS = tomllib.loads(Path(__file__).with_name("limits.toml").read_text())
LIMITS["door"]["device"] = _numbers("LINLI_DEVICE_RATE", "/".join(map(str, LIMITS["door"]["device"])))
BASEMAP = os.environ.get("LINLI_BASEMAP", "")
DEMO = _flag("LINLI_DEMO")
SENSORTHINGS_TRIAL = _flag("LINLI_SENSORTHINGS_TRIAL")  # opens SensorThings to this machine, without sign-in

# By HTTPS, a cookie's name holds the browser to it: set over HTTPS, by this host, for this host alone.
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HOST}sessionid"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_NAME = f"{_HOST}csrftoken"
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Staff who do nothing for so long are signed out: a desk is left, a telephone is lost.
IDLE = timedelta(minutes=_numbers("LINLI_IDLE", "60")[0])
CSRF_FAILURE_VIEW = "linli.core.errors_pages.form_too_old"
SECURE_SSL_REDIRECT = False
# Only a proxy of ours can say so: core.middleware.KnownProxies drops the word of others.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# Lines without persons (core.logs); whoever develops sees errors in full.
LOG_FORMAT = os.environ.get("LINLI_LOG_FORMAT", "plain")
if LOG_FORMAT not in {"plain", "json"}:
    raise ImproperlyConfigured(f"LINLI_LOG_FORMAT is {LOG_FORMAT!r}: write plain or json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "full": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "plain": {"()": "linli.core.logs.PlainLines"},
        "json": {"()": "linli.core.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "full" if DEBUG else LOG_FORMAT}},
    "loggers": {
        "httpx": {"level": "WARNING"},  # an address that is asked may hold a number or a key
        "django": {"handlers": [], "level": "INFO"},
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("LINLI_LOG", "INFO")},
}
