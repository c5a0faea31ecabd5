"""Is all well? Each check answers in words what it saw and what to do; one that is wrong makes the command exit 1."""

import argparse
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from config.command.serving import DatabaseIsAway, migrations_that_wait
from maillage.kernel.evidence import actions as evidence
from maillage.kernel.evidence.models import EvidenceRow
from maillage.kernel.facts.models import Fact
from maillage.kernel.invariants import actions as invariants
from maillage.kernel.notifications.models import Message, Status
from maillage.kernel.places.models import Commune
from maillage.kernel.tasks import actions as tasks
from maillage.kernel.tasks.models import Heartbeat, Worker

console = Console(highlight=False, soft_wrap=True)
MARKS = {"fine": "[green]✓[/]", "mind": "[yellow]![/]", "wrong": "[red]✗[/]"}


@dataclass(frozen=True)
class Seen:
    """What one check saw: `fine`, `mind` (worth knowing) or `wrong` (do something)."""

    how: Literal["fine", "mind", "wrong"]
    words: str


def fine(words: str) -> Seen:
    return Seen("fine", words)


def mind(words: str) -> Seen:
    return Seen("mind", words)


def wrong(words: str) -> Seen:
    return Seen("wrong", words)


def run(said: argparse.Namespace) -> int:
    """Print every check; 1 when something is wrong."""
    seen = list(examine(timezone.now()))
    for one in seen:
        console.print(f" {MARKS[one.how]} {one.words}")
    bad = sum(one.how == "wrong" for one in seen)
    console.print(
        ngettext("Une chose demande une action.", "{bad} choses demandent une action.", bad).format(bad=bad)
        if bad
        else _("Tout va bien.")
    )
    return 1 if bad else 0


def examine(now: datetime) -> Iterator[Seen]:
    """Every check in turn; those that read tables only once the tables are there."""
    yield from settings_said()
    yield from disk()
    yield from database()
    if not has_tables():
        return
    for check in AFTER_TABLES:
        try:
            yield from check(now)
        except DatabaseError as failed:
            yield wrong(
                _("La base a refusé une lecture ({kind}) : lancez « maillage prepare ».").format(
                    kind=type(failed).__name__
                )
            )


def has_tables() -> bool:
    try:
        return bool(connection.introspection.table_names())
    except DatabaseError:  # said already
        return False


# ── Before any table ──────────────────────────────────────────────────────────────────────────
def settings_said() -> Iterator[Seen]:
    if settings.DEBUG:
        yield wrong(_("MAILLAGE_DEBUG est actif : les erreurs montrent le code. Retirez-le."))
    if settings.DEMO:
        yield mind(_("Mode démonstration : chacun entre sans preuve. Jamais avec de vraies personnes."))
        return
    if len(settings.SECRET_KEY) < 32:
        yield wrong(_("MAILLAGE_SECRET_KEY est trop court : il faut au moins 32 signes tirés au hasard."))
    if not settings.SECURE:
        yield wrong(_("MAILLAGE_SITE_URL ne commence pas par https:// : les connexions ne sont pas protégées."))
    if not settings.OPERATOR or not settings.OPERATOR_CONTACT:
        yield wrong(
            _("MAILLAGE_OPERATOR et MAILLAGE_OPERATOR_CONTACT manquent : la loi demande de dire qui répond du site.")
        )
    if settings.EMAIL_BACKEND.endswith("LocalMail"):
        yield wrong(_("Aucun serveur de mail : les codes de connexion ne partent pas. Réglez MAILLAGE_EMAIL_URL."))
    if settings.SMS_PROVIDER.endswith("LocalSms"):
        yield mind(_("Aucun envoi de SMS : qui n’a pas de mail lit ses messages sur le site seulement."))
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    yield mind(_("Base SQLite : le site et le travailleur doivent être sur la même machine."))


def disk() -> Iterator[Seen]:
    free = shutil.disk_usage(settings.VAR).free / 1e9
    words = _("{free:.1f} Go libres sur le disque.").format(free=free)
    yield wrong(words + " " + _("Faites de la place : sans elle rien ne s’écrit plus.")) if free < 1 else fine(words)


