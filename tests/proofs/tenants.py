"""Every address × every actor: nothing of another association is ever shown or changed, and no route is undeclared.

What must not leak carries a marker: each private text of the association « B » contains MARK. Observation is by content
(body, headers, redirects, files inside ZIP and PDF text), not by status alone; and B's rows are digested before and after.
"""

import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions.sign_ups import Guest
from maillage.engage.volunteering.models import Presence, Side
from maillage.kernel.consent import actions as consent
from maillage.kernel.consent.models import Consent
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Organisation, Role, RoleKind
from maillage.kernel.people.models import Person
from maillage.web.tests.signing_in import enters_at_once
from tests.proofs.scene import commune

MARK = "ZQMARQUE"
# What their own volunteer may read of an association: a meeting point, and their own words.
THEIRS = "ZQAUSSI"
# Anybody may do this at an association that is open to it: it adds rows of their own there.
OPEN_TO_ALL = {"volunteering:sign_up": "to a published mission", "volunteering:say_need": "to one that listens"}
# Routes of libraries, by namespace or prefix of their address: who may come in is theirs, tested by their content here.
LIBRARIES = {"admin": "operator", "compte/": "public"}


@dataclass
class Route:
    address: str  # as in urls.py: gerer/<slug:slug>/missions/<int:pk>/
    door: str
    name: str


@dataclass
class Town:
    a: Organisation
    b: Organisation
    actors: dict[str, Person | None] = field(default_factory=dict)
    keys: dict[str, list[int]] = field(default_factory=dict)  # model label → keys of B's rows


def routes() -> Iterator[Route]:
    def walk(patterns: list[Any], before: str, spaces: list[str]) -> Iterator[Route]:
        for pattern in patterns:
            here = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(
                    pattern.url_patterns, here, [*spaces, pattern.namespace] if pattern.namespace else spaces
                )
            elif isinstance(pattern, URLPattern):
                door = getattr(pattern.callback, "door", "")
                for mark, said in LIBRARIES.items():
                    if mark in spaces or here.startswith(mark):
                        door = door or said
                yield Route(here, door, ":".join([*spaces, pattern.name or "?"]))

    yield from walk(get_resolver().url_patterns, "", [])


def furnish(organisation: Organisation, by: Person, volunteer: Person, mark: str, theirs: str) -> None:
    """One of everything, through the verbs; what is private carries `mark`, what the volunteer may read too `theirs`."""
    now = timezone.now()
    long_ago = now - timedelta(days=40)
    organisation.seat_address = f"3 rue {mark}"
    organisation.save()
    helped = organisations.know(
        organisation=organisation, name="Personne Aidée", email=f"aidee-{mark}@proof.localhost", now=long_ago
    )
    agreement = consent.record_agreement(contact=helped, purpose="spoken_for", by=by, how="paper", now=long_ago)
    assert isinstance(agreement, Consent)
    need = actions.say_need(
        organisation=organisation, title=f"Besoin privé BESOIN{mark}", domain="food", commune=commune(), now=long_ago, by=by,
        helped=helped, agreement=agreement, details=f"détails {mark}",
    )  # fmt: skip
    actions.say_need(
        organisation=organisation, title=f"Besoin dit dehors {mark}", domain="food", commune=commune(), now=now, by=None,
        kept=False,
    )  # fmt: skip
    actions.open_mission(
        organisation=organisation, by=by, now=now, title=f"Brouillon {mark}", domain="food", commune=commune()
    )
    mission = actions.mission_from_need(need=need, by=by, now=long_ago)
    mission = actions.change_mission(
        mission=mission, by=by, now=long_ago, title="Porter des paniers", what="On porte des paniers à des voisins.",
        meeting_point=f"Porte {theirs}", contact_phone="+33611111111", asks_first=False,
    )  # fmt: skip
    past = actions.open_shift(
        mission=mission, starts_at=long_ago + timedelta(days=5), minutes=90, capacity=5, by=by, now=long_ago
    )
    coming = actions.open_shift(
        mission=mission, starts_at=now + timedelta(days=5), minutes=90, capacity=5, by=by, now=long_ago
    )
    actions.publish(mission=mission, by=by, now=long_ago)
    guest = Guest(f"Invitée {mark}", email=f"invitee-{mark}@proof.localhost")
    for shift, who in itertools.product([past, coming], [guest, volunteer]):
        words = theirs if who is volunteer else mark
        made = actions.sign_up(shift=shift, who=who, now=long_ago, message=f"message {words}")
        made = actions.accept(sign_up=made, by=by, now=long_ago)
        if shift is past:
            made = actions.tick(sign_up=made, presence=Presence.CAME, by=by, now=now)
            hours = actions.confirm_hours(sign_up=made, by=by, now=now)
            actions.sign_hours(hours=hours, by=volunteer if who is volunteer else None, now=now)
            actions.tell_outcome(
                mission=mission, side=Side.HELPER, sign_up=made, answer="yes", words=f"retour {words}", now=now, by=None
            )
            actions.attest(
                organisation=organisation, contact=made.contact, since_on=long_ago.date(), until_on=now.date(), by=by,
                now=now,
            )  # fmt: skip
    organisations.invite(
        organisation=organisation, email=f"future-{mark}@proof.localhost", name=f"Future {mark}",
        kind=RoleKind.MEMBER, by=by, now=now,
    )  # fmt: skip


