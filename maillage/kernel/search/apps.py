from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def install(sender: Any, **kwargs: Any) -> None:
    from maillage.kernel.search.index import TextIndex

    for index in TextIndex.all.values():
        index.install()


class Search(AppConfig):
    name = "maillage.kernel.search"

    def ready(self) -> None:
        """The tables of words are no models: they are put up after migrations, on either database."""
        post_migrate.connect(install, sender=self, dispatch_uid="maillage.search")
