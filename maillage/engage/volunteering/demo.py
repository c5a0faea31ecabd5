"""A lively territory: missions, past and to come, with people who came, hours, outcomes, and a need that waits."""

import random
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localtime

from maillage.engage.volunteering import actions, queries
from maillage.engage.volunteering.actions.sign_ups import Guest
from maillage.engage.volunteering.models import (
    Answer,
    Hours,
    Mission,
    MissionStatus,
    Presence,
    ReversalReason,
    Shift,
    Side,
    SignUp,
    Urgency,
)
from maillage.kernel.consent import actions as consent
from maillage.kernel.consent.models import How
from maillage.kernel.documents import actions as documents
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.demo import DOMAIN, person
from maillage.kernel.organisations.models import Activity, Contact, Organisation
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
WEEKS_BEFORE = 52  # when the first mission was done every other week: a year is a picture only when it has months
JARDINS = "les-jardins-de-la-vilaine"
WELCOME = "Tenir l’accueil du jardin"


def fill(now: datetime) -> None:
    """Everything through the module's own verbs, at the dates when it would have happened.

    Run again at the same hour, nothing changes; run again days later, the territory has gone on living.
    """
    is_new = not Mission.objects.exists()
    for row in MISSIONS:
        one_mission(row, now)
    if is_new:
        needs(now)
        thread(now)
    today(now)
    for slug in sorted({row[0] for row in MISSIONS}):
        catch_up(Organisation.objects.get(slug=slug), now)
    if is_new:
        corrections(now)
        papers(now)
    actions.refresh_what_went_by(since=now - timedelta(weeks=WEEKS_BEFORE + WEEKS_PAST + 1), now=now)


def leader(organisation: Organisation) -> Person:
    role = organisation.roles.filter(kind="president").first()
    assert role
    return role.person


def one_mission(row: tuple, now: datetime) -> None:  # type: ignore[type-arg]
    """A mission and its shifts, week after week; those that are there already are left alone."""
    slug, title, domain, what, why, insee, area, weekday, hour, minutes, places, rest = row
    organisation = Organisation.objects.get(slug=slug)
    by = leader(organisation)
    weeks = list(range(-WEEKS_PAST, WEEKS_TO_COME))
    if row is MISSIONS[0]:
        weeks = [*range(-WEEKS_PAST - WEEKS_BEFORE, -WEEKS_PAST, 2), *weeks]
    began = now + timedelta(weeks=weeks[0] - 1)
    mission = Mission.objects.of(organisation).filter(title=title).first() or actions.open_mission(
        organisation=organisation, by=by, now=began, title=title, domain=domain, what=what, why=why, area=area,
        commune=Commune.objects.get(pk=insee) if insee else None, contact_name=str(by).split()[0],
        contact_phone="+33600000000", **rest,
    )  # fmt: skip
    if mission.status not in (MissionStatus.DRAFT, MissionStatus.PUBLISHED):
        return
    if weekday is None:
        if not mission.shifts.filter(ends_at__gt=now + timedelta(days=7)).exists():
            actions.open_shift(
                mission=mission, starts_at=began + timedelta(days=1), ends_at=now + timedelta(days=40), capacity=places,
                minutes=minutes, is_flexible=True, by=by, now=began,
            )  # fmt: skip
        actions.publish(mission=mission, by=by, now=began)
        return
    monday = localtime(now).date() - timedelta(days=localtime(now).weekday())
    there = set(mission.shifts.values_list("starts_at", flat=True))
    for week in weeks:
        starts_at = at(monday + timedelta(weeks=week, days=weekday), hour)
        if starts_at in there or (there and starts_at < now) or abs((starts_at - now).total_seconds()) < 3600:
            continue
        shift = actions.open_shift(
            mission=mission, starts_at=starts_at, minutes=minutes, capacity=places, by=by, now=min(began, starts_at)
        )
        actions.publish(mission=mission, by=by, now=began)
        people_come(shift, by, now)


def at(on: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(hour)))


def people_come(shift: Shift, by: Person, now: datetime) -> None:
    """Fill a shift as life does: well in the past, less and less further ahead."""
    chance = random.Random(f"{shift.mission.title} {shift.starts_at.isoformat()}")
    ahead = (shift.starts_at - now).days
    share = 0.8 if ahead < 1 else max(0.1, 0.75 - ahead / 40)
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
            actions.accept(sign_up=made, by=by, now=signed_at + timedelta(hours=5))


