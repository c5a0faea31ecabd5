"""« Mes données »: everything is shown, taken away, and forgotten, or it is said what stays, why and until when."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from maillage.engage.volunteering.models import Hours, Need, Signature, SignUp, SignUpStatus
from maillage.engage.volunteering.tests import factories
from maillage.kernel import hooks
from maillage.kernel.consent.models import Consent
from maillage.kernel.evidence.actions import verify
from maillage.kernel.facts.models import Fact
from maillage.kernel.files.models import File
from maillage.kernel.notifications import actions as notifications
from maillage.kernel.notifications.models import LocalMessage, Message
from maillage.kernel.organisations.models import Claim, Contact, Organisation, Role, RoleKind
from maillage.kernel.people.models import Guardianship, Person
from maillage.steer.privacy import actions
from maillage.steer.privacy.models import Erasure
from maillage.steer.privacy.tests import a_life
from maillage.steer.privacy.tests.a_life import EMAIL, NAME, PHONE, everything, lived, plant, where
from tests.pages import enter, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


def archive_of(person: Person) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(actions.export_of(person, now=timezone.now())))


# ── Nothing is left out ───────────────────────────────────────────────────────────────────────
def test_each_field_that_leads_to_somebody_is_known_here() -> None:
    """A new model, or a new field, must say whether its rows are about the person or only say who did something."""
    leading = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model in {Person, Contact}
    }
    known = [a_life.ABOUT_THEM, a_life.DID_IT, set(a_life.NEVER_WRITTEN)]
    assert leading == set().union(*known) and sum(map(len, known)) == len(leading)


def test_every_text_about_somebody_is_in_what_they_take_away() -> None:
    me, *_there = lived()
    marks = plant(me)
    with archive_of(me) as archive:
        machine, readable = (archive.read(f"donnees.{kind}").decode() for kind in ("json", "html"))
    assert len(marks) > 60 and len({mark.field for mark in marks}) > 25
    assert [mark for mark in marks if mark.text not in machine] == []
    assert [mark for mark in marks if mark.text not in readable] == []
    for known in (NAME, EMAIL, PHONE):
        assert known in machine and known in readable


def test_no_text_about_them_is_anywhere_once_they_are_forgotten() -> None:
    me, *_there = lived()
    marks = plant(me)
    before = everything()
    assert all(any(mark.text in rows for rows in before.values()) for mark in marks)
    actions.erase(person=me, now=timezone.now())
    notifications.deliver(now=timezone.now())
    LocalMessage.objects.filter(address__contains=EMAIL).delete()  # the farewell, which has left
    after = everything()
    left = {mark.field: table for mark in marks for table, rows in after.items() if mark.text in rows}
    assert set(left) == set(a_life.STAYS)
    for known in ("zqamina", "zqbel", EMAIL, PHONE, PHONE.removeprefix("+33"), "Je viens avec plaisir", "troisième étage"):  # fmt: skip
        assert where(known) == []


def test_the_search_would_find_a_text_that_stayed() -> None:
    """The control of the test above, with a module that forgets to forget."""
    me, here, _there = lived()
    plant(me)
    SignUp.objects.of(here).filter(contact__person=me).update(message="zqoubli")
    assert where("ZQOUBLI") == ["volunteering_signup"]
    assert where("zqamina") != []


# ── Taken away ────────────────────────────────────────────────────────────────────────────────
def test_the_file_holds_one_part_a_module_and_whole_papers() -> None:
    me, *_there = lived()
    with archive_of(me) as archive:
        names = archive.namelist()
        told = json.loads(archive.read("donnees.json"))
        papers = {name: archive.read(name) for name in names if name.endswith(".pdf")}
    assert set(told["données"]) == {str(data.name) for data in hooks.personal_data}
    assert sum(name.startswith("modules/") for name in names) == len(hooks.personal_data)
    assert sum(name.startswith("fichiers/") for name in names) == 2
    assert sum(name.startswith("documents/") for name in names) == 1
    assert all(content.startswith(b"%PDF-") for content in papers.values())
    assert told["données"]["Mon identité"][0]["Nom"] == NAME
    assert any(row.get("Minutes") == 120 for row in told["données"]["Mes besoins, mes inscriptions et mes heures"])


def test_what_is_read_is_never_alive() -> None:
    me, *_there = lived()
    Person.objects.filter(pk=me.pk).update(name="<script>alert(1)</script>")
    me.refresh_from_db()
    with archive_of(me) as archive:
        page = archive.read("donnees.html").decode()
    assert "<script" not in page and "&lt;script&gt;" in page


def test_a_damaged_paper_stops_nobody(tmp_path: Path) -> None:
    me, *_there = lived()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    with archive_of(me) as archive:
        assert "donnees.json" in archive.namelist() and not any(name.endswith(".pdf") for name in archive.namelist())


def test_the_page_shows_the_same_and_the_file_is_not_kept_by_the_browser() -> None:
    me, *_there = lived()
    marks = plant(me)
    client = enter(me)
    page = text(client.get(reverse("privacy:my_data")))
    assert [mark for mark in marks if mark.text not in page] == []
    response = client.get(reverse("privacy:my_data_export"))
    assert response["Content-Type"] == "application/zip" and response["Cache-Control"] == "no-store"
    assert "attachment" in response["Content-Disposition"]


def test_nobody_sees_another_s(amina: Person, bruno: Person, client: Client) -> None:
    me, *_there = lived()
    plant(me)
    for name in ("my_data", "my_data_export", "my_data_erase"):
        assert client.get(reverse(f"privacy:{name}"))["Location"].startswith(reverse("account_login"))
    with archive_of(bruno) as archive:
        seen = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert "zqm0" not in seen and "zqamina" not in seen.lower()
    assert "zqm0" not in text(enter(amina).get(reverse("privacy:my_data")))


def test_a_newcomer_reads_that_nothing_is_known(amina: Person) -> None:
    page = text(enter(amina).get(reverse("privacy:my_data")))
    assert page.count("Rien.") >= 6 and "Amina B." in page


# ── Forgotten ─────────────────────────────────────────────────────────────────────────────────
def test_places_to_come_are_given_back_and_what_was_proved_stays_as_figures() -> None:
    me, here, _there = lived()
    mine = SignUp.objects.about(me)
    shift = mine.exclude(hours=None).get().shift
    coming = [made.shift for made in mine.filter(status__in=["confirmed", "asked", "guardian"], hours=None)]
    as_guest = SignUp.objects.of(here).get(contact__person=None, contact__email=EMAIL).shift
    before = {one.pk: one.taken for one in (*coming, as_guest)}
    actions.erase(person=me, now=timezone.now())
    for one in (*coming, as_guest):
        one.refresh_from_db()
        assert one.taken == before[one.pk] - 1
    assert Hours.objects.of(here).get_minutes() == shift.length_minutes == 120
    assert Signature.objects.of(here).count() == 1
    gone = Contact.objects.of(here).exclude(erased_at=None)
    assert {(one.name, one.email, one.phone, one.person) for one in gone} == {("Personne effacée", "", "", None)}


def test_the_chains_of_evidence_still_hold() -> None:
    me, here, _there = lived()
    streams = [(model, row.stream) for model in (Hours, Signature) for row in model.objects.of(here)]
    actions.erase(person=me, now=timezone.now())
    assert streams and [verify(model, stream=stream) for model, stream in streams] == ["", ""]


def test_what_is_kept_is_said_before_and_after_with_the_reason_and_the_day() -> None:
    me, *_there = lived()
    client = enter(me)
    page = text(client.get(reverse("privacy:my_data_erase")))
    assert "Vos heures de bénévolat, sans votre nom" in page and "2224" in page
    me.refresh_from_db()
    assert me.name == NAME and Hours.objects.about(me).exists() and File.objects.about(me).count() == 2
    client.post(reverse("privacy:my_data_erase"), {"sure": "yes"})
    kept = Erasure.objects.get(person=me).kept
    said = [one["what"] for one in kept]
    for word in ("heures", "inscriptions", "besoins", "rôles", "accords", "documents", "jeune", "avez fait ici"):
        assert [one for one in said if word in one], word
        assert word in page
    farewell = Message.objects.across(reason="test").get(kind="privacy.erased")
    assert "2224" in farewell.text
    notifications.deliver(now=timezone.now())
    farewell.refresh_from_db()
    assert (farewell.text, farewell.address, farewell.name) == ("", "", "")
    assert LocalMessage.objects.filter(address__contains=EMAIL).count() == 1


def test_no_day_is_promised_that_no_task_keeps() -> None:
    """What stays is evidence and figures, which nothing erases and which name nobody: no end is told, and no « jusqu’au »."""
    me, *_there = lived()
    page = text(enter(me).get(reverse("privacy:my_data_erase")))
    assert "Jusqu’au" not in page and "reste sans limite" in page
    done = actions.erase(person=me, now=timezone.now())
    assert done.kept and {one["until"] for one in done.kept} == {None}
    assert "2224" in Message.objects.across(reason="test").get(kind="privacy.erased").text


def test_a_claim_that_had_its_answer_is_said_to_stay() -> None:
    me, *_there = lived()
    Claim.objects.filter(person=me).update(
        decided_at=timezone.now(), is_accepted=False, reason="Illisible.", decided_by=me
    )
    assert [one for one in actions.would_keep(me, now=timezone.now()) if "prise en main" in str(one.what)]
    actions.erase(person=me, now=timezone.now())
    assert Claim.objects.get(person=me).reason == ""


def test_of_two_things_of_one_name_the_one_that_stays_longer_is_told() -> None:
    day = localdate()
    soon, late, never = (hooks.Kept("x", "y", until) for until in (day, day + timedelta(days=1), None))
    assert actions.later(late, soon) and actions.later(never, late)
    assert not actions.later(soon, late) and not actions.later(late, never) and not actions.later(never, never)


def test_who_gave_nothing_leaves_nothing(amina: Person) -> None:
    assert actions.would_keep(amina, now=timezone.now()) == []
    assert "Rien qui dise qui vous êtes" in text(enter(amina).get(reverse("privacy:my_data_erase")))
    assert actions.erase(person=amina, now=timezone.now()).kept == []


def test_everything_says_it_ended_at_the_instant_of_the_erasure() -> None:
    """One clock, the caller's: nothing is written at another instant, and what begins after it is still to come."""
    me, *_there = lived()
    contacts = set(Contact.objects.about(me).values_list("pk", flat=True))
    held = set(Role.objects.current().filter(person=me).values_list("pk", flat=True))
    standing = Consent.objects.about(me).standing().filter(contact__isnull=False)
    agreed = set(standing.values_list("pk", flat=True))
    then = timezone.now() + timedelta(days=3)
    actions.erase(person=me, now=then)
    assert held and agreed
    for field, rows in (
        ("erased_at", Contact.objects.across(reason="test").filter(pk__in=contacts)),
        ("ended_at", Role.objects.filter(pk__in=held)),
        ("withdrawn_at", Consent.objects.across(reason="test").filter(pk__in=agreed)),
    ):
        assert set(rows.values_list(field, flat=True)) == {then}


