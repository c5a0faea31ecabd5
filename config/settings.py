"""Every value an operator may set comes from the environment; the rest is the house's.

What an association may choose (its colours, its value of an hour…) is data in `organisations`, never a setting.
"""

import base64
import hashlib
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
BASE = Path(__file__).resolve().parent.parent
VAR = Path(env("MAILLAGE_VAR", default=str(BASE / "var")))
VAR.mkdir(parents=True, exist_ok=True)

# ── Who we are ────────────────────────────────────────────────────────────────────────────────
DEBUG = env.bool("MAILLAGE_DEBUG", default=False)
DEMO = env.bool("MAILLAGE_DEMO", default=False)  # one-click « entrer comme … »; never in production
SECRET_KEY = env("MAILLAGE_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("MAILLAGE_SECRET_KEY is missing: `bin/run` makes one for the demo.")
FIELD_KEY = base64.urlsafe_b64encode(  # encrypts secrets and files at rest
    hashlib.sha256(f"field:{env('MAILLAGE_FIELD_KEY', default=SECRET_KEY)}".encode()).digest()
)
SITE_URL = env("MAILLAGE_SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("MAILLAGE_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE = SITE_URL.startswith("https://")
OPERATOR = env("MAILLAGE_OPERATOR", default="")  # who answers for this instance: shown in the legal notices
OPERATOR_CONTACT = env("MAILLAGE_OPERATOR_CONTACT", default="")  # a mail address

# ── The house, in the order of `ls` ───────────────────────────────────────────────────────────
KERNEL = [
    f"maillage.kernel.{name}"
    for name in [
        "hooks",
        "facts",
        "invariants",
        "once",
        "tasks",
        "evidence",
        "places",
        "people",
        "organisations",
        "consent",
        "notifications",
        "imports",
        "documents",
        "files",
        "search",
    ]
]
SHELLS = ["maillage.web"]
ENGAGE = ["maillage.engage.volunteering"]
STEER = ["maillage.steer.privacy"]
WIRING = ["maillage.wiring"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *SHELLS,  # before allauth and the admin: our templates win
    "maillage.web.technical.apps.Technical",  # django.contrib.admin, with our own site
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_tasks",
    "django_tasks_db",
    "csp",
    *KERNEL,
    *ENGAGE,
    *STEER,
    *WIRING,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # csrf tokens are masked anew in each page, and it adds its own noise: BREACH
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "maillage.web.middleware.HourOfHere",
    "maillage.web.middleware.Explained",
    "maillage.web.middleware.Once",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            # Partials and cotton disable each other when both configure the loaders: said in full here.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "maillage.web.templatetags.web",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "maillage.web.context.frame",
            ],
        },
    }
]

# ── Where things are kept ─────────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db_url_config(env("DATABASE_URL", default="") or f"sqlite:///{VAR / 'maillage.sqlite3'}")}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # the lock: `select_for_update` is silent on SQLite
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA recursive_triggers=ON;"  # so that REPLACE, too, is refused by what keeps evidence
            "PRAGMA cache_size=-8000;"  # for each thread of each process; beyond, the system's own cache serves all
        ),
    }
    DATABASE["TEST"] = {"NAME": str(VAR / "test.sqlite3")}  # a file: in memory, live servers lock
DATABASE["CONN_MAX_AGE"] = None
DATABASE["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # shared by every process: rate limits and the memory of used codes must not be per worker
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},  # fragments anyone may see
}
STORED_FILES = VAR / "files"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "maillage.web.storage.HashedFiles"},
}

# ── People ────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "people.Person"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address is unique whatever its capitals: a constraint on Lower(email)
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:me"
LOGOUT_REDIRECT_URL = "web:home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # the time it takes to find one's mail on an old telephone
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_FORMS = {"request_login_code": "maillage.web.accounts.Enter"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "maillage.web.accounts.Accounts"
ACCOUNT_USER_DISPLAY = "maillage.web.accounts.name_of"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("MAILLAGE_PROXIES", default=1 if SECURE else 0)  # limits count by machine
MFA_ADAPTER = "maillage.web.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Maillage"
DESKS_ASK_SECOND_FACTOR = not DEMO  # of whoever holds more than a member's role
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "maillage.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# ── Words and time ────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE / "maillage" / "locale"]
LANGUAGE_COOKIE_NAME = "langue"
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# ── What the browser may do: nothing from anyone else ─────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_SSL_REDIRECT = SECURE and env.bool("MAILLAGE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# ── Messages ──────────────────────────────────────────────────────────────────────────────────
if env("MAILLAGE_EMAIL_URL", default=""):
    vars().update(env.email("MAILLAGE_EMAIL_URL"))
    if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":  # so that we know how far a mail came
        EMAIL_BACKEND = "maillage.kernel.notifications.smtp.WatchedMail"
else:  # nothing leaves: a page shows what would have left
    EMAIL_BACKEND = "maillage.kernel.notifications.outbox.LocalMail"
DEFAULT_FROM_EMAIL = env("MAILLAGE_FROM_EMAIL", default="Maillage <ne-pas-repondre@maillage.localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 15
SMS_PROVIDER = env("MAILLAGE_SMS_PROVIDER", default="maillage.kernel.notifications.outbox.LocalSms")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("MAILLAGE_LOG_LEVEL", default="WARNING")},
}