def town() -> Town:
    """Two associations, furnished alike; people of each role in each, somebody who left B, the technical team."""
    now = timezone.now()

    def someone(name: str, **more: Any) -> Person:
        """With a second factor: without it no desk opens, and the walk would see nothing."""
        made = Person.objects.create_user(f"{name}@proof.localhost", name=name, **more)
        TOTP.activate(made, generate_totp_secret())
        return made

    made: list[Organisation] = []
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
        furnish(organisation, president, volunteer, mark, theirs)
    gone = someone("gone")
    Role.objects.create(person=gone, organisation=made[1], kind=RoleKind.PRESIDENT, since_at=now, ended_at=now)
    suspended = someone("suspended", is_active=False)
    Role.objects.create(person=suspended, organisation=made[1], kind=RoleKind.PRESIDENT, since_at=now)
    actors |= {"gone from B": gone, "suspended in B": suspended, "a stranger": someone("stranger")}
    actors["technical team"] = someone("team", is_staff=True, is_superuser=True)
    there = Town(made[0], made[1], actors)
    for model in apps.get_models():
        if model._meta.app_label in {"volunteering", "organisations", "documents", "notifications", "consent", "files"}:
            there.keys[model._meta.label] = keys_of(model, there.b)
    return there


def path_to(model: type[models.Model]) -> str | None:
    """The lookup that leads from a model to its organisation, if any."""
    if model is Organisation:
        return "pk"
    if path := getattr(model, "organisation_path", None):
        return str(path)
    names = {field.name for field in model._meta.fields}
    if "organisation" in names:
        return "organisation"
    if "mission" in names:
        return "mission__organisation"
    return None


def keys_of(model: type[models.Model], organisation: Organisation) -> list[int]:
    path = path_to(model)
    return list(model._base_manager.filter(**{path: organisation.pk}).values_list("pk", flat=True)) if path else []


PRIVATE = {"volunteering", "organisations", "documents", "consent", "files"}


def digest(there: Town) -> str:
    """All of B's rows, as text, hashed."""
    said = hashlib.sha256()
    for model in apps.get_models():
        if model._meta.app_label in PRIVATE and (path := path_to(model)):
            rows = model._base_manager.filter(**{path: there.b.pk}).order_by("pk").values_list()
            said.update(repr(list(rows)).encode())
    return said.hexdigest()


class Writes:
    """The tables in which a request wrote. Only those that may hold B's rows make the digest worth its price."""

    TABLE = re.compile(r'^\s*(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := self.TABLE.match(sql):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


def private_tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if model._meta.app_label in PRIVATE}


PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def addresses(route: Route, there: Town, most: int) -> Iterator[str]:
    """The route's addresses with B's keys in them, under A's slug and under B's."""
    parameters = PARAMETER.findall(route.address)
    choices: list[list[str]] = []
    for kind, name in parameters:
        if name == "slug":
            choices.append([there.a.slug, there.b.slug])
        elif kind == "int" or name in {"pk", "object_id"}:
            keys = sorted({key for keys in there.keys.values() for key in keys[-2:]})
            choices.append([str(key) for key in keys[:most]] or ["1"])
        elif name == "year":
            choices.append([str(timezone.now().year)])
        else:  # a token or a code, of nobody
            choices.append(
                [f"{keys[0]}-AAAAAAAAAAAAAAAAAAAA" for keys in list(there.keys.values())[:2] if keys] + ["x"]
            )
    for values in itertools.islice(itertools.product(*choices), 60):
        address = route.address
        for value in values:
            address = PARAMETER.sub(value, address, count=1)
        yield "/" + address.replace("^", "").replace("$", "").replace("\\Z", "")