def test_to_erase_twice_is_once() -> None:
    me, *_there = lived()
    first = actions.erase(person=me, now=timezone.now())
    second = actions.erase(person=me, now=timezone.now() + timedelta(days=1))
    assert first == second and Erasure.objects.count() == 1
    assert Fact.objects.filter(kind="privacy.erased").count() == Fact.objects.filter(kind="people.erased").count() == 1
    assert Message.objects.across(reason="test").filter(kind="privacy.erased").count() == 1


def test_a_double_tap_erases_once_and_ends_at_the_home_page(amina: Person) -> None:
    client = enter(amina)
    client.get(reverse("privacy:my_data_erase"))
    said = {"sure": "yes", "csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    before = client.cookies.copy()
    first = client.post(reverse("privacy:my_data_erase"), said)
    again = Client()
    again.cookies = before
    second = again.post(reverse("privacy:my_data_erase"), said)
    assert first["Location"] == reverse("web:home") and second.status_code == 302
    assert Erasure.objects.count() == 1


def test_it_is_done_only_when_one_says_to_be_sure(amina: Person) -> None:
    client = enter(amina)
    response = client.post(reverse("privacy:my_data_erase"))
    assert response.status_code == 200 and "Cochez la case" in text(response)
    amina.refresh_from_db()
    assert amina.name == "Amina B." and not Erasure.objects.exists()


def test_every_device_is_out_and_the_address_may_come_back_as_somebody_new() -> None:
    me, *_there = lived()
    phone, laptop = enter(me), enter(me)
    laptop.post(reverse("privacy:my_data_erase"), {"sure": "yes"})
    for one in (phone, laptop):
        assert one.get(reverse("web:me")).status_code == 302
    back = Person.objects.create_user(EMAIL)
    assert back.pk != me.pk and not Contact.objects.about(back).exists()


def test_secret_addresses_that_were_sent_lead_nowhere(client: Client) -> None:
    me, *_there = lived()
    sheets = [reverse("volunteering:sheet", args=[made.token]) for made in SignUp.objects.about(me)]
    assert all(client.get(sheet).status_code == 200 for sheet in sheets)
    actions.erase(person=me, now=timezone.now())
    assert all(client.get(sheet).status_code == 404 for sheet in sheets)


def test_files_are_destroyed_on_the_disk_too(tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    me, *_there = lived()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    with django_capture_on_commit_callbacks(execute=True):
        actions.would_keep(me, now=timezone.now())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == kept and len(kept) == 3
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(person=me, now=timezone.now())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_team_that_counts_on_them_today_is_told_without_a_name() -> None:
    me, here, _there = lived()
    shift = factories.shift(here.missions.earliest("pk"), starts_at=timezone.now() + timedelta(hours=9))
    factories.sign_up(shift, me, now=timezone.now())
    actions.erase(person=me, now=timezone.now())
    told = Message.objects.of(here).filter(kind="volunteering.cancelled_late").get()
    assert "Une personne inscrite" in told.text and told.person == factories.leader_of(here)


def test_an_association_is_never_left_without_anybody_to_answer_for_it(
    bruno: Person, les_jardins: Organisation
) -> None:
    client = enter(bruno)
    response = client.post(reverse("privacy:my_data_erase"), {"sure": "yes"})
    assert "Transmettez ce rôle d’abord" in text(response) and not Erasure.objects.exists()
    Role.objects.create(
        person=factories.person(), organisation=les_jardins, kind=RoleKind.PRESIDENT, since_at=timezone.now()
    )
    client.post(reverse("privacy:my_data_erase"), {"sure": "yes"})
    assert Erasure.objects.count() == 1 and not Role.objects.current().filter(person=bruno).exists()


def test_whoever_shares_the_address_under_another_name_stays(rennes: Any) -> None:
    me, here, _there = lived()
    shift = here.missions.earliest("pk").shifts.latest("starts_at")
    factories.sign_up(shift, factories.guest("Marc Zq", email=EMAIL), now=timezone.now())
    actions.erase(person=me, now=timezone.now())
    stays = Contact.objects.of(here).get(name="Marc Zq")
    assert stays.email == EMAIL and stays.sign_ups.get().status == SignUpStatus.CONFIRMED


def test_an_address_that_nobody_proved_takes_nothing_along() -> None:
    """Whoever typed somebody's address without its code cannot erase what that somebody gave."""
    here = factories.organisation()
    factories.sign_up(factories.first_shift(factories.mission(here)), factories.guest(NAME, email=EMAIL))
    typed = Person.objects.create_user(EMAIL, name=NAME)
    actions.erase(person=typed, now=timezone.now())
    assert Contact.objects.of(here).get().name == NAME


def test_needs_are_closed_and_say_nothing_any_more() -> None:
    me, here, _there = lived()
    actions.erase(person=me, now=timezone.now())
    need = Need.objects.of(here).get()
    assert (need.title, need.details, need.status) == ("Besoin effacé", "", "closed")


def test_the_young_one_they_answered_for_stays() -> None:
    me, *_there = lived()
    actions.erase(person=me, now=timezone.now())
    left = Guardianship.objects.get()
    assert left.minor.name == "Léo G." and left.agreed_at and (left.guardian, left.guardian_name) == (None, "")


# ── Said to everybody ─────────────────────────────────────────────────────────────────────────
def test_the_page_for_all_names_every_part_of_the_site(client: Client) -> None:
    page = text(client.get(reverse("privacy:about")))
    assert all(str(data.name).replace("’", "’") in page for data in hooks.personal_data)
    assert "CNIL" in page
