"""A small town in every state that the site shows: two associations furnished alike, and whoever comes to them.

What must not leak carries a marker: each private text of the association « B » contains MARK.
"""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.timezone import localdate

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions.sign_ups import Guest
from maillage.engage.volunteering.models import Need, Presence, Shift, Side, SignUp
from maillage.kernel.consent import actions as consent
from maillage.kernel.consent.models import Consent
from maillage.kernel.files import actions as files
from maillage.kernel.notifications.actions import notify
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations import claims
from maillage.kernel.organisations.models import Contact, Organisation, RegisterEntry, Role, RoleKind
from maillage.kernel.organisations.tests import factories
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from tests.proofs.scene import commune

MARK = "ZQMARQUE"
# What their own volunteer may read of an association: a meeting point, and their own words.
THEIRS = "ZQAUSSI"
PAPER = b"%PDF-1.4\n%proof\n"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Town:
    a: Organisation
    b: Organisation
    actors: dict[str, Person | None] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)  # of A: what each state is → its address, secret ones too
    entries: dict[str, RegisterEntry] = field(default_factory=dict)


def someone(name: str, *, second_factor: bool = True, **more: Any) -> Person:
    """With a second factor: without it no desk opens, and the walk would see nothing."""
    made = Person.objects.create_user(f"{name}@proof.localhost", name=name, **more)
    if second_factor:
        TOTP.activate(made, generate_totp_secret())
    return made


def town() -> Town:
    """Two associations, furnished alike; people of each role in each, somebody who left B, neighbours, the technical team."""
    now = timezone.now()
    made: list[Organisation] = []
    pages: dict[str, str] = {}
    actors: dict[str, Person | None] = {"anonymous": None}
    for letter, mark, theirs in (("a", "COTEA", "AUSSIA"), ("b", MARK, THEIRS)):
        organisation = Organisation.objects.create(
            slug=f"cote-{letter}", name=f"Côté {letter.upper()}", commune=commune()
        )
        made.append(organisation)
        for kind in RoleKind:
            person = someone(f"{kind}-{letter}")
            Role.objects.create(person=person, organisation=organisation, kind=kind, since_at=now)
            actors[f"{kind} of {letter.upper()}"] = person
        volunteer = someone(f"volunteer-{letter}")
        actors[f"volunteer of {letter.upper()}"] = volunteer
        president = actors[f"president of {letter.upper()}"]
        assert president
        shown = furnish(organisation, president, volunteer, mark, theirs)
        pages = pages or shown  # A's
    gone = someone("gone")
    Role.objects.create(person=gone, organisation=made[1], kind=RoleKind.PRESIDENT, since_at=now, ended_at=now)
    suspended = someone("suspended", is_active=False)
    Role.objects.create(person=suspended, organisation=made[1], kind=RoleKind.PRESIDENT, since_at=now)
    actors |= {"gone from B": gone, "suspended in B": suspended, "a stranger": someone("stranger")}
    actors["technical team"] = someone("team", is_staff=True, is_superuser=True)
    there = Town(made[0], made[1], actors, pages)
    welcome_neighbours(there, now)
    return there


