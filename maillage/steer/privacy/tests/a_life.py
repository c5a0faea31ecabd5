"""Everything this instance may come to know of somebody, made through the verbs; then every free text of it marked."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from maillage.engage.volunteering import actions as volunteering
from maillage.engage.volunteering.actions.sign_ups import Guest
from maillage.engage.volunteering.models import GuardianAgreement, Presence, Side, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.kernel.consent import actions as consent
from maillage.kernel.files import actions as files
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations import claims
from maillage.kernel.organisations.models import ClaimProof, Organisation, Role, RoleKind
from maillage.kernel.organisations.tests.factories import entry
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person

NAME, EMAIL, PHONE = "Zqamina Zqbel", "zqamina@exemple.localhost", "+33612345601"

# Fields that lead to the person (or to what one association knows of them) because the row is about them…
ABOUT_THEM = {
    "account.EmailAddress.user", "usersessions.UserSession.user", "people.Guardianship.minor",
    "people.Guardianship.guardian", "organisations.Role.person", "organisations.Contact.person",
    "organisations.Claim.person", "consent.Consent.person", "consent.Consent.contact", "notifications.Message.person",
    "notifications.Message.contact", "files.File.person", "volunteering.Need.helped", "volunteering.SignUp.contact",
    "volunteering.Hours.contact", "volunteering.Signature.contact", "privacy.Erasure.person",
}  # fmt: skip
# … or only because they did something: the row is somebody else's and keeps an identifier, never a name.
DID_IT = {
    "facts.Fact.by", "organisations.Role.given_by", "organisations.Invitation.invited_by",
    "organisations.Claim.decided_by", "consent.Consent.recorded_by", "documents.Issued.by", "volunteering.Need.said_by",
    "volunteering.Mission.made_by", "volunteering.SignUp.presence_by", "volunteering.Hours.by",
    "volunteering.Signature.by", "volunteering.Outcome.by",
}  # fmt: skip
NEVER_WRITTEN = {
    "admin.LogEntry.user": "the technical pages keep no journal of their own: see web/technical/site.py",
    "mfa.Authenticator.user": "encrypted secrets; nothing to read, not even for their owner: see web/hooks.py",
}
# Shown, taken away, and kept afterwards.
STAYS = {
    "consent.Consent.wording": "the sentence agreed to, which is ours: an association's proof that it had an agreement"
}
# Texts that nobody types and that say nothing of anybody: codes of ours, hashes, seeds.
NOT_WORDS = {
    "people.Person.password": "a hash; never usable here",
    "people.Person.locale": "a code of ours",
    "people.Guardianship.link_seed": "random: makes the secret address, which is void once the row is gone",
    "organisations.Claim.code_hash": "a hash of the letter's code",
    "consent.Consent.purpose": "a code of ours",
    "consent.Consent.legal_basis": "a code of ours",
    "files.File.storage_key": "random: where the encrypted bytes are",
    "files.File.mime": "what the bytes are",
    "files.File.sha256": "a hash",
    "notifications.Message.key": "a code of ours and identifiers",
    "notifications.Message.kind": "a code of ours",
    "notifications.Message.channel": "a code of ours",
    "notifications.Message.about_model": "a code of ours",
    "notifications.Message.locale": "a code of ours",
    "notifications.Message.error": "the kind of an error",
    "notifications.Message.attachments": "the calendar file of the sign-up, dropped once it has left",
    "volunteering.Need.link_seed": "random: makes the secret address",
    "volunteering.SignUp.link_seed": "random: makes the secret address",
    "volunteering.GuardianAgreement.link_seed": "random: makes the secret address",
    "volunteering.Hours.stream": "a code of ours", "volunteering.Hours.previous_hash": "a hash",
    "volunteering.Hours.row_hash": "a hash", "volunteering.Hours.reason": "a code of ours",
    "volunteering.Signature.stream": "a code of ours", "volunteering.Signature.previous_hash": "a hash",
    "volunteering.Signature.row_hash": "a hash", "volunteering.Signature.how": "a code of ours",
    "usersessions.UserSession.session_key": "the key of an open door: shown to nobody",
    "usersessions.UserSession.data": "never written here",
    "organisations.Invitation.link_seed": "random: makes the secret address",
    "privacy.Erasure.kept": "what is kept, why, until when: written by us",
    "documents.Issued.about_model": "a code of ours", "documents.Issued.kind": "a code of ours",
    "documents.Issued.sha256": "a hash", "documents.Issued.code": "printed on the paper that they hold",
    "documents.Issued.summary": "figures and days",
    "volunteering.Mission.title": "public, the association's", "volunteering.Mission.what": "public",
    "volunteering.Mission.why": "public", "volunteering.Mission.with_whom": "public",
    "volunteering.Mission.skill": "public", "volunteering.Mission.area": "public",
    "volunteering.Mission.meeting_point": "the association's", "volunteering.Mission.gear": "public",
    "volunteering.Mission.transport": "public", "volunteering.Mission.training": "public",
    "volunteering.Mission.cancel_reason": "public",
}  # fmt: skip


def lived(now: Any = None) -> tuple[Person, Organisation, Organisation]:
    """A person who did all that one can do here, at two associations; they preside over the second with somebody."""
    now = now or timezone.now()
    ago = now - timedelta(days=40)
    me = Person.objects.create_user(
        EMAIL, name=NAME, phone=PHONE, birth_year=1990, last_login=now, reading={"size": "large"},
        commune=factories.commune(),
    )  # fmt: skip
    EmailAddress.objects.create(user=me, email=EMAIL, verified=True, primary=True)
    session = SessionStore()
    session.save()
    UserSession.objects.create(user=me, ip="10.1.2.3", user_agent="Un navigateur", session_key=session.session_key)

    # Those who answer for the young: for me once, and me for somebody.
    asked = people.ask_guardian(minor=me, name="Grand-père", email="papi@exemple.localhost", now=ago)
    people.answer_as_guardian(guardianship=asked, agrees=True, now=ago)
    young = Person.objects.create_user("jeune@exemple.localhost", name="Léo G.", birth_year=2010)
    mine = people.ask_guardian(minor=young, name=NAME, email=EMAIL, phone=PHONE, now=ago)
    people.answer_as_guardian(guardianship=mine, agrees=True, guardian=me, now=ago)

    # A volunteer at the first association: as a guest, then with an account; hours disputed, signed, attested.
    here = factories.organisation("Les Jardins")
    leader = factories.leader_of(here)
    mission = factories.mission(here, now=ago)
    past = factories.shift(mission, starts_at=ago + timedelta(days=3), now=ago)
    soon = factories.shift(mission, starts_at=now + timedelta(hours=5), now=ago)
    later = factories.shift(mission, starts_at=now + timedelta(days=30), now=ago)
    as_guest = factories.shift(mission, starts_at=now + timedelta(days=12), now=ago)
    volunteering.sign_up(shift=as_guest, who=Guest(NAME, email=EMAIL, phone=PHONE), now=ago, message="Sans compte.")
    for shift in (past, soon, later):
        volunteering.sign_up(shift=shift, who=me, now=ago, message="Je viens avec plaisir.")
    made = SignUp.objects.about(me).get(shift=past)
    made = volunteering.tick(sign_up=made, presence=Presence.CAME, by=leader, now=now)
    hours = volunteering.confirm_hours(sign_up=made, by=leader, now=now)
    volunteering.dispute_hours(hours=hours, by=me, now=now)
    volunteering.sign_hours(hours=hours, by=me, now=now)
    volunteering.tell_outcome(
        mission=mission, side=Side.HELPER, sign_up=made, answer="yes", words="Très bien.", now=now, by=me
    )
    contact = made.contact
    volunteering.attest(
        organisation=here, contact=contact, since_on=ago.date(), until_on=now.date(), by=leader, now=now
    )
    volunteering.cancel_sign_up(
        sign_up=SignUp.objects.about(me).get(shift=soon), by=me, now=now, reason="Un rendez-vous."
    )

    # A minor's sign-up, as a guest whose contact is me: the agreement of whoever answered.
    guarded = SignUp.objects.about(me).get(shift=later)
    GuardianAgreement.objects.create(
        sign_up=guarded, name="Grand-père", email="papi@exemple.localhost", phone="+33600000001", asked_at=ago
    )

    # Somebody helped there: a need of my own, an agreement, an answer.
    need = volunteering.ask_for_help(
        organisation=here, who=me, name=NAME, email=EMAIL, phone=PHONE, now=ago, title="Porter des courses",
        domain="food", commune=factories.commune(), details="Au troisième étage.", when_words="le jeudi", skill="",
    )  # fmt: skip
    consent.record_agreement(
        contact=contact, purpose="spoken_for", by=leader, how="phone", note="Dit au téléphone.", now=ago
    )
    consent.give(person=me, purpose="spoken_for", now=ago)
    answering = volunteering.mission_from_need(need=need, by=leader, now=ago)
    volunteering.tell_outcome(mission=answering, side=Side.ASKER, answer="yes", words="Merci à tous.", now=now, by=me)

    # At the head of the second: missions that say to call me, people I invited, and a role offered to me.
    there = factories.organisation("La Table du Canal")
    Role.objects.create(person=me, organisation=there, kind=RoleKind.PRESIDENT, since_at=ago)
    factories.mission(
        there, now=ago, contact_name=NAME, contact_phone=PHONE, contact_email=EMAIL, title="Servir le repas"
    )
    organisations.invite(
        organisation=there, email="ami@exemple.localhost", name="Un ami", kind="member", by=me, now=now
    )
    organisations.invite(organisation=here, email=EMAIL, name=NAME, kind="treasurer", by=leader, now=now)
    paper = files.keep(content=b"%PDF-1.7\n proces-verbal", name="pv.pdf", owner_person=me, now=now)
    claims.claim(entry=entry(), person=me, proof=ClaimProof.DOCUMENT, document=paper, now=now)
    files.keep(content=b"%PDF-1.7\n autre", name="autre.pdf", owner_person=me, now=now)
    return me, here, there


# ── Their rows, and a mark in each text ───────────────────────────────────────────────────────
@dataclass
class Mark:
    field: str  # organisations.Contact.name
    text: str


def rows(me: Person) -> Iterator[models.QuerySet[Any]]:
    """Every row about them: by the fields that lead to them, by their address, and what hangs on those rows."""
    label = {model._meta.label: model for model in apps.get_models()}
    yield Person.objects.filter(pk=me.pk)
    for name in sorted(ABOUT_THEM - {"privacy.Erasure.person"}):
        model, _dot, field = name.rpartition(".")
        target = label[model]._meta.get_field(field).related_model
        path = field if target is Person else f"{field}__person"
        yield label[model]._base_manager.filter(**{path: me})
    yield label["organisations.Invitation"]._base_manager.filter(email=EMAIL)
    yield label["notifications.Message"]._base_manager.filter(address=EMAIL)
    yield label["volunteering.GuardianAgreement"]._base_manager.filter(sign_up__contact__person=me)
    yield label["volunteering.Outcome"]._base_manager.filter(
        Q(sign_up__contact__person=me) | Q(need__helped__person=me, side=Side.ASKER)
    )
    yield label["volunteering.Mission"]._base_manager.filter(contact_email=EMAIL)
    yield label["documents.Issued"]._base_manager.filter(
        about_model="organisations.contact", about_id__in=me.contacts.values("pk")
    )


def texts(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """The free texts of a model."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(
            field, (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)
        )
        if is_text and not field.choices and f"{model._meta.label}.{field.name}" not in NOT_WORDS:
            yield field


