"""A lively territory: missions, past and to come, with people who came, hours, outcomes, and a need that waits."""

import random
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.timezone import localtime

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions.sign_ups import Guest
from maillage.engage.volunteering.models import (
    Answer,
    Mission,
    Presence,
    Shift,
    Side,
    SignUp,
    Urgency,
)
from maillage.kernel.organisations.demo import DOMAIN, person
from maillage.kernel.organisations.models import Activity, Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.kernel.refusal import Refused

# association, title, domain, what, why, INSEE, quarter, weekday (0 Monday) and hour, minutes, places, and the rest
MISSIONS = [
    ("les-jardins-de-la-vilaine", "Récolter les légumes du samedi", Activity.FOOD,
     "On cueille, on lave et on met en caisses les légumes de la semaine, puis on les porte au local de distribution. "
     "On commence par un café et un tour du jardin ; personne n’a besoin de savoir jardiner.",
     "Trente foyers du quartier repartent avec un panier frais.", "35238", "Bas de la Vilaine", 5, 9, 180, 8,
     {"with_whom": "une équipe de six personnes, dont deux habituées", "gear": "des chaussures qui ne craignent rien",
      "transport": "bus C4, arrêt Prairies", "training": "on vous montre tout sur place", "is_wheelchair_accessible": True,
      "min_age": 15, "meeting_point": "Portail vert, 12 chemin des Prairies", "has_meal": True}),
    ("les-jardins-de-la-vilaine", "Arroser et désherber après le travail", Activity.ENVIRONMENT,
     "Une heure et demie au calme, à la fraîche : arrosage, désherbage, paillage. Les outils sont sur place.",
     "Le jardin tient grâce à ces soirées-là.", "35238", "Bas de la Vilaine", 2, 18, 90, 5,
     {"with_whom": "Bruno ou un membre du jardin", "gear": "rien à apporter", "transport": "bus C4, arrêt Prairies",
      "min_age": 18, "meeting_point": "Cabane au fond du jardin, 12 chemin des Prairies"}),
    ("l-autre-rive", "Parler français autour d’un thé", Activity.MIGRANTS,
     "Deux heures de conversation, par petites tables, avec des personnes qui apprennent le français. Aucune leçon à préparer : "
     "on parle de la vie de tous les jours.",
     "Oser parler, c’est pouvoir prendre un rendez-vous, travailler, se faire des amis.", "35051", "Bourg", 1, 14, 120, 6,
     {"with_whom": "cinq à dix personnes et une animatrice", "transport": "bus C6, arrêt Mairie", "training": "un quart d’heure d’accueil",
      "is_wheelchair_accessible": True, "meeting_point": "Salle 2, maison des associations", "has_meal": False}),
    ("l-autre-rive", "Accompagner une démarche à la préfecture", Activity.RIGHTS,
     "Vous accompagnez une personne à son rendez-vous : le trajet, l’attente, et reformuler ce qui est dit.",
     "À deux, on comprend mieux et on a moins peur.", "35238", "Centre", 3, 9, 180, 2,
     {"with_whom": "une personne accueillie par l’association", "training": "une demi-journée de formation avant la première fois",
      "asks_first": True, "meeting_point": "Devant l’entrée principale, côté place"}),
    ("la-table-du-canal", "Servir le repas du soir", Activity.FOOD,
     "On met la table, on sert, on discute, on range. Le repas est partagé avec tout le monde à la fin.",
     "Quatre-vingts personnes dînent au chaud et assises.", "35238", "Canal Saint-Martin", 4, 18, 180, 10,
     {"with_whom": "une équipe de douze, deux responsables", "gear": "un tablier si vous en avez un", "has_meal": True,
      "transport": "métro ligne a, puis 5 min à pied", "min_age": 16, "is_wheelchair_accessible": True,
      "meeting_point": "Entrée par la cour, 3 quai du Canal"}),
    ("la-table-du-canal", "Collecte au supermarché", Activity.FOOD,
     "À l’entrée du magasin, on propose aux clients d’ajouter un article à leur panier, puis on trie la collecte.",
     "Une journée remplit les étagères pour trois semaines.", "35238", "Cleunay", 5, 10, 240, 12,
     {"with_whom": "par équipes de deux", "min_age": 15, "is_wheelchair_accessible": True, "transport": "métro ligne a, Cleunay",
      "meeting_point": "Hall du magasin, table jaune"}),
    ("bibliotheque-des-quatre-vents", "Tenir la bibliothèque le mercredi", Activity.CULTURE,
     "Accueil, prêts et retours, et l’heure du conte si vous aimez lire à voix haute aux enfants.",
     "Sans bénévole, la bibliothèque reste fermée.", "35024", "Bourg", 2, 14, 180, 2,
     {"with_whom": "un ou une bénévole expérimentée", "training": "une après-midi à deux pour commencer", "min_age": 16,
      "is_wheelchair_accessible": True, "meeting_point": "Place de l’Église"}),
    ("bibliotheque-des-quatre-vents", "Lire à domicile", Activity.ELDERLY,
     "Une heure de lecture chez une personne qui ne peut plus lire seule. Vous choisissez le livre ensemble.",
     "C’est souvent la seule visite de la semaine.", "35024", "", 3, 15, 60, 1,
     {"with_whom": "une personne âgée, à son domicile", "asks_first": True, "training": "première visite avec l’association"}),
    ("coup-de-pouce-numerique", "Permanence « mon téléphone et moi »", Activity.DIGITAL,
     "Vous aidez une personne à la fois, une demi-heure chacune : envoyer une photo, lire un message, prendre un rendez-vous.",
     "Une démarche réussie redonne confiance pour toutes les autres.", "35238", "Maurepas", 0, 14, 150, 4,
     {"with_whom": "des habitants du quartier", "training": "un mémo et un binôme", "is_wheelchair_accessible": True,
      "transport": "métro ligne b, Gros-Chêne", "meeting_point": "Maison de quartier, 1er étage (ascenseur)"}),
    ("coup-de-pouce-numerique", "Relire nos fiches en langage simple", Activity.DIGITAL,
     "De chez vous : nous envoyons une fiche d’une page, vous dites ce qui n’est pas clair. Une heure suffit.",
     "Une fiche claire évite dix appels au secours.", None, "", None, 0, 60, 20,
     {"is_remote": True, "with_whom": "seul·e, puis un échange par mail", "min_age": 15, "gear": "un écran ou du papier"}),
    ("roule-et-repare", "Atelier vélo du samedi", Activity.ENVIRONMENT,
     "On démonte, on répare, on remonte, avec les personnes qui apportent leur vélo. Débutants bienvenus.",
     "Un vélo réparé, c’est un trajet possible pour aller travailler.", "35281", "Gare", 5, 14, 180, 6,
     {"with_whom": "trois mécaniciens bénévoles", "gear": "vêtements qui ne craignent pas la graisse", "min_age": 15,
      "transport": "train ou bus 57", "meeting_point": "Halle aux vélos, derrière la gare"}),
    ("roule-et-repare", "Pilote de tandem", Activity.DISABILITY,
     "Vous pilotez un tandem avec une personne malvoyante sur une boucle de 25 km, sans voiture.",
     "Le vent, la vitesse, la conversation : tout ce qui manquait.", "35281", "Bords de Vilaine", 6, 9, 180, 4,
     {"with_whom": "un groupe de quatre tandems", "training": "essai le matin même", "has_meal": True,
      "meeting_point": "Écluse, parking du bas"}),
]  # fmt: skip

