"""Evidence still refuses to change after a migration that alters its table; and what was changed behind its back is seen."""

import shutil
from pathlib import Path
from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import ROOT, Stage, stage

HISTORY = ROOT / "maillage" / "engage" / "volunteering" / "migrations"
ALTERS = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("volunteering", {last!r})]
    operations = [
        migrations.AlterField("hours", "reason", models.CharField(blank=True, max_length=80)),
        migrations.AddField("hours", "remark", models.CharField(blank=True, default="", max_length=10)),
        migrations.RemoveField("hours", "remark"),
    ]
"""


def attempt(few: bool, sabotaged: bool) -> dict[str, Any]:
    """A true `migrate`, with one more migration. Sabotaged, the triggers are not put back: Django's rebuilding drops them."""
    with stage() as there:
        there.run("evidence_process", what="write")
        add_a_migration(there)
        there.run("evidence_process", what="migrate", sabotaged=sabotaged)
        return there.run("evidence_process", what="try")


def add_a_migration(there: Stage) -> None:
    """The module's own history in another folder, and one that alters the table at its end."""
    made = there.folder / "altered_migrations"
    shutil.copytree(HISTORY, made, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(file.stem for file in made.glob("0*.py"))
    (made / "9999_alters_evidence.py").write_text(ALTERS.format(last=last))
    there.env["PYTHONPATH"] = f"{there.folder}:{there.env['PYTHONPATH']}"
    (Path(there.folder) / "altered_settings.py").write_text(
        'from config.settings import *\n\nMIGRATION_MODULES = {"volunteering": "altered_migrations"}\n'
    )
    there.env["DJANGO_SETTINGS_MODULE"] = "altered_settings"


PROOFS = [
    Proof(
        "evidence.append_only", attempt,
        lambda told: told["altered"] and told["refused"] == told["tried"] and told["rows_kept"] and told["seen_behind"],
    )
]  # fmt: skip
