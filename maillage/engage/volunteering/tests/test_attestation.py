"""The attestation: a tagged PDF that says what stands, which anyone can check by its code, and which can be withdrawn."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.timezone import localdate

from maillage.engage.volunteering import actions, attestation
from maillage.engage.volunteering.actions import hours as refusals
from maillage.engage.volunteering.models import Hours, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import holding, leader, signed_up_before, words_of
from maillage.kernel.documents import actions as documents
from maillage.kernel.documents.models import Issued
from maillage.kernel.organisations.models import Contact, LegalForm, Organisation, RegisterEntry, Role, RoleKind
from maillage.kernel.people.models import Person

pytestmark = pytest.mark.django_db
NOW = factories.NOW
AFTER = NOW + timedelta(days=8)
HOSTILE = '#read("/etc/passwd") $x$ *gras* _i_ <label> @ref \\ ] ) // /* #import "@preview/x:1.0.0" {{ 7|add:7 }}'


@pytest.fixture(autouse=True)
def elsewhere(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.STORED_FILES = tmp_path / "files"
    return iter(())


@pytest.fixture
def here() -> Organisation:
    return factories.organisation(
        "Les Voisins", rna_number="W353000101", siret="12345678900012", purpose="S’entraider dans l’immeuble."
    )


def deliver(hours: Hours, **said: Any) -> tuple[Issued, bytes]:
    usual: dict[str, Any] = {"since_on": date(2026, 1, 1), "until_on": date(2026, 12, 31), "by": hours.by, "now": AFTER}
    issued = actions.attest(organisation=hours.organisation, contact=hours.contact, **(usual | said))
    return issued, documents.read(issued)


def some_hours(here: Organisation, who: Any = None, minutes: int = 150, **said: Any) -> Hours:
    return factories.counted(
        factories.sign_up(factories.first_shift(factories.mission(here, **said)), who or factories.person("Amina B.")),
        minutes=minutes,
    )


def told(content: bytes) -> str:
    """The words of a PDF as a reader hears them, whatever set them: through the map from glyphs to letters."""
    if shutil.which("pdftotext"):
        said = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
        ).stdout.decode()
    else:
        said = letters(content)
    return " ".join(said.replace("\u202f", " ").replace("\xa0", " ").split())


def letters(content: bytes) -> str:
    """The same without poppler: every shown glyph, through the fonts' own maps."""
    said = []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            maps = {name: glyphs(font) for name, font in page.obj.Resources.Font.items()}
            font = ""
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    font = str(operands[0])
                elif str(operator) in ("Tj", "TJ"):
                    shown = operands[0] if str(operator) == "TJ" else [operands[0]]
                    raw = b"".join(bytes(one) for one in shown if isinstance(one, pikepdf.String))
                    said.append("".join(maps[font].get(raw[n : n + 2], "") for n in range(0, len(raw), 2)))
                elif str(operator) in ("Td", "TD", "Tm", "T*", "ET"):
                    said.append(" ")
    return "".join(said)


def glyphs(font: Any) -> dict[bytes, str]:
    lines = bytes(font.ToUnicode.read_bytes()).decode("latin-1").splitlines()
    found: dict[bytes, str] = {}
    for line in lines:
        words = line.replace("<", " ").replace(">", " ").split()
        if len(words) == 2 and line.startswith("<"):
            found[bytes.fromhex(words[0])] = bytes.fromhex(words[1]).decode("utf-16-be")
    return found


# ── The document ──────────────────────────────────────────────────────────────────────────────
def test_it_is_a_tagged_pdf_in_french_with_its_title_and_its_parts(here: Organisation) -> None:
    issued, content = deliver(some_hours(here))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang) == "fr"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "Attestation de bénévolat – Amina B." in str(metadata["dc:title"])
            assert "Les Voisins" in str(metadata["dc:creator"])
            assert metadata["dc:language"] is not None
        tags = tags_of(pdf.Root.StructTreeRoot)
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Link", "/P"} <= set(tags)
        assert tags.count("/H1") == 1
        fonts = [str(font.BaseFont) for font in pdf.pages[0].obj.Resources.Font.values()]
        assert all("AtkinsonHyperlegible" in name for name in fonts) or not documents.fonts()
    assert issued.code in told(content)