def text_of(response: Any) -> str:
    """Everything a response says: headers, body, the files in a ZIP. A PDF is known by its hash: see `papers_of`."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    said = repr(list(response.items())) + repr(response.cookies.output())
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return said + "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return said + body.decode("utf-8", "replace")


def papers_of(there: Town) -> set[str]:
    """Hashes of B's files: whoever gets such bytes got its paper, whatever text may be read in it."""
    of_b = apps.get_model("files.File")._base_manager.filter(organisation=there.b)
    return set(of_b.values_list("sha256", flat=True))


def sha256_of(response: Any) -> str:
    return "" if response.streaming else hashlib.sha256(response.content).hexdigest()


def sees_b(actor: str) -> bool:
    """Those whom B itself lets in."""
    return actor.endswith("of B") and not actor.startswith("volunteer")


FEW = {
    "anonymous",
    "president of A",
    "social_worker of A",
    "technical team",
    "volunteer of A",
    "gone from B",
    "a stranger",
}


def walk(there: Town, *, few: bool, share: tuple[int, int] = (0, 1), until_wrong: bool = False) -> dict[str, Any]:
    """Send every request, or the share of it that is ours; return what was tried and what went wrong."""
    wrong: list[str] = []
    cells = opened = own = 0
    every = list(routes())
    undeclared = [route.address for route in every if not route.door]
    before, private, papers = digest(there), private_tables(), papers_of(there)
    clients, doors = {}, {}
    for actor, person in there.actors.items():
        if few and actor not in FEW:
            continue
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        if person:
            enters_at_once(client, person)
        clients[actor], doors[actor] = client, client.cookies.copy()
    fields = {name: str(keys[0]) for name, keys in form_fields(there).items() if keys}
    mine, among = share
    for number, route in enumerate(every):
        if "static" in route.address or number % among != mine or (until_wrong and wrong):
            continue
        for address in itertools.islice(addresses(route, there, 1 if few else 3), 4 if few else 60):
            for actor, client in clients.items():
                if sees_b(actor):
                    continue
                for method in ("get", "post"):
                    cells += 1
                    writes = Writes()
                    client.cookies = doors[actor].copy()  # whatever the request before did to them: it was undone
                    with transaction.atomic(), connection.execute_wrapper(writes):
                        response = getattr(client, method)(address, fields if method == "post" else {})
                        said = text_of(response)
                        problem = ""
                        opened += response.status_code == 200 and route.door.startswith("desk")
                        own += "COTEA" in said  # what A's own people see shows that a marker would be seen
                        if response.status_code >= 500:
                            problem = f"{response.status_code}"
                        elif MARK in said or (THEIRS in said and actor != "volunteer of B"):
                            problem = "shows B's marker"
                        elif sha256_of(response) in papers:
                            problem = "hands over a paper of B's"
                        elif (
                            f"/{there.b.slug}/" in address
                            and route.door.startswith("desk")
                            and response.status_code not in (302, 404, 405)
                        ):
                            problem = f"answers {response.status_code} at B's desk"
                        elif writes.tables & private and route.name not in OPEN_TO_ALL and digest(there) != before:
                            problem = "changed B's rows"
                        if problem:
                            wrong.append(f"{actor} {method.upper()} {address} ({route.name}): {problem}")
                        transaction.set_rollback(True)
    return {
        "routes": len(every[mine::among]), "sent": cells, "opened": opened, "own": own, "undeclared": len(undeclared), "wrong": len(wrong),
        "told": [*undeclared, *wrong][:20],
    }  # fmt: skip


def form_fields(there: Town) -> dict[str, list[int]]:
    """Form fields that name a row, filled with B's: a form must refuse what is not in its own association."""
    by_name = {}
    for label, keys in there.keys.items():
        name = label.split(".")[1]
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        by_name[snake] = by_name[f"{snake}_id"] = keys
        by_name[f"{snake}s"] = keys
    return by_name