GUESTS = [
    "Lucie N.",
    "Marc O.",
    "Fatou P.",
    "Hugo Q.",
    "Denise R.",
    "Karim S.",
    "Élise T.",
    "Jean U.",
    "Anouk V.",
    "Oscar W.",
]
WEEKS_PAST, WEEKS_TO_COME = 8, 5


def fill(now: datetime) -> None:
    """Everything through the module's own verbs, at the dates when it would have happened. Run again, nothing changes."""
    if Mission.objects.exists():
        return
    chance = random.Random(35)
    for row in MISSIONS:
        one_mission(row, now, chance)
    needs(now)


def leader(organisation: Organisation) -> Person:
    role = organisation.roles.filter(kind="president").first()
    assert role
    return role.person


def one_mission(row: tuple, now: datetime, chance: random.Random) -> None:  # type: ignore[type-arg]
    slug, title, domain, what, why, insee, area, weekday, hour, minutes, places, rest = row
    organisation = Organisation.objects.get(slug=slug)
    by = leader(organisation)
    began = now - timedelta(weeks=WEEKS_PAST + 1)
    mission = actions.open_mission(
        organisation=organisation, by=by, now=began, title=title, domain=domain, what=what, why=why, area=area,
        commune=Commune.objects.get(pk=insee) if insee else None, contact_name=str(by).split()[0],
        contact_phone="+33600000000", **rest,
    )  # fmt: skip
    if weekday is None:
        actions.open_shift(
            mission=mission, starts_at=began + timedelta(days=1), ends_at=now + timedelta(days=40), capacity=places,
            minutes=minutes, is_flexible=True, by=by, now=began,
        )  # fmt: skip
        actions.publish(mission=mission, by=by, now=began)
        return
    monday = localtime(now).date() - timedelta(days=localtime(now).weekday())
    for week in range(-WEEKS_PAST, WEEKS_TO_COME):
        on = monday + timedelta(weeks=week, days=weekday)
        starts_at = timezone.make_aware(datetime.combine(on, time(hour)))
        if abs((starts_at - now).total_seconds()) < 3600:
            continue
        shift = actions.open_shift(
            mission=mission, starts_at=starts_at, minutes=minutes, capacity=places, by=by, now=began
        )
        if week == -WEEKS_PAST:
            actions.publish(mission=mission, by=by, now=began)
        people_come(shift, by, now, chance)


