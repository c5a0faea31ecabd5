from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class Invariants(AppConfig):
    name = "maillage.kernel.invariants"

    def ready(self) -> None:
        autodiscover_modules("invariants")
        # Both signals come once for each app that has models, which ours has not: so we listen to every one of them.
        pre_migrate.connect(take_down)
        post_migrate.connect(put_up)


def take_down(using: str, **kwargs: Any) -> None:
    from maillage.kernel.invariants import actions

    actions.drop(connections[using])


def put_up(using: str, **kwargs: Any) -> None:
    from maillage.kernel.invariants import actions

    actions.install(connections[using])