def tags_of(node: Any) -> list[str]:
    """Every tag of the structure, in order."""
    if isinstance(node, pikepdf.Array):
        return [tag for child in node for tag in tags_of(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    mine = [str(node.S)] if "/S" in node else []
    return mine + (tags_of(node.K) if "/K" in node else [])


def test_it_says_who_for_whom_when_what_and_how_long(here: Organisation) -> None:
    hours = some_hours(here, title="Porter les courses")
    issued, content = deliver(hours)
    said = told(content)
    for words in (
        "Les Voisins", "association loi 1901, siège à Rennes", "RNA W353000101", "SIRET 123 456 789 00012",
        "S’entraider dans l’immeuble.", "atteste que Amina B. a donné 2 h 30", "entre le 1er janvier 2026 et le 2 décembre 2026",
        "Porter les courses", "1er décembre 2026 (2 h 30)", "Délivrée le 2 décembre 2026 par Bruno C.", issued.code,
        f"/verifier/{issued.code}/",
    ):  # fmt: skip
        assert words in said, (words, said)
    assert "12 chemin" not in said  # no meeting point on a paper that is shown around


def test_letters_are_read_without_poppler_too(here: Organisation) -> None:
    _issued, content = deliver(some_hours(here, title="Porter les courses"))
    assert "Amina B." in letters(content) and "Porter les courses" in letters(content)


def test_it_speaks_of_what_stands_alone_and_of_the_period_alone(here: Organisation) -> None:
    amina = factories.person("Amina B.")
    kept = some_hours(here, amina, 150, title="Celle qui compte")
    mission = factories.mission(here, title="Celle d’après")
    late = factories.shift(mission, starts_at=NOW + timedelta(days=20))
    factories.counted(factories.sign_up(late, amina))
    gone = factories.counted(factories.sign_up(factories.shift(mission, starts_at=NOW + timedelta(days=2)), amina))
    actions.reverse_hours(hours=gone, reason="not_there", by=gone.by, now=AFTER)
    issued, content = deliver(kept, until_on=date(2026, 12, 5))
    assert issued.summary == {"minutes": 150, "since": "2026-01-01", "until": "2026-12-02"}
    assert "Celle qui compte" in told(content) and "Celle d’après" not in told(content)


def test_it_never_speaks_of_days_to_come(here: Organisation) -> None:
    issued, _content = deliver(some_hours(here), until_on=date(2030, 1, 1))
    assert issued.summary["until"] == "2026-12-02"


@pytest.mark.parametrize(("since", "until"), [(2025, 2025), (2027, 2028)])
def test_nothing_counted_is_nothing_attested(here: Organisation, since: int, until: int) -> None:
    hours = some_hours(here)
    with pytest.raises(refusals.NothingWasDone):
        deliver(hours, since_on=date(since, 1, 1), until_on=date(until, 12, 31))
    assert not Issued.objects.of(here).exists()


def test_both_signatures_are_told_as_they_are(here: Organisation) -> None:
    amina = factories.person("Amina B.")
    first = some_hours(here, amina)
    assert "Bruno C. a noté la présence, compté et signé" in told(deliver(first)[1])
    assert "n’ont pas encore été" in told(deliver(first)[1])
    actions.sign_hours(hours=first, by=amina, now=AFTER)
    assert "Amina B. a vérifié et signé cette présence" in told(deliver(first)[1])
    second = factories.shift(first.sign_up.shift.mission, starts_at=NOW + timedelta(days=2))
    factories.counted(factories.sign_up(second, amina))
    assert "a vérifié et signé 1 présence sur 2" in told(deliver(first)[1])


def test_a_year_of_weeks_fits_on_one_page(here: Organisation) -> None:
    amina = factories.person("Amina B.")
    mission = factories.mission(here, now=NOW - timedelta(days=400))
    for week in range(1, 53):
        before = NOW - timedelta(weeks=week)
        shift = factories.shift(mission, starts_at=before, now=NOW - timedelta(days=400))
        hours = factories.counted(factories.sign_up(shift, amina, now=NOW - timedelta(days=399)))
    _issued, content = deliver(hours, since_on=date(2025, 1, 1))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
    assert "104 h" in told(content) and "2 h chaque fois" in told(content)


def test_more_than_a_page_repeats_the_head_of_the_table_and_stays_tagged(here: Organisation) -> None:
    amina = factories.person("Amina B.")
    for n in range(45):
        mission = factories.mission(here, now=NOW - timedelta(days=100), title=f"Mission numéro {n}")
        shift = factories.shift(mission, starts_at=NOW - timedelta(days=n + 1), now=NOW - timedelta(days=100))
        hours = factories.counted(factories.sign_up(shift, amina, now=NOW - timedelta(days=90)))
    _issued, content = deliver(hours)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) > 1 and pdf.Root.MarkInfo.Marked
    said = told(content)
    assert said.count("Mission, et jours où elle a été faite") == len(pdf_pages_with_table(content))
    assert f"Page 1 sur {said.count('Page ')}" in said and "Mission numéro 44" in said


def pdf_pages_with_table(content: bytes) -> list[int]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        count = len(pdf.pages)
    return [n for n in range(count) if "Mission numéro" in told_page(content, n)]


def told_page(content: bytes, number: int) -> str:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf, pikepdf.new() as one:
        one.pages.append(pdf.pages[number])
        one.save(out)
    return told(out.getvalue())


def test_hostile_words_are_never_markup(here: Organisation) -> None:
    here.name, here.purpose = f"Association {HOSTILE}", HOSTILE
    here.save()
    hours = some_hours(here, factories.guest(HOSTILE[:150]), title=HOSTILE[:120])
    content = deliver(hours)[1]
    said = told(content).replace(" ", "")
    for name in (HOSTILE, HOSTILE[:120]):
        assert name[:100].replace(" ", "") in said
    assert "root:" not in said


@pytest.mark.parametrize(
    "name",
    ["A" * 150, "Łukasz Żółć", "Ελένη", "Олена", "O’Brien–Lévêque", "\u202eetsetta", "  ", "\x07bell", "Léa 🌱"],
)
def test_any_name_makes_a_document(here: Organisation, name: str) -> None:
    hours = some_hours(here)
    Contact.objects.of(here).filter(pk=hours.contact_id).update(name=name)
    hours.contact.refresh_from_db()
    assert deliver(hours)[1].startswith(b"%PDF")


def test_letters_that_cannot_be_printed_are_refused_on_the_page(here: Organisation) -> None:
    made = a_volunteer_of_this_year(here, factories.guest("ꯃꯤꯇꯩ ꓠꓲꓢꓴ"))
    response = leader(here).post(
        f"/gerer/{here.slug}/personnes/{made.contact_id}/attestation/",
        {"since_on": "2026-01-01", "until_on": "2036-01-01"},
    )
    assert response.status_code == 200 and "en lettres latines" in words_of(response)


def test_it_is_french_even_when_the_desk_is_read_in_english(here: Organisation) -> None:
    hours = some_hours(here)
    with translation.override("en"):
        said = told(deliver(hours)[1])
    assert "1er décembre 2026 (2 h 30)" in said and "association loi 1901" in said


def test_an_association_that_says_little_still_attests(here: Organisation) -> None:
    Organisation.objects.filter(pk=here.pk).update(
        name="Ô", rna_number=None, siret="", commune=None, purpose="", legal_form=LegalForm.LOCAL_AUTHORITY
    )
    here.refresh_from_db()
    said = told(deliver(some_hours(here))[1])
    assert "L’organisation Ô atteste" in said and "RNA" not in said and "SIRET" not in said


# ── What counts for the compte d’engagement citoyen ───────────────────────────────────────────
def declared(here: Organisation, *, days: int) -> None:
    RegisterEntry.objects.create(
        number="W353000101", rna_number="W353000101", layout="waldec", title="LES VOISINS", position="A",
        declared_on=(AFTER - timedelta(days=days)).date(),
    )  # fmt: skip


def who_leads(here: Organisation, kind: RoleKind = RoleKind.PRESIDENT, **said: Any) -> Person:
    inès = factories.person("Inès J.", **said)
    Role.objects.create(person=inès, organisation=here, kind=kind, since_at=NOW - timedelta(days=300))
    return inès


@pytest.mark.parametrize(
    ("kind", "word"),
    [(RoleKind.PRESIDENT, "présidence"), (RoleKind.TREASURER, "trésorerie"), (RoleKind.COORDINATOR, "coordination")],
)
def test_who_leads_or_supervises_reads_of_the_cec(here: Organisation, kind: RoleKind, word: str) -> None:
    declared(here, days=4000)
    said = told(deliver(some_hours(here, who_leads(here, kind)))[1])
    assert "Compte d’engagement citoyen" in said and word in said and "200 heures" in said and "30 juin" in said


@pytest.mark.parametrize(
    "missing", ["a role", "a year of existence", "a known beginning", "the age", "the form", "the time"]
)
def test_the_cec_is_told_only_where_it_is_true(here: Organisation, missing: str) -> None:
    if missing != "a known beginning":
        declared(here, days=100 if missing == "a year of existence" else 4000)
    inès = who_leads(
        here, RoleKind.MEMBER if missing == "a role" else RoleKind.PRESIDENT,
        birth_year=2011 if missing == "the age" else 1980,
    )  # fmt: skip
    if missing == "the time":
        Role.objects.filter(person=inès).update(ended_at=NOW - timedelta(days=200))
    if missing == "the form":
        Organisation.objects.filter(pk=here.pk).update(legal_form=LegalForm.FOUNDATION)
        here.refresh_from_db()
    contact = Contact.objects.create(organisation=here, person=inès, name="Inès J.", since_at=NOW)
    assert attestation.functions(here, contact, date(2026, 9, 1), date(2026, 12, 31)) == []


def test_who_has_no_account_has_no_known_role(here: Organisation) -> None:
    declared(here, days=4000)
    assert "Compte d’engagement" not in told(deliver(some_hours(here, factories.guest()))[1])


# ── Checking it ───────────────────────────────────────────────────────────────────────────────
def test_anybody_checks_it_by_its_code_and_reads_no_name(client: Client, here: Organisation) -> None:
    issued, _content = deliver(some_hours(here))
    page = client.get(f"/verifier/{issued.code}/")
    said = words_of(page)
    assert "Ce document est authentique" in said and "Les Voisins" in said
    assert "2 h 30 de bénévolat attestées, du 1er janvier 2026 au 2 décembre 2026." in said
    assert "Amina" not in page.content.decode() and issued.sha256 in said


def test_a_code_of_nothing_is_said(client: Client) -> None:
    assert "Aucun document ne porte ce code" in words_of(client.get("/verifier/ABCD-2345-EFGH/"))


def test_a_withdrawn_one_says_so_to_whoever_checks_it(client: Client, here: Organisation) -> None:
    hours = some_hours(here)
    issued, _content = deliver(hours)
    address = f"/gerer/{here.slug}/personnes/{hours.contact_id}/attestations/{issued.pk}/retirer/"
    assert leader(here).get(address).status_code == 405
    response = leader(here).post(address, follow=True)
    assert "retirée le" in words_of(response)
    assert "n’est plus valable" in words_of(client.get(f"/verifier/{issued.code}/"))


def test_hours_taken_back_since_are_said_beside_the_attestation(here: Organisation) -> None:
    hours = some_hours(here)
    issued, _content = deliver(hours)
    person = f"/gerer/{here.slug}/personnes/{hours.contact_id}/"
    assert "annulées depuis" not in words_of(leader(here).get(person))
    actions.reverse_hours(hours=hours, reason="wrong_length", by=hours.by, now=AFTER + timedelta(hours=1))
    assert "annulées depuis" in words_of(leader(here).get(person))
    actions.confirm_hours(sign_up=hours.sign_up, minutes=60, by=hours.by, now=AFTER + timedelta(hours=2))
    right, _content = deliver(hours, now=AFTER + timedelta(hours=3))
    rows = {one.issued: one.is_wrong for one in attestation.handed_over(here, hours.contact)}
    assert rows == {issued: True, right: False}
    documents.withdraw(issued=issued, by=hours.by, now=AFTER + timedelta(hours=4))
    assert not any(one.is_wrong for one in attestation.handed_over(here, hours.contact))


# ── At the desk ───────────────────────────────────────────────────────────────────────────────
def a_volunteer_of_this_year(here: Organisation, who: Any = None) -> SignUp:
    """Their hours are of the last days, for pages that look at the real clock."""
    made = signed_up_before(timezone.now(), who or factories.person("Amina B."), of=here)
    factories.counted(made)
    return made


def test_one_tap_delivers_the_year_and_the_file_waits_on_the_page(here: Organisation) -> None:
    made = a_volunteer_of_this_year(here)
    bruno, on = leader(here), localdate(made.shift.starts_at)
    person = f"/gerer/{here.slug}/personnes/{made.contact_id}/"
    assert f"Attester {on.year} (2 h)" in words_of(bruno.get(person))
    response = bruno.post(
        f"{person}attestation/", {"since_on": f"{on.year}-01-01", "until_on": f"{on.year}-12-31"}, follow=True
    )
    issued = Issued.objects.of(here).get()
    assert issued.code in words_of(response) and response.redirect_chain[-1][0] == f"{person}#attestations"
    file = bruno.get(f"{person}attestations/{issued.pk}/")
    assert file["Content-Type"] == "application/pdf" and file.content == documents.read(issued)
    assert file["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "champ est obligatoire"), ({"since_on": "x", "until_on": "y"}, "date valide"),
        ({"since_on": "2026-05-02", "until_on": "2026-05-01"}, "vient avant son début"),
        ({"since_on": "2020-01-01", "until_on": "2020-12-31"}, "Aucune heure comptée sur cette période"),
        ({"since_on": "9999-12-31", "until_on": "9999-12-31"}, "Vérifiez l’année"),
        ({"since_on": "0001-01-01", "until_on": "0001-01-01"}, "Vérifiez l’année"),
    ],
)  # fmt: skip
def test_a_period_that_cannot_be_is_answered_on_the_page(here: Organisation, said: dict[str, str], words: str) -> None:
    made = a_volunteer_of_this_year(here)
    response = leader(here).post(f"/gerer/{here.slug}/personnes/{made.contact_id}/attestation/", said)
    assert response.status_code == 200 and words in words_of(response)
    assert not Issued.objects.of(here).exists()