def today(now: datetime) -> None:
    """Whatever the day, people came yesterday, others are at work by now, and hands are missing later and tomorrow."""
    jardins, bruno = Organisation.objects.get(slug=JARDINS), person("bruno")
    before = now - timedelta(days=12)
    mission = Mission.objects.of(jardins).filter(title=WELCOME).first() or actions.open_mission(
        organisation=jardins, by=bruno, now=before, title=WELCOME, domain=Activity.FOOD,
        what="On ouvre le portail, on accueille les habitants, on tient la caisse de prêt d’outils et l’on tend un café.",
        why="Un jardin ouvert, c’est un quartier qui se parle.", area="Bas de la Vilaine",
        commune=Commune.objects.get(pk="35238"), contact_name="Bruno", contact_phone="+33600000000",
        with_whom="Bruno ou Inès, et deux habitués", transport="bus C4, arrêt Prairies", gear="rien à apporter",
        training="un mémo d’une page", is_wheelchair_accessible=True, meeting_point="Portail vert, 12 chemin des Prairies",
    )  # fmt: skip
    if mission.status not in (MissionStatus.DRAFT, MissionStatus.PUBLISHED):
        return
    here = localtime(now)
    start = min(max(here.hour - 1, 8), 18)
    for days, hours in ((-1, [10]), (0, [start, start + 3]), (1, [10])):
        on = here.date() + timedelta(days=days)
        if mission.shifts.filter(starts_at__gte=at(on, 0), starts_at__lt=at(on + timedelta(days=1), 0)).exists():
            continue
        for hour in hours:
            shift = actions.open_shift(
                mission=mission, starts_at=at(on, hour), minutes=180, capacity=6, by=bruno, now=before
            )
            actions.publish(mission=mission, by=bruno, now=before)
            people_come(shift, bruno, now)
    begun = SignUp.objects.of(jardins).filter(
        shift__mission=mission, shift__starts_at__gte=at(here.date(), 0), shift__starts_at__lte=now, status="confirmed",
    )  # fmt: skip
    if not begun.exclude(presence=Presence.UNKNOWN).exists():
        for made in begun.order_by("shift__starts_at", "contact__name")[:2]:
            actions.tick(sign_up=made, presence=Presence.CAME, by=bruno, now=now)


def catch_up(organisation: Organisation, now: datetime) -> None:
    """In the order of the days: who came is noted two days after, their hours are counted after six; the rest waits."""
    late = Q(presence=Presence.UNKNOWN) | Q(
        presence=Presence.CAME, hours=None, shift__ends_at__lt=now - timedelta(days=6)
    )
    by = leader(organisation)
    waiting = SignUp.objects.of(organisation).filter(
        late, status="confirmed", shift__is_flexible=False, shift__cancelled_at=None,
        shift__ends_at__lt=now - timedelta(days=2),
    )  # fmt: skip
    for made in waiting.select_related("shift__mission", "contact__person").order_by("shift__ends_at", "pk"):
        afterwards(made, by, now)


def afterwards(made: SignUp, by: Person, now: datetime) -> None:
    chance = random.Random(f"{made.shift.mission.title} {made.shift.starts_at.isoformat()} {made.contact.name}")
    later = made.shift.ends_at + timedelta(hours=2)
    came = chance.random() < 0.9
    if not made.presence:
        said = Presence.CAME if came else chance.choice([Presence.EXCUSED, Presence.EXCUSED, Presence.ABSENT])
        made = actions.tick(sign_up=made, presence=said, by=by, now=later)
    if made.presence != Presence.CAME or made.shift.ends_at > now - timedelta(days=6):
        return  # the last days wait on the desk
    hours = actions.confirm_hours(sign_up=made, by=by, now=later)
    if chance.random() < (0.75 if made.contact.person else 0.35):
        actions.sign_hours(hours=hours, by=made.contact.person, now=later + timedelta(hours=3))
        actions.tell_outcome(
            mission=made.shift.mission, side=Side.HELPER, sign_up=made, by=made.contact.person, now=later,
            answer=chance.choice([Answer.YES, Answer.YES, Answer.YES, Answer.YES, Answer.PARTLY]),
        )  # fmt: skip


def needs(now: datetime) -> None:
    jardins = Organisation.objects.get(slug=JARDINS)
    bruno, rennes = person("bruno"), Commune.objects.get(pk="35238")
    actions.say_need(
        organisation=jardins, by=bruno, now=now - timedelta(days=2), commune=rennes, domain=Activity.ENVIRONMENT,
        title="Monter deux serres avant les gelées", hands=6, skill="bricolage", urgency=Urgency.SOON,
        wanted_at=at(localtime(now).date() + timedelta(days=9), 9), wanted_minutes=240,
    )  # fmt: skip
    actions.say_need(
        organisation=jardins, by=None, now=now - timedelta(hours=20), commune=rennes, domain=Activity.FOOD,
        title="Un panier apporté jusqu’à la maison, le temps d’une convalescence", hands=1, kept=False,
        urgency=Urgency.URGENT, when_words="une fois par semaine, en décembre",
    )  # fmt: skip


