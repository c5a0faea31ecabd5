"""The people and associations of the demo territory, around Rennes. Nobody here exists."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.kernel.organisations.models import (
    Activity,
    ClaimProof,
    LegalForm,
    Organisation,
    RegisterEntry,
    Role,
    RoleKind,
)
from maillage.kernel.organisations.register import index_register
from maillage.kernel.people.models import Guardianship, Person
from maillage.kernel.places.models import Commune

DOMAIN = "demo.maillage.localhost"

# first name and initial, what they are here, birth year, INSEE code of where they live, technical team
PEOPLE = [
    ("amina", "Amina B.", 1991, "35238", False),
    ("bruno", "Bruno C.", 1968, "35238", False),
    ("claire", "Claire D.", 1979, "35051", False),
    ("nadia", "Nadia E.", 1957, "35047", False),
    ("samir", "Samir F.", 1985, "35238", False),
    ("leo", "Léo G.", 2010, "35024", False),
    ("odile", "Odile H.", 1974, "35238", True),
    ("paul", "Paul I.", 1949, "35024", False),
    ("ines", "Inès J.", 2002, "35238", False),
    ("tomas", "Tomás K.", 1995, "35281", False),
    ("mei", "Mei L.", 1988, "35238", False),
    ("youssef", "Youssef M.", 1963, "35051", False),
]

# Who each of them is, for the page « entrer comme… »: in the order of the thread.
SAYS = {
    "amina": _("Amina, 35 ans, cherche à donner deux heures le samedi."),
    "bruno": _("Bruno préside Les Jardins de la Vilaine et coordonne ses bénévoles."),
    "samir": _("Samir, travailleur social, parle au nom de personnes accompagnées."),
    "claire": _("Claire préside L’Autre Rive ; elle ne voit rien des Jardins."),
    "leo": _("Léo, 16 ans, bénévole avec l’accord de son grand-père."),
    "nadia": _("Nadia, à la retraite, préside une association qui n’est pas encore ici."),
    "odile": _("Odile fait partie de l’équipe technique de ce site."),
}

# slug, name, purpose, activities, INSEE code, RNA number, who runs it (first one presides)
ASSOCIATIONS = [
    ("les-jardins-de-la-vilaine", "Les Jardins de la Vilaine",
     "Cultiver ensemble et partager les récoltes avec les foyers du quartier.",
     [Activity.FOOD, Activity.ENVIRONMENT], "35238", "W000000101",
     [("bruno", RoleKind.PRESIDENT), ("ines", RoleKind.COORDINATOR), ("samir", RoleKind.SOCIAL_WORKER)]),
    ("l-autre-rive", "L’Autre Rive",
     "Accueillir et accompagner les personnes qui arrivent d’ailleurs.",
     [Activity.MIGRANTS, Activity.RIGHTS], "35051", "W000000102", [("claire", RoleKind.PRESIDENT)]),
    ("la-table-du-canal", "La Table du Canal",
     "Servir un repas chaud, quatre soirs par semaine, à qui le demande.",
     [Activity.FOOD, Activity.HOUSING], "35238", "W000000103", [("youssef", RoleKind.PRESIDENT)]),
    ("bibliotheque-des-quatre-vents", "La Bibliothèque des Quatre Vents",
     "Faire vivre la bibliothèque du village et lire à voix haute à domicile.",
     [Activity.CULTURE, Activity.ELDERLY], "35024", "W000000104", [("paul", RoleKind.PRESIDENT)]),
    ("coup-de-pouce-numerique", "Coup de Pouce Numérique",
     "Apprendre ensemble à se servir d’un téléphone et à faire ses démarches.",
     [Activity.DIGITAL, Activity.RIGHTS], "35238", "W000000105", [("mei", RoleKind.PRESIDENT)]),
    ("roule-et-repare", "Roule et Répare",
     "Réparer des vélos, les prêter, rouler en tandem avec des personnes malvoyantes.",
     [Activity.SPORT, Activity.DISABILITY, Activity.ENVIRONMENT], "35281", "W000000106", [("tomas", RoleKind.PRESIDENT)]),
]  # fmt: skip

# The register's lines: those above, and some that nobody took over yet.
REGISTER_ONLY = [
    ("W000000201", "LES AMIS DU MOULIN DE BRUZ", "Sauvegarder le moulin et ouvrir le four à pain.", "35047", "A"),
    ("W000000202", "LA MARMITE SOLIDAIRE", "Cuisiner les invendus des marchés.", "35047", "A"),
    ("W000000203", "CHORALE DU BOCAGE", "Chanter en chœur.", "35024", "A"),
    ("W000000204", "ANCIEN COMITE DES FETES", "Organiser des fêtes.", "35047", "D"),
    ("W000000205", "ATELIER VELO DE LA ROCADE", "Apprendre à réparer son vélo, et le réparer ensemble.", "35051", "A"),
    ("W000000206", "LES MOTS VOISINS", "Écrire, lire et correspondre entre générations.", "35238", "A"),
    ("W000000207", "TABLE D'HOTES DES ECLUSES", "Partager des repas au bord de l’eau.", "35238", "A"),
    ("W000000208", "LES SEMEURS DE LA PRAIRIE (L.S.P.)", "Échanger des graines et des gestes de jardin.", "35281", "A"),
    ("W000000209", "UNION DES CHORALES DU PAYS", "Réunir les chœurs, partager des partitions.", "35238", "A"),
    ("W000000210", "RANDONNEURS DU MOULIN", "Marcher le dimanche, à tous les pas.", "35047", "A"),
    ("W000000211", "CLUB DES AINES DU MOULIN", "Jouer, chanter, se visiter.", "35024", "A"),
]

# « C’est la nôtre »: what waits for the technical team. Number, who asks, role, proof, how many days ago: see web/demo.py.
CLAIMS = [
    ("W000000203", "paul", RoleKind.TREASURER, ClaimProof.LETTER, 2),
    ("W000000205", "youssef", RoleKind.PRESIDENT, ClaimProof.DOCUMENT, 1),
]


def email_of(key: str) -> str:
    return f"{key}@{DOMAIN}"


def person(key: str) -> Person:
    return Person.objects.get(email=email_of(key))


@transaction.atomic
def fill(now: datetime) -> None:
    """Make the people, their associations and roles, and the lines of the register. Run again, it changes nothing."""
    from allauth.account.models import EmailAddress

    for key, name, birth_year, insee, is_staff in PEOPLE:
        someone, made = Person.objects.get_or_create(
            email=email_of(key),
            defaults={"name": name, "birth_year": birth_year, "commune_id": insee, "is_staff": is_staff,
                      "is_superuser": is_staff},
        )  # fmt: skip
        if made:
            someone.set_unusable_password()
            someone.save()
            EmailAddress.objects.create(user=someone, email=email_of(key), verified=True, primary=True)
    leo = person("leo")
    if not leo.guardianships.exists():
        Guardianship.objects.create(
            minor=leo, guardian=person("paul"), guardian_name="Paul I.", guardian_email=email_of("paul"),
            asked_at=now - timedelta(days=90), agreed_at=now - timedelta(days=89),
        )  # fmt: skip
    for slug, name, purpose, activities, insee, rna, held in ASSOCIATIONS:
        organisation, made = Organisation.objects.get_or_create(
            slug=slug,
            defaults={"name": name, "purpose": purpose, "presentation": purpose, "commune_id": insee,
                      "activities": [str(activity) for activity in activities], "rna_number": rna,
                      "legal_form": LegalForm.ASSOCIATION_1901, "email": f"bonjour@{slug}.localhost",
                      "phone": "+33299000000"},
        )  # fmt: skip
        if made:
            for key, kind in held:
                Role.objects.create(
                    person=person(key), organisation=organisation, kind=kind, since_at=now - timedelta(days=400)
                )
        put_in_register(rna, name.upper(), purpose, insee, "A", now)
    for rna, title, purpose, insee, position in REGISTER_ONLY:
        put_in_register(rna, title, purpose, insee, position, now)
    index_register()


def put_in_register(number: str, title: str, purpose: str, insee: str, position: str, now: datetime) -> None:
    commune = Commune.objects.get(pk=insee)
    RegisterEntry.objects.get_or_create(
        number=number,
        defaults={"layout": "waldec", "rna_number": number, "title": title, "purpose": purpose, "insee": insee,
                  "postcode": commune.postcodes[0], "commune_name": commune.name.upper(), "position": position,
                  "declared_on": (now - timedelta(days=4000)).date(), "seat": "1 place de la Mairie"},
    )  # fmt: skip
