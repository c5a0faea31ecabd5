"""Opening the site, working behind it, preparing what both need, filling the demonstration."""

import argparse
import hashlib
import logging
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console

from maillage.kernel import hooks
from maillage.kernel.invariants import actions as invariants
from maillage.kernel.organisations.demo import SAYS, email_of
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places.actions import ensure_communes
from maillage.kernel.refusal import Refused
from maillage.kernel.tasks import actions as tasks

CACHE_TABLE = "cache"  # as in `settings.CACHES`
console = Console(highlight=False, soft_wrap=True)


class NotPrepared(Refused):
    sentence = gettext_lazy("La base n’est pas prête : lancez d’abord « maillage prepare ».")


class DatabaseIsAway(Refused):
    sentence = gettext_lazy("La base de données ne répond pas : vérifiez DATABASE_URL et que son serveur tourne.")


class TriggersAreMissing(Refused):
    sentence = gettext_lazy(
        "Il manque des garde-fous dans la base ({names}) : lancez « maillage prepare » avant d’ouvrir le site."
    )


class NotADemo(Refused):
    sentence = gettext_lazy(
        "La démonstration ne s’ouvre que sur une instance faite pour elle : MAILLAGE_DEMO=1, jamais en production."
    )


def migrations_that_wait() -> int:
    """How many. Raises DatabaseIsAway."""
    try:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as failed:
        raise DatabaseIsAway from failed


def refuse_unless_ready() -> None:
    """A process that does not find its tables as they should be, or its triggers, refuses to start.

    Raises DatabaseIsAway, NotPrepared, TriggersAreMissing.
    """
    if migrations_that_wait():
        raise NotPrepared
    if missing := invariants.missing(connection):
        raise TriggersAreMissing(names=", ".join(missing[:3]))


def serve(said: argparse.Namespace) -> int:
    refuse_unless_ready()
    from granian.constants import Interfaces
    from granian.server import Server

    connection.close()  # the web processes are forked: none may share this one
    Server(
        "config.wsgi:application", address=said.host, port=said.port, interface=Interfaces.WSGI, workers=said.workers,
        blocking_threads=said.threads, log_enabled=False, respawn_failed_workers=True,
    ).serve()  # fmt: skip
    return 0


def worker(said: argparse.Namespace) -> int:
    refuse_unless_ready()
    logging.getLogger("django_tasks").setLevel(logging.WARNING)
    tasks.work()
    return 0


def prepare(said: argparse.Namespace) -> int:
    """Do what is left to do, and nothing of what is done: a second start takes a second."""
    if not is_up_to_date():
        with console.status(_("La base de données…")):
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
    with console.status(_("Les communes…")):
        ensure_communes()
    with console.status(_("Les fichiers du site…")):
        collect_static()
    return 0


def is_up_to_date() -> bool:
    """No migration waits, the shared cache has its table, and every trigger stands."""
    return (
        not migrations_that_wait()
        and CACHE_TABLE in connection.introspection.table_names()
        and not invariants.missing(connection)
    )


def collect_static() -> None:
    """Hash and compress the site's files, unless the very same ones were collected before."""
    told = hashlib.blake2b()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            told.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == told.hexdigest():
        return
    with redirect_stdout(StringIO()):
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(told.hexdigest())


# ── The demonstration ─────────────────────────────────────────────────────────────────────────
def demo(said: argparse.Namespace) -> int:
    if not settings.DEMO:
        raise NotADemo
    refuse_unless_ready()
    if not said.people:
        now = timezone.now()
        with console.status(_("Un territoire se remplit…")) as status:
            for module in sorted(hooks.demo, key=lambda one: one.order):
                status.update(_("Un territoire se remplit : {name}…").format(name=module.name))
                module.fill(now)
    tell_the_demo()
    return 0


def tell_the_demo() -> None:
    """Where to go, and whom one may be."""
    site = settings.SITE_URL
    console.print()
    for label, address in (
        (_("Le site"), "/"),
        (_("Entrer comme…"), reverse("web:demo")),
        (_("Les messages partis"), reverse("web:outbox")),
        *((str(one), reverse("web:desk", args=[one.slug])) for one in Organisation.objects.order_by("pk")[:2]),
    ):
        console.print(f"  {label:<28}{site}{address}")
    console.print()
    known = set(Person.objects.values_list("email", flat=True))
    for key, says in SAYS.items():
        if email_of(key) in known:
            console.print(f"  {email_of(key):<36}{says}")
    console.print()