def people_come(shift: Shift, by: Person, now: datetime, chance: random.Random) -> None:
    """Fill a shift as life does: well in the past, less and less further ahead."""
    ahead = (shift.starts_at - now).days
    share = 0.8 if ahead < 0 else max(0.1, 0.75 - ahead / 40)
    wanted = min(shift.capacity, round(shift.capacity * share * chance.uniform(0.6, 1.2)))
    people = list(
        Person.objects.filter(is_staff=False, birth_year__lt=2006, email__endswith=DOMAIN)
        .exclude(pk=by.pk)
        .order_by("pk")
    )
    chosen: list[Person | Guest] = chance.sample(
        [*people, *(Guest(name, phone=f"+3360000{1000 + n}") for n, name in enumerate(GUESTS))],
        k=min(wanted, len(people)),
    )
    for who in chosen:
        signed_at = min(now, shift.starts_at) - timedelta(days=chance.randint(1, 6), hours=chance.randint(0, 9))
        try:
            made = actions.sign_up(shift=shift, who=who, now=signed_at)
        except Refused:
            continue  # already elsewhere at that hour, as in life
        if made.status == "asked" and chance.random() < 0.8:
            made = actions.accept(sign_up=made, by=by, now=signed_at + timedelta(hours=5))
        if made.is_confirmed and shift.ends_at < now - timedelta(days=2):
            afterwards(made, by, now, chance)


def afterwards(made: SignUp, by: Person, now: datetime, chance: random.Random) -> None:
    later = made.shift.ends_at + timedelta(hours=2)
    came = chance.random() < 0.9
    made = actions.tick(sign_up=made, presence=Presence.CAME if came else Presence.EXCUSED, by=by, now=later)
    if not came or made.shift.ends_at > now - timedelta(days=6):
        return  # the last days wait on the desk
    hours = actions.confirm_hours(sign_up=made, by=by, now=later)
    if made.contact.person and chance.random() < 0.7:
        actions.sign_hours(hours=hours, by=made.contact.person, now=later + timedelta(hours=3))
        actions.tell_outcome(
            mission=made.shift.mission, side=Side.HELPER, sign_up=made, by=made.contact.person, now=later,
            answer=chance.choice([Answer.YES, Answer.YES, Answer.YES, Answer.PARTLY]),
        )  # fmt: skip


def needs(now: datetime) -> None:
    jardins = Organisation.objects.get(slug="les-jardins-de-la-vilaine")
    bruno, rennes = person("bruno"), Commune.objects.get(pk="35238")
    actions.say_need(
        organisation=jardins, by=bruno, now=now - timedelta(days=2), commune=rennes, domain=Activity.ENVIRONMENT,
        title="Monter deux serres avant les gelées", hands=6, skill="bricolage", urgency=Urgency.SOON,
        wanted_at=timezone.make_aware(datetime.combine(localtime(now).date() + timedelta(days=9), time(9))),
        wanted_minutes=240,
    )  # fmt: skip
    actions.say_need(
        organisation=jardins, by=None, now=now - timedelta(hours=20), commune=rennes, domain=Activity.FOOD,
        title="Un panier apporté jusqu’à la maison, le temps d’une convalescence", hands=1, kept=False,
        urgency=Urgency.URGENT, when_words="une fois par semaine, en décembre",
    )  # fmt: skip
