"""The product's own command: `maillage serve | worker | prepare | demo | import rna | import communes | doctor`.

Exit codes: 0 all went well, 1 it was refused or something needs you (the sentence says what), 2 the command was not understood.
"""

import argparse
import os
import sys
from pathlib import Path

import django


def main(words: list[str] | None = None) -> int:
    """Understand the command and run it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.utils import translation

    # A terminal says its language by LANG; French is the house's.
    translation.activate("en" if os.environ.get("LANG", "").startswith("en") else "fr")
    from maillage.kernel.refusal import Refused

    said = parser().parse_args(words)
    try:
        return int(said.run(said) or 0)
    except Refused as no:
        print(no, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    from django.utils.translation import gettext as _

    from config.command import doctor, importing, serving

    top = argparse.ArgumentParser(
        prog="maillage", description=_("Maillage, la plateforme libre des associations."),
        epilog=_("Chaque commande explique ses options : maillage COMMANDE --help"),
    )  # fmt: skip
    commands = top.add_subparsers(title=_("commandes"), metavar="COMMANDE", required=True)

    def command(name: str, about: str, run: object, under: object = commands) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = under.add_parser(name, help=about, description=about)  # type: ignore[attr-defined]
        made.set_defaults(run=run)
        return made

    serve = command("serve", _("Ouvrir le site."), serving.serve)
    serve.add_argument("--host", default="127.0.0.1", help=_("adresse d’écoute (127.0.0.1 : cette machine seule)"))
    serve.add_argument("--port", type=int, default=8000, help=_("port d’écoute"))
    serve.add_argument("--workers", type=int, default=1, help=_("processus web"))
    serve.add_argument("--threads", type=int, default=4, help=_("requêtes à la fois dans chacun"))
    command("worker", _("Faire ce qui attend : messages, rappels, ce qui revient régulièrement."), serving.worker)
    command("prepare", _("Mettre à jour la base, les textes et les fichiers du site."), serving.prepare)
    demo = command("demo", _("Remplir un territoire de démonstration (jamais en production)."), serving.demo)
    demo.add_argument("--people", action="store_true", help=_("dire seulement les adresses et les personnes"))
    command("doctor", _("Vérifier que tout va bien, et dire quoi faire sinon."), doctor.run)

    bring = commands.add_parser("import", help=_("Faire entrer un fichier officiel."))
    kinds = bring.add_subparsers(title=_("fichiers"), metavar="SORTE", required=True)
    rna = command(
        "rna", _("Le répertoire national des associations, fichiers « waldec » et « import »."), importing.rna, kinds
    )
    rna.add_argument("files", nargs="+", type=Path, metavar=_("FICHIER"))
    communes = command(
        "communes", _("Les communes : la table livrée, ou un fichier officiel complet."), importing.communes, kinds
    )
    communes.add_argument("file", nargs="?", type=Path, metavar=_("FICHIER"))
    return top