def database() -> Iterator[Seen]:
    try:
        left = migrations_that_wait()
    except DatabaseIsAway as away:
        yield wrong(str(away))
        return
    if left:
        yield wrong(
            ngettext("Une mise à jour de la base attend", "{left} mises à jour de la base attendent", left).format(
                left=left
            )
            + _(" : lancez « maillage prepare ».")
        )
        return
    yield fine(_("La base répond et elle est à jour."))


# ── With the tables ───────────────────────────────────────────────────────────────────────────
def guards(now: datetime) -> Iterator[Seen]:
    missing = invariants.missing(connection)
    if missing:
        yield wrong(
            _("Il manque des garde-fous dans la base ({names}) : lancez « maillage prepare ».").format(
                names=", ".join(missing)
            )
        )
    else:
        yield fine(_("Les garde-fous de la base sont en place ({count}).").format(count=len(invariants.every())))


def proofs(now: datetime) -> Iterator[Seen]:
    """The chain of each stream of evidence, read from its first row."""
    streams = 0
    for model in EvidenceRow.__subclasses__():
        for stream in model._base_manager.order_by().values_list("stream", flat=True).distinct():
            streams += 1
            if broken := evidence.verify(model, stream=stream):
                yield wrong(
                    _("Le registre {stream} n’est plus intact : {broken}. Prévenez qui répond du site.").format(
                        stream=stream, broken=broken
                    )
                )
    yield fine(_("Registres de preuves relus : {streams}.").format(streams=streams))


def worker(now: datetime) -> Iterator[Seen]:
    alive = sum(tasks.is_alive(one, now) for one in Worker.objects.all())
    if alive:
        yield fine(ngettext("Un travailleur est là.", "{alive} travailleurs sont là.", alive).format(alive=alive))
    else:
        yield wrong(_("Aucun travailleur : rien ne part, ni message ni rappel. Lancez « maillage worker »."))
    for beat in Heartbeat.objects.order_by("name"):
        told = timezone.localtime(beat.ended_at).strftime("%d/%m %H:%M") if beat.ended_at else _("jamais")
        words = _("{name} : dernier passage {told}, toutes les {minutes} min.").format(
            name=beat.name, told=told, minutes=beat.every_minutes
        )
        if beat.failed:
            yield wrong(words + " " + _("A échoué ({error}).").format(error=beat.error))
        elif beat in tasks.late(now=now):
            yield mind(words + " " + _("En retard."))
        else:
            yield fine(words)


def queue(now: datetime) -> Iterator[Seen]:
    waiting, failed = tasks.waiting(now=now), tasks.failed()
    words = _("File de travail : {waiting} en attente.").format(waiting=waiting)
    yield mind(words) if waiting > 1000 else fine(words)
    if failed:
        yield wrong(
            ngettext("Une tâche a échoué pour de bon", "{failed} tâches ont échoué pour de bon", failed).format(
                failed=failed
            )
            + _(" : voyez /technique/.")
        )
    silent = Fact.objects.filter(announced_at=None, at__lt=now - timedelta(minutes=10)).count()
    if silent:
        yield wrong(
            ngettext("Un fait n’a pas été annoncé.", "{silent} faits n’ont pas été annoncés.", silent).format(
                silent=silent
            )
        )


def messages(now: datetime) -> Iterator[Seen]:
    told = Message.objects.across(reason="counts for the operator: nothing of what they say")
    for status, words in (
        (
            Status.UNCERTAIN,
            _("{count} envois incertains : le serveur s’est tu pendant l’envoi. Ils ne repartent pas seuls."),
        ),
        (Status.FAILED, _("{count} envois impossibles : adresse refusée ou serveur muet.")),
    ):
        if count := told.filter(status=status, made_at__gt=now - timedelta(days=7)).count():
            yield mind(words.format(count=count))
    late = told.filter(status=Status.WAITING, made_at__lt=now - timedelta(minutes=30)).count()
    if late:
        yield wrong(
            _("{late} messages attendent depuis plus d’une demi-heure : le serveur de mail répond-il ?").format(
                late=late
            )
        )
    else:
        yield fine(_("Aucun message ne traîne."))


def communes(now: datetime) -> Iterator[Seen]:
    count = Commune.objects.count()
    if count < 30_000:
        yield wrong(_("{count} communes seulement : lancez « maillage import communes ».").format(count=count))
    else:
        yield fine(_("{count} communes.").format(count=count))


AFTER_TABLES: list[Callable[[datetime], Iterator[Seen]]] = [guards, proofs, worker, queue, messages, communes]
