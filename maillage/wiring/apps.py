from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class Wiring(AppConfig):
    name = "maillage.wiring"

    def ready(self) -> None:
        """Import the files beside this one: each says what follows from the facts of one module."""
        for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
            if file.stem != "apps":
                import_module(f"maillage.wiring.{file.stem}")