def furnish(organisation: Organisation, by: Person, volunteer: Person, mark: str, theirs: str) -> dict[str, str]:
    """One of everything in each of its states, through the verbs; return the address of each state.

    What is private carries `mark`, what the volunteer may read too `theirs`.
    """
    now = timezone.now()
    long_ago = now - timedelta(days=40)
    organisation.seat_address = f"3 rue {mark}"
    organisation.save()
    pages = needs(organisation, by, mark, now)

    answered = Need.objects.of(organisation).get(title=f"Besoin privé BESOIN{mark}")
    mission = actions.mission_from_need(need=answered, by=by, now=long_ago)
    mission = actions.change_mission(
        mission=mission, by=by, now=long_ago, title="Porter des paniers", what="On porte des paniers à des voisins.",
        meeting_point=f"Porte {theirs}", contact_phone="+33611111111",
    )  # fmt: skip

    def shift(starts_at: datetime, minutes: int = 90, **said: Any) -> Shift:
        said = {"mission": mission} | said
        return actions.open_shift(starts_at=starts_at, minutes=minutes, capacity=6, by=by, now=long_ago, **said)

    def guest(name: str, **said: Any) -> Guest:
        return Guest(f"{name} {mark}", email=f"{slugify(f'{name} {mark}')}@proof.localhost", **said)

    past, coming = shift(long_ago + timedelta(days=5)), shift(now + timedelta(days=5))
    yesterday, today = shift(now - timedelta(hours=26)), shift(now - timedelta(minutes=100))
    actions.publish(mission=mission, by=by, now=long_ago)

    def come(to: Shift, who: Guest | Person, **said: Any) -> SignUp:
        words = theirs if who is volunteer else mark
        made = actions.sign_up(shift=to, who=who, now=long_ago, message=f"message {words}", **said)
        # For a helped person the association answers each one: it did.
        return actions.accept(sign_up=made, by=by, now=long_ago) if to.mission_id == mission.pk else made

    def came(made: SignUp) -> SignUp:
        return actions.tick(sign_up=made, presence=Presence.CAME, by=by, now=now)

    for to, who in itertools.product([past, coming], [guest("Invitée"), volunteer]):
        made = come(to, who)
        pages["sheet of hours signed" if to is past else "sheet to come"] = sheet(made)
        if to is past:
            hours = actions.confirm_hours(sign_up=came(made), by=by, now=now)
            actions.sign_hours(hours=hours, by=volunteer if who is volunteer else None, now=now)
            words = theirs if who is volunteer else mark
            actions.tell_outcome(
                mission=mission, side=Side.HELPER, sign_up=made, answer="yes", words=f"retour {words}", now=now, by=None
            )
            issued = actions.attest(
                organisation=organisation, contact=made.contact, since_on=long_ago.date(), until_on=now.date(), by=by,
                now=now,
            )  # fmt: skip
            pages["paper checked"] = reverse("web:check_document", args=[issued.code])
            person = [organisation.slug, made.contact.pk]
            # The guest's: who has an account corrects it themself.
            pages.setdefault("somebody with an attestation", reverse("volunteering:desk_person", args=person))
            pages.setdefault("somebody to correct", reverse("volunteering:desk_person_edit", args=person))

    # Who came yesterday: to be counted, counted and not signed, said to be wrong. Today's are still to tick.
    pages["sheet of hours to count"] = sheet(came(come(yesterday, guest("Comptée"))))
    counted = [
        actions.confirm_hours(sign_up=came(come(yesterday, guest(name))), by=by, now=now) for name in ("Lue", "Fausse")
    ]
    pages["sheet of hours to sign"], pages["sheet of hours disputed"] = (sheet(one.sign_up) for one in counted)
    actions.dispute_hours(hours=counted[1], by=None, now=now)
    pages["sheet to tick"] = sheet(come(today, guest("Venue")))
    come(today, guest("Arrivée"))
    come(today, volunteer)
    pages["presences of yesterday"], pages["presences of today"] = (
        f"{reverse('volunteering:desk_presence', args=[organisation.slug])}?jour={localdate(one.starts_at).isoformat()}"
        for one in (yesterday, today)
    )

    # One that asks first, open at 15: an answer is waited for, a guardian's too; somebody gave up, somebody was told no.
    asks = actions.open_mission(
        organisation=organisation, by=by, now=long_ago, title="Lire à voix haute", domain="elderly", commune=commune(),
        what="On lit une heure avec qui ne voit plus assez.", meeting_point=f"Salle {theirs}", asks_first=True, min_age=15,
    )  # fmt: skip
    reading = shift(now + timedelta(days=6), mission=asks)
    actions.publish(mission=asks, by=by, now=long_ago)
    pages["sheet that waits for an answer"] = sheet(come(reading, guest("Candidate")))
    come(reading, volunteer)
    young = guest("Jeune", birth_year=now.year - 16, guardian_name=f"Parent {mark}", guardian_email=f"parent-{mark}@proof.localhost")  # fmt: skip
    minor = come(reading, young)
    pages["sheet that waits for a guardian"] = sheet(minor)
    asked = minor.guardian_agreement
    pages["guardian of a sign-up"] = reverse("volunteering:guardian", args=[asked.token])
    given_up = actions.cancel_sign_up(sign_up=come(reading, guest("Empêchée")), by=None, now=now)
    declined = actions.decline(sign_up=come(reading, guest("Refusée")), reason="Le groupe est complet.", by=by, now=now)
    pages["sheet cancelled"], pages["sheet declined"] = sheet(given_up), sheet(declined)

    actions.open_mission(
        organisation=organisation, by=by, now=now, title=f"Brouillon {mark}", domain="food", commune=commune()
    )
    ready = actions.open_mission(
        organisation=organisation, by=by, now=now, title=f"Brouillon prêt {mark}", domain="food", commune=commune(),
        what="On trie, on plie, on range le linge donné.",
    )  # fmt: skip
    shift(now + timedelta(days=8), mission=ready)
    at_leisure = actions.open_mission(
        organisation=organisation, by=by, now=long_ago, title="Relire de chez soi", domain="digital", is_remote=True,
        what="On relit une page, on dit ce qui n’est pas clair.",
    )  # fmt: skip
    actions.open_shift(
        mission=at_leisure, starts_at=long_ago, ends_at=now + timedelta(days=30), minutes=60, capacity=9, is_flexible=True,
        by=by, now=long_ago,
    )  # fmt: skip
    pages["shift at one's own hour"] = reverse(
        "volunteering:desk_shift_edit", args=[organisation.slug, at_leisure.shifts.get().pk]
    )
    for name, one in (("draft ready", ready), ("mission that asks first", asks)):
        pages[name] = reverse("volunteering:desk_mission", args=[organisation.slug, one.pk])
    for name, to in (("shift to answer", reading), ("shift of today", today), ("shift to come", coming)):
        pages[name] = reverse("volunteering:desk_shift", args=[organisation.slug, to.pk])
    organisations.invite(
        organisation=organisation, email=f"future-{mark}@proof.localhost", name=f"Future {mark}",
        kind=RoleKind.MEMBER, by=by, now=now,
    )  # fmt: skip
    return pages