def plant(me: Person) -> list[Mark]:
    """Write a mark of its own in each text of each row about them; those that lead to them are left as they are."""
    marks, number = [], itertools.count(1)
    kept = {"people.Person.email", "people.Person.name", "people.Person.phone", "account.EmailAddress.email",
            "organisations.Invitation.email", "notifications.Message.address", "volunteering.Mission.contact_email",
            "organisations.Contact.email", "organisations.Contact.name"}  # fmt: skip
    done: set[tuple[str, int, str]] = set()
    for found in list(rows(me)):
        for row in found:
            model = type(row)
            for field in texts(model):
                name = f"{model._meta.label}.{field.name}"
                if name in kept or (name, row.pk, field.name) in done or not stored(row, field):
                    continue
                done.add((name, row.pk, field.name))
                n = next(number)
                text: Any = f"zqm{n:03}x"
                if isinstance(field, models.GenericIPAddressField):
                    text = f"10.77.{n // 250}.{n % 250 + 1}"
                written = {"zq": text} if isinstance(field, models.JSONField) else text
                if isinstance(field, models.EmailField):
                    text = written = f"{text}@z.localhost"
                model._base_manager.filter(pk=row.pk).update(**{field.name: written})
                marks.append(Mark(name, text))
    me.refresh_from_db()
    return marks


def stored(row: models.Model, field: models.Field[Any, Any]) -> bool:
    """Whether a mark fits: an empty list of attachments, an address that nobody gave yet, are marked all the same."""
    return field.max_length is None or field.max_length >= 8


def everything() -> dict[str, str]:
    """All tables, whole, as text; sessions are opened."""
    said: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            said[table] = repr(cursor.fetchall())
            if table == "django_session":
                cursor.execute("SELECT session_data FROM django_session")
                said[table] += repr([SessionStore().decode(data) for (data,) in cursor.fetchall()])
    return said


def where(text: str) -> list[str]:
    """The tables in which a text is found, whatever its capitals."""
    return [table for table, rows in everything().items() if text.lower() in rows.lower()]