def thread(now: datetime) -> None:
    """One need followed to its end: said for somebody who agreed, answered, done, and both sides say it helped."""
    jardins, bruno, samir = Organisation.objects.get(slug=JARDINS), person("bruno"), person("samir")
    then = now - timedelta(days=26)
    helped = organisations.know(organisation=jardins, name="Georges X.", phone="+33600002001", now=then)
    agreement = consent.record_agreement(contact=helped, purpose="spoken_for", by=samir, how=How.SPOKEN, now=then)
    need = actions.say_need(
        organisation=jardins, by=samir, now=then, commune=Commune.objects.get(pk="35238"), domain=Activity.ENVIRONMENT,
        title="Remettre en état un petit jardin devenu trop lourd", hands=3, helped=helped, agreement=agreement,
        details="Voir avec Samir pour l’adresse.",
    )  # fmt: skip
    mission = actions.mission_from_need(need=need, by=bruno, now=then + timedelta(hours=4))
    mission = actions.change_mission(
        mission=mission, by=bruno, now=then + timedelta(hours=5),
        what="À trois, une matinée : tailler, désherber, évacuer. Les outils viennent du jardin.",
        why="Pouvoir de nouveau sortir s’asseoir dehors.", meeting_point="Portail vert, on y va ensemble",
        contact_name="Bruno", contact_phone="+33600000000",
    )  # fmt: skip
    shift = actions.open_shift(
        mission=mission, starts_at=at(localtime(now).date() - timedelta(days=15), 9), minutes=210, capacity=3, by=bruno,
        now=then + timedelta(hours=5),
    )  # fmt: skip
    actions.publish(mission=mission, by=bruno, now=then + timedelta(hours=6))
    people: list[Person | Guest] = [person("ines"), person("amina"), Guest("Marc O.", phone="+33600001001")]
    later = shift.ends_at + timedelta(hours=2)
    for who in people:
        try:
            made = actions.sign_up(shift=shift, who=who, now=then + timedelta(days=1))
        except Refused:
            continue  # elsewhere that morning
        made = actions.accept(sign_up=made, by=bruno, now=then + timedelta(days=2))
        made = actions.tick(sign_up=made, presence=Presence.CAME, by=bruno, now=later)
        hours = actions.confirm_hours(sign_up=made, by=bruno, now=later)
        actions.sign_hours(hours=hours, by=made.contact.person, now=later)
        actions.tell_outcome(
            mission=mission, side=Side.HELPER, sign_up=made, answer=Answer.YES, by=made.contact.person, now=later,
            words="On a fini par un café au soleil.",
        )  # fmt: skip
    actions.tell_outcome(
        mission=mission, side=Side.ASKER, answer=Answer.YES, by=samir, now=shift.ends_at + timedelta(days=1),
        words="Il a ressorti sa chaise.",
    )  # fmt: skip
    actions.close_mission(mission=mission, by=bruno, now=shift.ends_at + timedelta(days=1))


def corrections(now: datetime) -> None:
    """Two volunteers say that their hours are not right, one that they were there; another mistake was corrected already."""
    jardins, bruno = Organisation.objects.get(slug=JARDINS), person("bruno")
    standing = Hours.objects.of(jardins).standing().filter(contact__person__isnull=False)
    for hours in standing.filter(signature=None).order_by("-on", "-pk")[:2]:
        actions.dispute_hours(
            hours=hours,
            by=hours.contact.person,
            words="Je suis parti·e une heure plus tôt.",
            now=now - timedelta(hours=15),
        )
    missed = SignUp.objects.of(jardins).filter(
        presence__in=[Presence.ABSENT, Presence.EXCUSED], contact__person__isnull=False
    )
    if made := missed.order_by("-shift__ends_at", "pk").first():
        actions.claim_presence(
            sign_up=made, by=made.contact.person, words="Je suis arrivé·e en retard, mais j’ai tenu le stand.",
            now=now - timedelta(hours=14),
        )  # fmt: skip
    wrong = (
        standing.filter(signature__isnull=False, on__lt=(now - timedelta(days=20)).date())
        .order_by("-on", "-pk")
        .first()
    )
    if wrong:
        later = now - timedelta(days=5)
        actions.reverse_hours(hours=wrong, reason=ReversalReason.WRONG_LENGTH, by=bruno, now=later)
        right = actions.confirm_hours(sign_up=wrong.sign_up, minutes=wrong.minutes - 30, by=bruno, now=later)
        actions.sign_hours(hours=right, by=wrong.contact.person, now=later + timedelta(hours=8))


def papers(now: datetime) -> None:
    """Attestations delivered to those who gave most, one of them withdrawn."""
    jardins, bruno = Organisation.objects.get(slug=JARDINS), person("bruno")
    given = queries.minutes_by_contact(jardins, localtime(now).year)[:2]
    for n, row in enumerate(given):
        issued = actions.attest(
            organisation=jardins, contact=Contact.objects.of(jardins).get(pk=row["contact"]), by=bruno,
            since_on=date(localtime(now).year, 1, 1), until_on=localtime(now).date(), now=now - timedelta(days=3 + n),
        )  # fmt: skip
        if n:
            documents.withdraw(issued=issued, by=bruno, now=now - timedelta(days=2))