@pytest.mark.parametrize("kind", list(RoleKind))
def test_only_those_who_sign_hours_deliver_and_withdraw(here: Organisation, kind: RoleKind) -> None:
    hours = some_hours(here)
    issued, _content = deliver(hours)
    client = holding(kind, here)
    base = f"/gerer/{here.slug}/personnes/{hours.contact_id}/"
    delivered = client.post(f"{base}attestation/", {"since_on": "2026-01-01", "until_on": "2026-12-31"}).status_code
    withdrawn = client.post(f"{base}attestations/{issued.pk}/retirer/").status_code
    signs = kind in (RoleKind.PRESIDENT, RoleKind.COORDINATOR)
    assert (delivered == 403, withdrawn == 403) == (not signs, not signs)
    issued.refresh_from_db(from_queryset=Issued.objects.of(here))
    assert (issued.withdrawn_at is not None) == signs


def test_a_paper_is_read_at_its_own_desk_and_about_its_own_person(here: Organisation) -> None:
    hours, other = some_hours(here), some_hours(here, factories.person("Marc O."))
    issued, _content = deliver(hours)
    elsewhere = factories.organisation("Ailleurs")
    for client, slug, contact in (
        (leader(elsewhere), here.slug, hours.contact_id), (leader(elsewhere), elsewhere.slug, hours.contact_id),
        (leader(here), here.slug, other.contact_id),
    ):  # fmt: skip
        address = f"/gerer/{slug}/personnes/{contact}/attestations/{issued.pk}/"
        assert client.get(address).status_code == 404
        assert client.post(f"{address}retirer/").status_code == 404
    assert Issued.objects.of(here).get().withdrawn_at is None


def test_a_destroyed_file_is_not_found_and_its_code_still_checks(client: Client, here: Organisation) -> None:
    hours = some_hours(here)
    issued, _content = deliver(hours)
    for file in Path(documents.settings.STORED_FILES).rglob("*"):
        if file.is_file():
            file.unlink()
    address = f"/gerer/{here.slug}/personnes/{hours.contact_id}/attestations/{issued.pk}/"
    assert leader(here).get(address).status_code == 404
    assert "authentique" in words_of(client.get(f"/verifier/{issued.code}/"))