def needs(organisation: Organisation, by: Person, mark: str, now: datetime) -> dict[str, str]:
    """Said by the association and answered (see `furnish`), kept, declined, closed; said from outside and waiting."""
    long_ago = now - timedelta(days=40)
    helped = organisations.know(
        organisation=organisation, name="Personne Aidée", email=f"aidee-{mark}@proof.localhost", now=long_ago
    )
    agreement = consent.record_agreement(contact=helped, purpose="spoken_for", by=by, how="paper", now=long_ago)
    assert isinstance(agreement, Consent)
    usual = {"organisation": organisation, "domain": "food", "commune": commune(), "details": f"détails {mark}"}

    def asked(title: str) -> Any:
        return actions.ask_for_help(
            who=None, name="Denise Vannier", email=f"demande-{mark}@proof.localhost", phone="", now=now, **usual,
            title=f"{title} {mark}",
        )  # fmt: skip

    answered = actions.say_need(
        title=f"Besoin privé BESOIN{mark}", now=long_ago, by=by, helped=helped, agreement=agreement, **usual
    )
    kept = actions.say_need(title=f"Besoin retenu {mark}", now=now, by=by, **usual)
    waiting, declined, closed = asked("Un besoin dit dehors"), asked("Un besoin décliné"), asked("Un besoin clos")
    declined = actions.decline_need(need=declined, reason="Nous ne savons pas faire cela.", by=by, now=now)
    closed = actions.withdraw_need(need=closed, now=now)
    every = {"answered": answered, "kept": kept, "waiting": waiting, "declined": declined, "closed": closed}
    return {
        f"need {name}": reverse("volunteering:desk_need", args=[organisation.slug, need.pk])
        for name, need in every.items()
    } | {
        f"need {name}, followed": reverse("volunteering:need_followed", args=[need.token])
        for name, need in every.items()
    }


def sheet(made: SignUp) -> str:
    return reverse("volunteering:sheet", args=[made.token])


