"""The settings of the product, with what only tests want: a known secret, plain static addresses, quick hashes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("MAILLAGE_SECRET_KEY", "a secret for the tests alone")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop of its own in this thread
os.environ.pop("MAILLAGE_DEMO", None)

from config.settings import *  # noqa: F403
from config.settings import STORAGES
from tools import words

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True  # static files are found where they are: collecting them is the business of `bin/run`
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DESKS_ASK_SECOND_FACTOR = False  # asked in the tests of the second factor; elsewhere desks are entered as in the demo

# Sentences with the spaces of their source, so that tests quote them as the code writes them; see tests/test_words.py.
PLAIN = Path(tempfile.mkdtemp(prefix="maillage-words-"))
atexit.register(shutil.rmtree, PLAIN, ignore_errors=True)
words.compile_all(PLAIN, as_printed=False)
LOCALE_PATHS = [PLAIN]
