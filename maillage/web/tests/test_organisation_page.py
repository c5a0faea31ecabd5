"""The public page of an association: its seat hidden unless it opts in, what machines read, one that closed."""

import json
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from tests.pages import enter

pytestmark = pytest.mark.django_db
STREET = "12 impasse des Lilas"


@pytest.fixture
def address(les_jardins: Organisation) -> str:
    Organisation.objects.update(
        seat_address=STREET, purpose="Cultiver ensemble.", presentation="Nous cultivons.\nVenez.", phone="+33299123456",
        email="bonjour@jardins.localhost", website="https://jardins.example/", rna_number="W353001234",
        activities=["food"],
    )  # fmt: skip
    return reverse("web:organisation", args=[les_jardins.slug])


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def json_ld(html: str) -> dict[str, Any]:
    [found] = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', html, re.DOTALL)
    return dict(json.loads(found))


def test_it_says_what_it_does_and_how_to_reach_it(client: Client, address: str) -> None:
    html = page(client, address)
    for words in ("Les Jardins", "Cultiver ensemble.", "Nous cultivons.", "Alimentation", "Rennes", "W353001234",
                  "02\xa099\xa012\xa034\xa056", 'href="tel:+33299123456"', 'href="mailto:bonjour@jardins.localhost"'):  # fmt: skip
        assert words in html


def test_the_seat_is_hidden_from_everybody_unless_the_association_opts_in(
    client: Client, address: str, amina: Person, bruno: Person
) -> None:
    assert STREET not in page(client, address)
    for person in (amina, bruno):
        assert STREET not in page(enter(person), address)
    Organisation.objects.update(shows_seat_address=True)
    assert f"{STREET}, Rennes" in page(client, address)


def test_what_machines_read_has_the_commune_and_never_the_hidden_seat(client: Client, address: str) -> None:
    told = json_ld(page(client, address))
    assert (told["@type"], told["name"], told["address"]) == ("NGO", "Les Jardins", "Rennes")
    assert told["url"].endswith(address) and STREET not in json.dumps(told)
    Organisation.objects.update(shows_seat_address=True)
    assert json_ld(page(client, address))["address"] == f"{STREET}, Rennes"


def test_no_text_closes_what_machines_read(client: Client, address: str) -> None:
    hostile = "</script><script>alert(1)</script><!--"
    Organisation.objects.update(presentation=hostile, name=hostile, purpose=hostile)
    html = page(client, address)
    assert "<script>alert" not in html
    assert json_ld(html)["name"] == hostile


def test_one_with_nothing_to_say_still_stands(client: Client, address: str) -> None:
    Organisation.objects.update(
        purpose="", presentation="", phone="", email="", website="", rna_number=None, activities=[], commune=None
    )
    assert set(json_ld(page(client, address))) == {"@context", "@type", "name", "url"}


def test_one_that_closed_says_so_and_is_no_longer_listed(client: Client, address: str, now: datetime) -> None:
    assert "Les Jardins" in page(client, "/associations/?q=jardins")
    Organisation.objects.update(closed_at=now)
    assert "a fermé son espace" in page(client, address)
    assert address not in page(client, "/associations/?q=jardins")
    assert address not in page(client, "/associations/")


@pytest.mark.parametrize("slug", ["nexiste-pas", "x" * 200])
def test_one_that_is_not_is_not_there(client: Client, db: None, slug: str) -> None:
    assert client.get(f"/associations/{slug}/").status_code == 404


# ── Its SIRET ─────────────────────────────────────────────────────────────────────────────────
def present(by: Person, siret: str) -> Any:
    return enter(by).post(reverse("web:presentation", args=["les-jardins"]), {"siret": siret, "commune": "Rennes"})


@pytest.mark.parametrize("typed", ["12345678200010", "123 456 782 00010", "123.456.782-00010", "356 000 000 00048"])
def test_a_siret_is_typed_as_people_write_it_and_read_by_everybody(
    client: Client, address: str, bruno: Person, typed: str
) -> None:
    assert present(bruno, typed).status_code == 302
    kept = Organisation.objects.get().siret
    assert kept == "".join(sign for sign in typed if sign.isdigit())
    shown = f"{kept[:3]}\xa0{kept[3:6]}\xa0{kept[6:9]}\xa0{kept[9:]}"
    assert "SIRET" in page(client, address) and shown in page(client, address)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12345678200011", "quatorze chiffres, dont le dernier"),
        ("12345678900012", "quatorze chiffres, dont le dernier"),
        ("123456789", "quatorze chiffres, dont le dernier"),
        ("W353001234", "quatorze chiffres, dont le dernier"),
        ("١٢٣٤٥٦٧٨٢٠٠٠١٠", "quatorze chiffres, dont le dernier"),
        ("123 456 782", "C’est votre numéro SIREN"),
    ],
)
def test_a_number_that_cannot_be_a_siret_is_refused_with_what_to_do(
    address: str, bruno: Person, typed: str, sentence: str
) -> None:
    response = present(bruno, typed)
    assert response.status_code == 200 and sentence in response.content.decode()
    assert Organisation.objects.get().siret == ""


def test_an_association_without_a_siret_shows_none_and_may_take_it_away(
    client: Client, address: str, bruno: Person
) -> None:
    Organisation.objects.update(siret="12345678200010")
    assert 'value="123 456 782 00010"' in page(enter(bruno), reverse("web:presentation", args=["les-jardins"]))
    assert present(bruno, "").status_code == 302
    assert Organisation.objects.get().siret == "" and "SIRET" not in page(client, address)