def welcome_neighbours(there: Town, now: datetime) -> None:
    """Somebody to whom everything is offered at once, a minor, whoever declared an association; and the like of B's."""
    neighbour = someone("neighbour", commune=commune())
    minor = someone("minor", second_factor=False, birth_year=now.year - 16)
    declarer = someone("declarer")
    president_of_b = there.actors["president of B"]
    assert president_of_b
    there.actors |= {"a neighbour": neighbour, "a minor": minor}

    RecoveryCodes.activate(neighbour)
    coordinator_of_b = there.actors["coordinator of B"]
    assert coordinator_of_b
    for adult, name in ((neighbour, "Petite"), (coordinator_of_b, "Enfant de B")):
        people.set_birth_year(person=adult, year=1980, now=now)
        people.add_child(guardian=adult, name=name, birth_year=now.year - 9, now=now)
    for organisation, letter in ((there.a, "A"), (there.b, "B")):
        agrees = Contact.objects.of(organisation).get(person=there.actors[f"volunteer of {letter}"])
        consent.record_agreement(contact=agrees, purpose="spoken_for", by=role_of(organisation), how="paper", now=now)
    organisations.know(organisation=there.a, name="Quelqu’un d’autre", email=str(neighbour.email), now=now)
    # They came once without an account, and their address is proven since.
    for person in (neighbour, minor):
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    to = there.a.missions.get(title="Porter des paniers").shifts.order_by("-starts_at")[0]
    actions.sign_up(shift=to, who=Guest("neighbour", email=str(neighbour.email)), now=now)
    offered = organisations.invite(
        organisation=there.a, email=str(neighbour.email), name="", kind=RoleKind.TREASURER, by=role_of(there.a), now=now
    )
    there.pages["invitation"] = reverse("web:invitation", args=[offered.token])
    notify(
        to=neighbour, kind="volunteering.need_heard", key="proof:unread", now=now, organisation=there.a,
        context={"name": "neighbour", "need": offered, "organisation": there.a, "follow": "/"}, link="/moi/",
    )  # fmt: skip
    for person in (neighbour, president_of_b):
        for agent in ("Firefox/140 Android", "Safari/18 iPhone"):
            session = SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.save()
            UserSession.objects.create(
                user=person, session_key=str(session.session_key), ip="127.0.0.1", user_agent=agent
            )
    asked = people.ask_guardian(minor=minor, name="Leur parent", email="parent@proof.localhost", now=now)
    there.pages["guardian of an account"] = reverse("web:guardian", args=[asked.token])
    people.ask_guardian(minor=president_of_b, name=f"Parent {MARK}", email=f"parent-{MARK}@proof.localhost", now=now)

    # Lines of the State's register: one to ask for, others asked for by either proof.
    for n, name in enumerate(("free", "to read", "to post", "printed", "posted", "asked for at B")):
        there.entries[name] = factories.entry(
            number=f"W35300900{n}", title=f"LES AMIS DU MOULIN {n}", rna_number=f"W35300900{n}"
        )
    for name, who in (
        ("to read", neighbour), ("to post", neighbour), ("printed", neighbour), ("posted", neighbour),
        ("asked for at B", president_of_b),
    ):  # fmt: skip
        paper = (
            files.keep(content=PAPER, name="recepisse.pdf", owner_person=who, now=now) if name == "to read" else None
        )
        claim = claims.claim(
            entry=there.entries[name], person=who, proof="document" if paper else "letter", document=paper, now=now
        )
        if name in {"printed", "posted"}:
            claim = claims.make_letter(claim=claim, by=declarer, now=now)
        if name == "posted":
            claims.post_letter(claim=claim, by=declarer, now=now)
        if who is neighbour:
            there.pages[f"request {name}"] = reverse("web:claim", args=[claim.pk])
            there.pages[f"request {name}, for the team"] = reverse("web:operate_claim", args=[claim.pk])
    there.pages["asking for an association"] = reverse("web:claim_ask", args=[there.entries["free"].number])
    declared = claims.declare(person=declarer, name="Sans preuve", commune=commune(), now=now)
    there.pages["closing what was declared"] = reverse("web:operate_close", args=[declared.slug])


def role_of(organisation: Organisation) -> Person:
    return organisation.roles.select_related("person").filter(kind=RoleKind.PRESIDENT)[0].person
