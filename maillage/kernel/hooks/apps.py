from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Hooks(AppConfig):
    name = "maillage.kernel.hooks"

    def ready(self) -> None:
        """Find every module's `hooks.py`, as Django finds `admin.py`."""
        autodiscover_modules("hooks")
