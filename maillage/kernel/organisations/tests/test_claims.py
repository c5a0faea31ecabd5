"""« C’est la nôtre »: who may ask, what proves it, who answers, and what is told and destroyed afterwards."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from maillage.kernel import hooks
from maillage.kernel.facts.kinds import FactKind
from maillage.kernel.facts.models import Fact
from maillage.kernel.files import actions as files
from maillage.kernel.files.models import File
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations import actions, claims
from maillage.kernel.organisations.access import roles_of
from maillage.kernel.organisations.models import (
    Claim,
    ClaimProof,
    LegalForm,
    Organisation,
    Position,
    RegisterEntry,
    Role,
    RoleKind,
)
from maillage.kernel.organisations.tests import factories
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.kernel.refusal import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
Ask = Callable[..., Claim]
PDF = b"%PDF-1.7\n" + b"le proces-verbal " * 20


@pytest.fixture
def odile(db: None) -> Person:
    """Of the technical team."""
    return Person.objects.create_user("odile@exemple.localhost", name="Odile H.", is_staff=True)


@pytest.fixture
def mill(rennes: Commune) -> RegisterEntry:
    return factories.entry(short_title="AMIS MOULIN", siret="12345678200010")


@pytest.fixture
def paper(amina: Person, now: datetime) -> File:
    return files.keep(content=PDF, name="pv.pdf", owner_person=amina, now=now)


@pytest.fixture
def ask(mill: RegisterEntry, amina: Person, now: datetime) -> Ask:
    def made(**said: Any) -> Claim:
        usual = {"entry": mill, "person": amina, "proof": ClaimProof.LETTER, "now": now}
        return claims.claim(**(usual | said))

    return made


def told(person: Person) -> list[str]:
    return list(Message.objects.about(person).order_by("pk").values_list("kind", flat=True))


def again(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


# ── Asking ────────────────────────────────────────────────────────────────────────────────────
def test_asking_twice_is_one_request(ask: Ask, amina: Person) -> None:
    first = ask()
    assert ask() == first
    assert (Claim.objects.count(), Fact.objects.filter(kind="organisations.claimed").count()) == (1, 1)
    assert first.stage == "to_post" and not amina.roles.exists()


@pytest.mark.parametrize(
    ("position", "no"),
    [(Position.DISSOLVED, claims.IsDissolved), (Position.REMOVED, claims.IsRemoved)],
)
def test_what_no_longer_stands_cannot_be_asked_for(
    ask: Ask, mill: RegisterEntry, position: str, no: type[Refused]
) -> None:
    RegisterEntry.objects.update(position=position)
    with pytest.raises(no):
        ask()


def test_one_that_has_its_president_here_cannot_be_asked_for(
    ask: Ask, les_jardins: Organisation, mill: RegisterEntry
) -> None:
    Organisation.objects.filter(pk=les_jardins.pk).update(rna_number=mill.rna_number)
    with pytest.raises(claims.AlreadyTakenOver, match="Les Jardins"):
        ask()


def test_one_that_stands_here_without_a_president_can_be_joined(
    ask: Ask, les_jardins: Organisation, mill: RegisterEntry, amina: Person, odile: Person, now: datetime
) -> None:
    Organisation.objects.filter(pk=les_jardins.pk).update(rna_number=mill.rna_number)
    Role.objects.filter(organisation=les_jardins).update(ended_at=now)
    made = claims.decide_claim(claim=ask(), by=odile, accepted=True, reason="", now=now)
    assert made.organisation == les_jardins
    assert roles_of(amina, les_jardins) == {RoleKind.PRESIDENT}
    assert Organisation.objects.count() == 1
    assert made.organisation.siret == mill.siret  # the register knew it, the association had not said it


def test_what_an_association_said_of_its_number_is_not_written_over(
    ask: Ask, les_jardins: Organisation, mill: RegisterEntry, odile: Person, now: datetime
) -> None:
    Organisation.objects.filter(pk=les_jardins.pk).update(rna_number=mill.rna_number, siret="73282932000074")
    Role.objects.filter(organisation=les_jardins).update(ended_at=now)
    made = claims.decide_claim(claim=ask(), by=odile, accepted=True, reason="", now=now)
    assert made.organisation and made.organisation.siret == "73282932000074"


@pytest.mark.parametrize(("written", "kept"), [("12345678200010", "12345678200010"), ("12345678900012", ""), ("", "")])
def test_the_number_of_the_register_comes_along_when_it_can_be_one(
    ask: Ask, mill: RegisterEntry, odile: Person, now: datetime, written: str, kept: str
) -> None:
    RegisterEntry.objects.filter(pk=mill.pk).update(siret=written)
    made = claims.decide_claim(claim=ask(), by=odile, accepted=True, reason="", now=now)
    assert made.organisation and made.organisation.siret == kept


def test_a_role_that_leads_nothing_cannot_ask(ask: Ask) -> None:
    with pytest.raises(claims.RoleCannotClaim):
        ask(role=RoleKind.MEMBER)


def test_a_document_is_wanted_by_whom_proves_with_one(ask: Ask) -> None:
    with pytest.raises(claims.DocumentIsMissing):
        ask(proof=ClaimProof.DOCUMENT)


@pytest.mark.parametrize("nowhere", [{"seat": ""}, {"postcode": "", "commune_name": ""}])
def test_no_letter_goes_where_nobody_lives(ask: Ask, mill: RegisterEntry, nowhere: dict[str, str]) -> None:
    RegisterEntry.objects.update(**nowhere)
    with pytest.raises(claims.SeatIsUnknown):
        ask()


def test_nobody_asks_for_ten_associations_a_day(ask: Ask, mill: RegisterEntry, now: datetime) -> None:
    def another(n: int) -> RegisterEntry:
        return RegisterEntry.objects.create(
            number=f"W35300999{n}", layout="waldec", title=f"N° {n}", position="A", seat="x", postcode="35000"
        )

    for n in range(claims.MOST_A_DAY):
        ask(entry=another(n))
    with pytest.raises(claims.TooManyClaims):
        ask()
    ask(now=now + timedelta(days=1, minutes=1))


def test_the_team_is_told_once_that_something_waits(
    ask: Ask, odile: Person, bruno: Person, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ask()
    fact = Fact.objects.get(kind="organisations.claimed")
    FactKind.all[fact.kind].announce(fact)
    assert (told(odile), told(bruno)) == (["organisations.claim_waiting"], [])
    [message] = Message.objects.about(odile)
    assert "Les Amis du Moulin" in message.subject
    assert "Amina" not in message.text + message.subject  # who asks is read behind the door


# ── Changing one's proof ──────────────────────────────────────────────────────────────────────
def test_another_proof_replaces_the_first_and_destroys_what_no_longer_serves(
    ask: Ask, paper: File, amina: Person, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = ask(proof=ClaimProof.DOCUMENT, document=paper)
    assert made.stage == "to_read"
    better = files.keep(content=PDF, name="mieux.pdf", owner_person=amina, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        ask(proof=ClaimProof.DOCUMENT, document=better)
    assert list(File.objects.about(amina)) == [better]
    assert not files.path_of(paper.storage_key).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert ask().stage == "to_post"
    assert not File.objects.about(amina).exists()
    assert again(made).document is None


def test_a_document_that_is_there_serves_again(ask: Ask, paper: File) -> None:
    made = ask(proof=ClaimProof.DOCUMENT, document=paper)
    ask(proof=ClaimProof.DOCUMENT, role=RoleKind.TREASURER)
    assert (again(made).document, again(made).role) == (paper, RoleKind.TREASURER)


def test_another_role_voids_the_letter_that_named_the_first(
    ask: Ask, odile: Person, amina: Person, now: datetime
) -> None:
    made = ask(role=RoleKind.TREASURER)
    claims.make_letter(claim=made, by=odile, now=now)
    code = claims.code_of(again(made))
    ask(role=RoleKind.PRESIDENT)
    with pytest.raises(claims.NoLetterYet):
        claims.prove_by_code(claim=made, person=amina, code=code, now=now)


def test_one_takes_ones_request_back_and_ones_document_goes(
    ask: Ask, paper: File, amina: Person, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = ask(proof=ClaimProof.DOCUMENT, document=paper)
    with django_capture_on_commit_callbacks(execute=True):
        claims.withdraw_claim(claim=made, person=amina, now=now)
    assert again(made).stage == "withdrawn"
    assert not File.objects.about(amina).exists()
    with pytest.raises(claims.IsDecided):
        claims.withdraw_claim(claim=made, person=amina, now=now)
    assert ask() != made  # it may be asked again


# ── The letter ────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def posted(ask: Ask, odile: Person, now: datetime) -> Claim:
    made = claims.make_letter(claim=ask(), by=odile, now=now)
    return claims.post_letter(claim=made, by=odile, now=now)


def test_the_code_of_the_letter_opens_the_association(
    posted: Claim, amina: Person, mill: RegisterEntry, rennes: Commune, now: datetime
) -> None:
    code = claims.code_of(posted)
    assert len(code) == 9 and code not in repr(list(Claim.objects.values()))
    claims.prove_by_code(claim=posted, person=amina, code=f" {code.lower().replace('-', ' ')} ", now=now)
    made = again(posted).organisation
    assert made is not None
    assert roles_of(amina, made) == {RoleKind.PRESIDENT}
    assert (made.name, made.short_name, made.rna_number) == ("Les Amis du Moulin", "Amis Moulin", "W353001234")
    assert (made.commune, made.created_on, made.purpose) == (rennes, date(2015, 1, 21), "sauvegarder le moulin")
    assert made.seat_address == "3 RUE de la Forge\n35000 RENNES" and not made.shows_seat_address
    assert made.public_address == "Rennes"
    assert claims.organisation_of(mill) == made


def test_a_code_wants_five_tries_at_most(posted: Claim, amina: Person, now: datetime) -> None:
    for left in range(4, 0, -1):
        with pytest.raises(claims.CodeIsWrong, match=f": {left}"):
            claims.prove_by_code(claim=posted, person=amina, code="AAAA-AAAA", now=now)
    for code in ("AAAA-AAAA", claims.code_of(posted)):
        with pytest.raises(claims.TooManyTries):
            claims.prove_by_code(claim=posted, person=amina, code=code, now=now)
    assert again(posted).code_tries == 5 and not amina.roles.exists()


def test_a_new_letter_gives_five_more_tries_and_voids_the_old_code(
    posted: Claim, amina: Person, odile: Person, now: datetime
) -> None:
    old = claims.code_of(posted)
    Claim.objects.update(code_tries=5)
    later = now + timedelta(hours=1)
    new = claims.code_of(claims.make_letter(claim=posted, by=odile, now=later))
    assert again(posted).stage == "to_post"
    with pytest.raises(claims.CodeIsWrong):
        claims.prove_by_code(claim=posted, person=amina, code=old, now=later)
    claims.prove_by_code(claim=posted, person=amina, code=new, now=later)


def test_a_code_is_over_after_sixty_days(posted: Claim, amina: Person, now: datetime) -> None:
    code = claims.code_of(posted)
    with pytest.raises(claims.CodeIsOver):
        claims.prove_by_code(claim=posted, person=amina, code=code, now=now + timedelta(days=61))
    claims.prove_by_code(claim=posted, person=amina, code=code, now=now + timedelta(days=59))


def test_the_code_of_one_request_opens_no_other(
    ask: Ask, posted: Claim, claire: Person, odile: Person, now: datetime
) -> None:
    hers = claims.make_letter(claim=ask(person=claire), by=odile, now=now)
    with pytest.raises(claims.CodeIsWrong):
        claims.prove_by_code(claim=hers, person=claire, code=claims.code_of(posted), now=now)
    with pytest.raises(claims.IsDecided):
        claims.prove_by_code(claim=posted, person=claire, code=claims.code_of(posted), now=now)


def test_no_code_before_the_letter_and_no_post_before_the_print(
    ask: Ask, amina: Person, odile: Person, now: datetime
) -> None:
    made = ask()
    with pytest.raises(claims.NoLetterYet):
        claims.prove_by_code(claim=made, person=amina, code="AAAA-AAAA", now=now)
    with pytest.raises(claims.LetterIsNotPrinted):
        claims.post_letter(claim=made, by=odile, now=now)


def test_the_person_is_told_once_that_the_letter_left(
    ask: Ask, amina: Person, odile: Person, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = ask()
    with django_capture_on_commit_callbacks(execute=True):
        claims.make_letter(claim=made, by=odile, now=now)
        for _ in range(2):
            claims.post_letter(claim=made, by=odile, now=now)
    fact = Fact.objects.get(kind="organisations.letter_posted")
    FactKind.all[fact.kind].announce(fact)
    assert told(amina) == ["organisations.claim_letter"]
    [message] = Message.objects.about(amina)
    assert "à Rennes" in message.text and f"/moi/demandes/{made.pk}/" in message.text
    assert "Forge" not in message.text
    assert claims.code_of(again(made)) not in message.text


# ── The answer ────────────────────────────────────────────────────────────────────────────────
def test_a_yes_hands_over_the_keys_tells_it_and_destroys_the_document(
    ask: Ask, paper: File, amina: Person, odile: Person, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = ask(proof=ClaimProof.DOCUMENT, document=paper, role=RoleKind.TREASURER)
    with django_capture_on_commit_callbacks(execute=True):
        claims.decide_claim(claim=made, by=odile, accepted=True, reason="", now=now)
    standing = again(made).organisation
    assert standing and roles_of(amina, standing) == {RoleKind.TREASURER}
    assert (again(made).stage, again(made).document) == ("accepted", None)
    assert not files.path_of(paper.storage_key).exists()
    [message] = Message.objects.about(amina)
    assert message.kind == "organisations.claim_accepted"
    assert f"/gerer/{standing.slug}/" in message.text and "détruit" in message.text
    fact = Fact.objects.get(kind="organisations.claim_accepted")
    FactKind.all[fact.kind].announce(fact)
    assert Message.objects.about(amina).count() == 1


def test_a_no_says_why_and_destroys_the_document(
    ask: Ask, paper: File, amina: Person, odile: Person, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = ask(proof=ClaimProof.DOCUMENT, document=paper)
    with pytest.raises(claims.ReasonIsMissing):
        claims.decide_claim(claim=made, by=odile, accepted=False, reason="  ", now=now)
    with django_capture_on_commit_callbacks(execute=True):
        claims.decide_claim(claim=made, by=odile, accepted=False, reason="Le nom n’y est pas.", now=now)
    assert again(made).stage == "refused" and not amina.roles.exists()
    assert not File.objects.about(amina).exists()
    [message] = Message.objects.about(amina)
    assert "Le nom n’y est pas." in message.text
    with pytest.raises(claims.IsDecided):
        claims.decide_claim(claim=made, by=odile, accepted=True, reason="", now=now)
    assert ask() != made


def test_the_second_of_two_who_ask_comes_too_late(
    ask: Ask, claire: Person, odile: Person, amina: Person, now: datetime
) -> None:
    first, second = ask(), ask(person=claire)
    claims.decide_claim(claim=first, by=odile, accepted=True, reason="", now=now)
    with pytest.raises(claims.AlreadyTakenOver):
        claims.decide_claim(claim=second, by=odile, accepted=True, reason="", now=now)
    assert not claire.roles.exists() and again(second).stage == "to_post"


def test_a_treasurer_in_place_leaves_room_for_whoever_presides(
    ask: Ask, claire: Person, odile: Person, amina: Person, now: datetime
) -> None:
    first, second = ask(role=RoleKind.TREASURER), ask(person=claire)
    standing = claims.decide_claim(claim=first, by=odile, accepted=True, reason="", now=now).organisation
    assert claims.decide_claim(claim=second, by=odile, accepted=True, reason="", now=now).organisation == standing
    assert standing and roles_of(claire, standing) == {RoleKind.PRESIDENT}


def test_each_reading_of_the_document_is_written_once(ask: Ask, paper: File, odile: Person, now: datetime) -> None:
    made = ask(proof=ClaimProof.DOCUMENT, document=paper)
    for _ in range(2):
        claims.note_reading(claim=made, by=odile, now=now)
    assert [fact.by for fact in claims.readings(made)] == [odile]


def test_facts_of_a_claim_hold_no_name(ask: Ask, paper: File, odile: Person, now: datetime) -> None:
    made = ask(proof=ClaimProof.DOCUMENT, document=paper)
    claims.note_reading(claim=made, by=odile, now=now)
    claims.decide_claim(claim=made, by=odile, accepted=False, reason="Amina n’y est pas", now=now)
    said = repr(list(Fact.objects.values_list("kind", "about_model", "about_id", "details")))
    assert "Amina" not in said and "pv.pdf" not in said


def test_who_is_forgotten_leaves_no_open_request_nor_document(
    ask: Ask, paper: File, amina: Person, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    ask(proof=ClaimProof.DOCUMENT, document=paper)
    with django_capture_on_commit_callbacks(execute=True):
        for data in sorted(hooks.personal_data, key=lambda one: one.order):
            data.forget(amina, now=now)
    assert not Claim.objects.exists()
    assert not files.path_of(paper.storage_key).exists()


def test_a_message_written_late_reaches_nobody_who_left(
    ask: Ask, amina: Person, odile: Person, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = ask()
    claims.decide_claim(claim=made, by=odile, accepted=False, reason="non", now=now)
    Person.objects.filter(pk=amina.pk).update(erased_at=now)
    fact = Fact.objects.get(kind="organisations.claim_refused")
    assert FactKind.all[fact.kind].announce(fact)
    assert told(amina) == []


# ── What the register says ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("LES AMIS DU MOULIN (L.A.M.)", "Les Amis du Moulin (L.A.M.)"),
        ("UNION D'ECHANGES (UFIC)", "Union d'Echanges (UFIC)"), ("ASSOC (EN FORMATION)", "Assoc (en Formation)"),
        ("LYCEE LOUIS XIV", "Lycee Louis XIV"), ("MJC DE BRUZ", "MJC de Bruz"), ("L'ILE", "L'Ile"),
        ("RC SAINT-JEAN-SUR-VILAINE", "RC Saint-Jean-sur-Vilaine"), ("ST-MALO", "St-Malo"),
        ("\"LES LOUPS\"", "\"Les Loups\""), ("Déjà bien écrit", "Déjà bien écrit"), ("", ""), ("A CAPELLA", "A Capella"),
    ],
)  # fmt: skip
def test_titles_that_shout_are_read_quietly(title: str, read: str) -> None:
    assert claims.readable(title) == read


def test_an_old_number_leads_to_the_new_line(mill: RegisterEntry) -> None:
    old = RegisterEntry.objects.create(
        number="353P00012345", layout="import", rna_number=mill.number, title="AMIS", position="R"
    )
    assert claims.entry_of("353P00012345") == mill
    assert claims.entry_of(" w353 001 234 ") == mill
    assert claims.entry_of("W999999999") is None
    mill.delete()
    assert claims.entry_of("353P00012345") == old


def test_one_of_alsace_is_under_its_own_law(ask: Ask, odile: Person, now: datetime) -> None:
    factories.commune("67482", "Strasbourg", postcodes=["67000"])
    RegisterEntry.objects.update(insee="67482", postcode="67000")
    standing = claims.decide_claim(claim=ask(), by=odile, accepted=True, reason="", now=now).organisation
    assert standing and standing.legal_form == LegalForm.ALSACE_MOSELLE


def test_the_commune_of_a_line_is_todays(mill: RegisterEntry, rennes: Commune) -> None:
    assert claims.commune_of(mill) == rennes
    mill.insee = "35999"
    assert claims.commune_of(mill) == rennes  # by its name and postal code
    mill.commune_name = "AILLEURS"
    assert claims.commune_of(mill) is None


# ── Not in the register ───────────────────────────────────────────────────────────────────────
def test_one_that_no_list_has_is_made_at_once(amina: Person, rennes: Commune, now: datetime) -> None:
    made = claims.declare(
        person=amina, name=" Les Semeurs ", commune=rennes, now=now, legal_form=LegalForm.UNDECLARED, purpose="Semer."
    )
    assert (made.name, made.slug, made.legal_form, made.rna_number) == (
        "Les Semeurs",
        "les-semeurs",
        "undeclared",
        None,
    )
    assert roles_of(amina, made) == {RoleKind.PRESIDENT}


def test_one_that_the_register_knows_is_taken_over_rather_than_made(
    amina: Person, rennes: Commune, mill: RegisterEntry, now: datetime
) -> None:
    with pytest.raises(claims.IsInTheRegister) as no:
        claims.declare(person=amina, name="Moulin", commune=rennes, now=now, rna_number="w353 001 234")
    assert no.value.entry == mill
    assert not Organisation.objects.exists()


def test_a_number_that_is_here_already_is_not_used_twice(
    amina: Person, rennes: Commune, les_jardins: Organisation, now: datetime
) -> None:
    Organisation.objects.update(rna_number="W353009999")
    with pytest.raises(actions.NumberIsTaken):
        claims.declare(person=amina, name="Moulin", commune=rennes, now=now, rna_number="W353009999")


def test_nobody_makes_ten_associations_a_day(amina: Person, rennes: Commune, now: datetime) -> None:
    for n in range(claims.MOST_A_DAY):
        claims.declare(person=amina, name=f"N° {n}", commune=rennes, now=now)
    Organisation.objects.update(made_at=now)
    with pytest.raises(claims.TooManyClaims):
        claims.declare(person=amina, name="Encore", commune=rennes, now=now)


@pytest.mark.parametrize("name", ["creer", "Répertoire", "Créer"])
def test_no_association_takes_the_address_of_a_page(amina: Person, rennes: Commune, now: datetime, name: str) -> None:
    made = claims.declare(person=amina, name=name, commune=rennes, now=now)
    assert made.slug not in actions.RESERVED
