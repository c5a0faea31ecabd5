"""The product's own command: clear help, a sentence for each refusal, exit codes, a doctor that sees."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation

from config.command import doctor, main, serving
from maillage.kernel import hooks
from maillage.kernel.imports.models import Import
from maillage.kernel.invariants import actions as invariants
from maillage.kernel.notifications.models import Message, Status
from maillage.kernel.organisations.models import RegisterEntry
from maillage.kernel.organisations.queries import find_entries
from maillage.kernel.places.models import Commune
from maillage.kernel.tasks.models import Heartbeat, Worker

pytestmark = pytest.mark.django_db
WALDEC = "id;id_ex;siret;titre;objet;position;date_creat;adrs_codeinsee;adrs_codepostal;adrs_libcommune;maj_time\n"


@pytest.fixture(autouse=True)
def in_french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    yield
    translation.activate("fr")


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["serve"],
        ["worker"],
        ["prepare"],
        ["demo"],
        ["doctor"],
        ["import"],
        ["import", "rna"],
        ["import", "communes"],
    ],
)
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    assert len(capsys.readouterr().out) > 100


@pytest.mark.parametrize("command", [[], ["dance"], ["import"], ["import", "rna"], ["serve", "--port", "door"]])
def test_what_is_not_understood_exits_2(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(command)
    assert end.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_the_demonstration_is_refused_elsewhere(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = False
    assert main(["demo"]) == 1
    assert "MAILLAGE_DEMO" in capsys.readouterr().err
    assert not Commune.objects.exists()


def test_a_register_is_brought_in_with_its_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rna_waldec.csv"
    file.write_text(
        WALDEC
        + "W351000001;;;LES AMIS DU MOULIN;Sauver le moulin;A;2001-02-03;35047;35170;BRUZ;2026-01-01 00:00:00\n"
        + ";;;SANS NUMERO;;A;;35047;35170;BRUZ;\n"
    )
    assert main(["import", "rna", str(file)]) == 0
    said = capsys.readouterr().out
    assert "2 lignes lues, 1 ajoutées" in said
    assert "1 refusées" in said
    assert RegisterEntry.objects.get().title == "LES AMIS DU MOULIN"
    assert main(["import", "rna", str(file)]) == 0
    assert "0 ajoutées, 0 modifiées, 1 déjà à jour" in capsys.readouterr().out


def test_one_bad_file_among_many_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "W35100000{};;;LES AMIS DU {};;A;2001-02-03;35047;35170;BRUZ;2026-01-01 00:00:00\n"
    first, empty, wrong, last = (tmp_path / f"{name}.csv" for name in ("premier", "vide", "autre", "dernier"))
    first.write_text(WALDEC + line.format(1, "MOULIN") + ";;;SANS NUMERO;;A;;35047;35170;BRUZ;\n")
    empty.write_text("")
    wrong.write_text("un;deux\n1;2\n")
    last.write_text(WALDEC + line.format(2, "LAVOIR"))
    assert main(["import", "rna", *map(str, (first, empty, wrong, last, tmp_path / "absent.csv"))]) == 1
    said = capsys.readouterr()
    assert "premier.csv (waldec) : 2 lignes lues, 1 ajoutées" in said.out
    assert str(Import.objects.get(file_name="premier.csv").refused_path) in said.out
    assert "dernier.csv (waldec) : 1 lignes lues, 1 ajoutées" in said.out
    errors = said.err.strip().splitlines()
    assert [one.partition(" : ")[0] for one in errors[:3]] == ["vide.csv", "autre.csv", "absent.csv"]
    assert "vide : le téléchargement" in errors[0]
    assert errors[3:] == [
        "Fichiers refusés, pour les raisons dites plus haut : vide.csv, autre.csv, absent.csv. Fichiers entrés : 2 sur 5."
    ]
    for word in ("moulin", "lavoir"):  # both can be found by their words
        assert [entry.title for entry in find_entries(word)] == [f"LES AMIS DU {word.upper()}"]


@pytest.mark.parametrize("kind", ["rna", "communes"])
@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x02" * 50, b"un;deux\n1;2\n", "a,b".encode("utf-16")])
def test_a_file_that_is_no_such_file_gets_a_sentence(
    kind: str, content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "fichier.csv"
    if content is not None:
        file.write_bytes(content)
    assert main(["import", kind, str(file)]) == 1
    said = capsys.readouterr().err
    assert len(said) > 30
    assert "Traceback" not in said


# ── A process that is not ready does not start ────────────────────────────────────────────────
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_starts_without_its_triggers(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    invariants.drop(connection)
    try:
        assert main([command]) == 1
    finally:
        invariants.install(connection)
    assert "garde-fous" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("database", "commands", "sentence"),
    [
        (
            "sqlite:///{folder}/new.sqlite3",
            ["worker", "demo", "demo --people", "doctor", "import rna {file}", "import communes"],
            "maillage prepare",
        ),
        ("sqlite:///{folder}/text.sqlite3", ["doctor", "prepare"], "ne répond pas"),
        ("postgres://nobody@127.0.0.1:1/nothing", ["doctor", "prepare", "worker"], "ne répond pas"),
    ],
)
def test_no_command_shows_a_traceback_on_a_database_that_is_not_ready(
    database: str, commands: list[str], sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "text.sqlite3").write_text("not a database" * 100)
    file = tmp_path / "rna.csv"
    file.write_text(WALDEC)
    env = os.environ | {
        "MAILLAGE_VAR": str(tmp_path / "var"), "DATABASE_URL": database.format(folder=tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings", "MAILLAGE_SECRET_KEY": "x" * 40, "MAILLAGE_DEMO": "1",
    }  # fmt: skip
    for command in commands:
        ran = subprocess.run(
            [sys.executable, "-m", "config.command", *command.format(file=file).split()],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        said = ran.stdout + ran.stderr
        assert (ran.returncode, "Traceback" in said, sentence in said) == (1, False, True), (command, said)


def test_what_is_prepared_is_seen_as_such() -> None:
    assert serving.is_up_to_date()
    invariants.drop(connection)
    try:
        assert not serving.is_up_to_date()
    finally:
        invariants.install(connection)


# ── The doctor ────────────────────────────────────────────────────────────────────────────────
def seen(how: str = "wrong") -> str:
    return "\n".join(one.words for one in doctor.examine(timezone.now()) if one.how == how)


def test_the_doctor_sees_what_an_operator_forgot(settings: Any) -> None:
    settings.DEMO, settings.DEBUG, settings.SECURE = False, True, False
    settings.SECRET_KEY = "court"
    settings.OPERATOR = ""
    for word in ("MAILLAGE_DEBUG", "MAILLAGE_SECRET_KEY", "https://", "MAILLAGE_OPERATOR", "MAILLAGE_EMAIL_URL"):
        assert word in seen()


def test_the_doctor_says_nothing_of_what_is_right(settings: Any) -> None:
    settings.DEMO, settings.DEBUG, settings.SECURE = False, False, True
    settings.SECRET_KEY, settings.OPERATOR, settings.OPERATOR_CONTACT = (
        "x" * 40,
        "Fédération",
        "contact@exemple.localhost",
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "MAILLAGE_" not in seen()


def test_the_doctor_sees_that_nobody_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Aucun travailleur" in seen()
    assert main(["doctor"]) == 1
    now = timezone.now()
    Worker.objects.create(name="w", host="ailleurs", pid=1, began_at=now, seen_at=now)
    assert "Aucun travailleur" not in seen()


def test_the_doctor_shows_each_heart_beat_and_says_which_is_late_or_failed() -> None:
    now = timezone.now()

    def beat(name: str, ago: timedelta | None, **said: Any) -> str:
        ended = now - ago if ago is not None else None
        Heartbeat.objects.create(name=name, every_minutes=1, began_at=ended, ended_at=ended, **said)
        told = timezone.localtime(ended).strftime("%d/%m %H:%M") if ended else "jamais"
        return f"{name} : dernier passage {told}, toutes les 1 min."

    felt = beat("notifications.deliver", timedelta(minutes=1))
    late = beat("facts.announce_again", timedelta(hours=2))
    never = beat("notifications.forget_old", None)
    failed = beat("tasks.forget_done", timedelta(minutes=1), failed=True, error="ValueError")
    assert felt in seen("fine")
    assert f"{late} En retard." in seen("mind")
    assert f"{never} En retard." in seen("mind")
    assert f"{failed} A échoué (ValueError)." in seen("wrong")


def test_the_doctor_sees_messages_that_wait_and_missing_communes() -> None:
    then = timezone.now() - timedelta(hours=2)
    Message.objects.create(
        key="k", kind="k", channel="mail", address="a@exemple.localhost", subject="s", text="t",
        status=Status.WAITING, made_at=then, send_after=then + timedelta(hours=3),  # tried already, and put off
    )  # fmt: skip
    assert "1 messages attendent" in seen()
    assert "maillage import communes" in seen()


def test_the_doctor_sees_a_missing_trigger_and_a_changed_proof(three_hours: list[Any]) -> None:
    assert "garde-fous" not in seen()
    assert "Registres de preuves relus : 1." in seen("fine")
    invariants.drop(connection)
    try:
        connection.cursor().execute("UPDATE volunteering_hours SET minutes = 999 WHERE sequence = 2")
        assert "garde-fous" in seen()
        assert "n’est plus intact" in seen()
    finally:
        invariants.install(connection)


# ── The demonstration ─────────────────────────────────────────────────────────────────────────
def test_the_demonstration_fills_once_and_says_who_one_may_be(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = True
    serving.ensure_communes()
    assert main(["demo"]) == 0
    said = capsys.readouterr().out
    assert "Entrer comme" in said
    assert "bruno@" in said
    before = counts()
    assert before["volunteering.Hours"] > 5
    assert before["volunteering.Mission"] > 8
    assert main(["demo"]) == 0
    assert counts() == before


def counts() -> dict[str, int]:
    from django.apps import apps

    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"organisations", "people", "volunteering"}
    }


def test_each_module_that_lives_in_the_demo_says_so() -> None:
    assert {"organisations", "volunteering"} <= {one.name for one in hooks.demo}
