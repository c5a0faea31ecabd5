"""Every address × every actor: nothing of another association is ever shown or changed, and no route is undeclared.

Each address carries keys that exist: of the very kind of row that its route takes, of B's under A's own desk and under B's;
of a wrong kind, a route would answer 404 to anybody and prove nothing, so A's own keys must be found there.
What must not leak carries a marker: each private text of the association « B » contains MARK. Observation is by content
(body, headers, redirects, files inside ZIP and PDF text), by status, and B's rows are digested before and after.
"""

import hashlib
import io
import itertools
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.engage.volunteering import exports, queries
from maillage.kernel.documents.models import Issued
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.web.tests.signing_in import enters_at_once
from tests.proofs.routes import Route, routes
from tests.proofs.town import MARK, THEIRS, Town

# Anybody may do this at an association that is open to it: it adds rows of their own there.
OPEN_TO_ALL = {"volunteering:sign_up": "to a published mission", "volunteering:say_need": "to one that listens"}
# And this B's own volunteer may do to what B knows of them.
OF_ONESELF = {
    "privacy:my_data_erase": "what is known of who asks to be forgotten goes, there too",
    "privacy:take_agreement_back": "what they agreed to",
}
# What a parameter names, by the words that stand before it in the address (the longest that fit): a kind of row.
KINDS = {
    "besoins/<int:pk>": "volunteering.Need",
    "besoins/suivi/<str:token>": "volunteering.Need",
    "missions/<int:pk>": "volunteering.Mission",
    "creneaux/<int:pk>": "volunteering.Shift",
    "inscriptions/<int:pk>": "volunteering.SignUp",
    "inscription/<str:token>": "volunteering.SignUp",
    "presences/<int:pk>": "volunteering.SignUp",
    "accord-mission/<str:token>": "volunteering.GuardianAgreement",
    "gerer/<slug:slug>/heures/<int:pk>": "volunteering.Hours",
    "moi/heures/<int:pk>": "organisations.Contact",
    "moi/fiches/<int:pk>": "organisations.Contact",
    "moi/donnees/fiches/<int:pk>": "organisations.Contact",
    "moi/donnees/accords/<int:pk>": "consent.Consent",
    "moi/enfants/<int:pk>": "people.Person",
    "personnes/<int:pk>": "organisations.Contact",
    "attestations/<int:issued>": "documents.Issued",
    "papiers/<int:issued>": "documents.Issued",
    "invitations/<int:pk>": "organisations.Invitation",
    "invitation/<str:token>": "organisations.Invitation",
    "roles/<int:pk>": "organisations.Role",
    "demandes/<int:pk>": "organisations.Claim",
    "accord/<str:token>": "people.Guardianship",
    "appareils/<int:pk>": "usersessions.UserSession",
}
# And what names no row: words that stand there.
WORDS = {
    "<slug:slug>": "slug", "heures/<int:pk>/<int:year>": "year", "repertoire/<str:number>": "number",
    "verifier/<str:code>": "code", "exports/<str:file>": "file",
}  # fmt: skip
# Rows that are a person's: B's are those of its people. Of people, the children that they answer for.
PERSONAL = {
    "organisations.Claim": "person", "people.Guardianship": "minor", "usersessions.UserSession": "user",
    "people.Person": "guardianships__guardian",
}  # fmt: skip
OF_A_PERSON = {"organisations.Contact", "consent.Consent"}  # by the field that scopes them
PRIVATE = {"volunteering", "organisations", "documents", "consent", "files", "people", "usersessions"}
# What forms ask, in words that would do: a check that was forgotten would let them through.
SAID = {
    "presence": "came", "answer": "yes", "words": "oui", "reason": "other", "sure": "yes", "kind": "member",
    "name": "Quelqu’un", "email": "quelquun@proof.localhost", "phone": "06 12 34 56 78", "title": "Un autre titre",
    "since_on": "2020-01-01", "until_on": "2030-01-01", "what": "Ce que l’on fait, dit assez pour être lu.",
}  # fmt: skip
# A's people and neighbours, to whom something of theirs is answered: their own keys must be found.
OWNERS = ("president of A", "volunteer of A", "a neighbour", "a minor")


@dataclass
class Keys:
    """The keys of each kind of row: B's, A's and its neighbours', and of B's those of its own volunteer."""

    of_b: dict[str, list[int]] = field(default_factory=dict)
    of_a: dict[str, list[int]] = field(default_factory=dict)
    volunteers: dict[str, set[int]] = field(default_factory=dict)


def whose(model: type[models.Model]) -> str | None:
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


def rows_of(model: type[models.Model], there: Town, letter: str) -> models.QuerySet[Any] | None:
    """An association's rows of a model, and those of its people; None for what is neither's."""
    if owner := PERSONAL.get(model._meta.label):
        return model._base_manager.filter(**{f"{owner}__in": people_of(there, letter)})
    organisation = {"A": there.a, "B": there.b}[letter]
    return model._base_manager.filter(**{path: organisation.pk}) if (path := whose(model)) else None


def people_of(there: Town, letter: str) -> list[Person]:
    """Those who act for an association or come to it; neighbours are counted with A."""
    mine = [person for actor, person in there.actors.items() if actor.endswith(f"of {letter}") and person]
    return [*mine, *(person for actor in OWNERS[2:] if letter == "A" and (person := there.actors[actor]))]


def keys_of(there: Town) -> Keys:
    made = Keys()
    volunteer = there.actors["volunteer of B"]
    for model in apps.get_models():
        label = model._meta.label
        if (rows := rows_of(model, there, "B")) is not None:
            made.of_b[label] = list(rows.order_by("pk").values_list("pk", flat=True))
            if path := getattr(model, "person_path", "person" if label in OF_A_PERSON else None):
                made.volunteers[label] = set(rows.filter(**{path: volunteer}).values_list("pk", flat=True))
        if (rows := rows_of(model, there, "A")) is not None:
            made.of_a[label] = list(rows.order_by("pk").values_list("pk", flat=True))
    about = {"about_model": "organisations.contact", "about_id__in": made.volunteers["organisations.Contact"]}
    made.volunteers["documents.Issued"] = set(Issued._base_manager.filter(**about).values_list("pk", flat=True))
    return made


def digest(there: Town) -> str:
    """All of B's rows, as text, hashed."""
    said = hashlib.sha256()
    for model in apps.get_models():
        if model._meta.app_label in PRIVATE and (rows := rows_of(model, there, "B")) is not None:
            if owner := PERSONAL.get(model._meta.label):  # those of its volunteer are theirs, who walks too
                rows = rows.exclude(**{owner: there.actors["volunteer of B"]})
            said.update(repr(list(rows.order_by("pk").values_list())).encode())
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


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One address of a route. `of_b`: a key of it names a row of B's, and of which kind; `at_b`: it is under B's slug."""

    path: str
    of_b: tuple[tuple[str, int], ...] = ()
    at_b: bool = False


def parameters(route: Route) -> list[str | None]:
    """What each parameter of a route names: the label of a model, a word of WORDS, or None when nobody said it."""
    found: list[str | None] = []
    for given in PARAMETER.finditer(route.address):
        before = route.address[: given.end()]
        if "admin" in route.name:
            found.append(model_of_admin(route) if given[2] == "object_id" else "anything")
            continue
        fits = [words for words in (*KINDS, *WORDS) if before.endswith(words)]
        words = max(fits, key=len, default="")
        found.append(KINDS.get(words) or WORDS.get(words))
    return found


def model_of_admin(route: Route) -> str:
    """The kind of row of `admin:people_person_change`."""
    name = route.name.partition(":")[2].rpartition("_")[0]
    return next(
        (m._meta.label for m in apps.get_models() if name == f"{m._meta.app_label}_{m._meta.model_name}"), "anything"
    )


def choices(kind: str | None, there: Town, keys: dict[str, list[int]], most: int) -> list[Any]:
    """What may stand there: keys, the last first, or words."""
    if kind == "slug":
        return [there.a.slug, there.b.slug]
    if kind == "year":
        return [timezone.now().year]
    if kind == "number":
        return [there.entries["asked for at B"].number]
    if kind == "code":
        return list(Issued._base_manager.filter(pk__in=keys["documents.Issued"]).values_list("code", flat=True))[:most]
    if kind == "file":
        return ["tout.json", *(f"{one.name}.{end}" for one in exports.TABLES for end in ("csv", "json")), "x"]
    return list(reversed(keys.get(kind or "", [])))[:most] or ["1"]


def addresses(route: Route, there: Town, keys: Keys, *, own: bool = False, most: int = 4) -> Iterator[Address]:
    """The route's addresses with B's keys in them, under A's slug and under B's; or with A's own, at A's."""
    kinds = parameters(route)
    tables = [kind for kind in kinds if kind in keys.of_b]
    given: list[list[tuple[str | None, Any]]] = []
    for kind in kinds:
        mine = keys.of_a if own else keys.of_b
        if kind == "organisations.Contact" and "documents.Issued" in kinds:  # whoever was handed one
            papers = Issued._base_manager.filter(pk__in=mine["documents.Issued"])
            mine = mine | {kind: list(papers.order_by("pk").values_list("about_id", flat=True))}
        standing = choices(kind, there, mine, most)
        if own and kind == "slug":
            standing = standing[:1]
        # Of two keys, the first may be A's own: the second alone is foreign then.
        if not own and len(tables) > 1 and kind == tables[0]:
            standing = [*standing, *choices(kind, there, keys.of_a, 1)]
        given.append([(kind, value) for value in standing])
    for values in itertools.product(*given):
        path, of_b = route.address, []
        for (kind, value), (what, _name) in zip(values, PARAMETER.findall(route.address), strict=True):
            if kind in keys.of_b and value in keys.of_b[kind]:
                of_b.append((kind, value))
            said = f"{value}-AAAAAAAAAAAAAAAAAAAA" if kind in KINDS.values() and what == "str" else str(value)
            path = PARAMETER.sub(said, path, count=1)
        path = "/" + path.replace("^", "").replace("$", "").replace("\\Z", "")
        yield Address(path, tuple(of_b), at_b=("slug", there.b.slug) in values)


# ── What comes back ───────────────────────────────────────────────────────────────────────────
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
    of_b = apps.get_model("files.File")._base_manager.filter(
        Q(organisation=there.b) | Q(person__in=people_of(there, "B"))
    )
    return set(of_b.values_list("sha256", flat=True))


def sha256_of(response: Any) -> str:
    return "" if response.streaming else hashlib.sha256(response.content).hexdigest()


def is_shut(response: Any) -> bool:
    """A door that says no: nothing there, no right, no such method, or « come in first »."""
    if response.status_code == 302:
        entrance = {reverse(name) for name in ("account_login", "account_reauthenticate", "mfa_activate_totp")}
        return urlsplit(response["Location"]).path in entrance
    return response.status_code in (403, 404, 405)


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


@dataclass
class Walk:
    """Sends requests, each undone, and judges what comes back."""

    there: Town
    keys: Keys = field(init=False)
    wrong: list[str] = field(default_factory=list)
    leaking: set[str] = field(default_factory=set)  # names of the routes of `wrong`
    counted: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.keys = keys_of(self.there)
        self.before, self.private, self.papers = digest(self.there), private_tables(), papers_of(self.there)
        self.fields = form_fields(self.there, self.keys)
        self.clients: dict[str, Client] = {}
        self.doors: dict[str, Any] = {}
        for actor, person in self.there.actors.items():
            client = Client(raise_request_exception=False, SERVER_NAME="localhost")
            if person:
                enters_at_once(client, person)
            self.clients[actor], self.doors[actor] = client, client.cookies.copy()

    def send(self, route: Route, address: Address, actor: str, method: str) -> None:
        said, response, problem = "", None, ""
        client, writes = self.clients[actor], Writes()
        client.cookies = self.doors[actor].copy()  # whatever the request before did to them: it was undone
        with transaction.atomic(), connection.execute_wrapper(writes):
            response = getattr(client, method)(address.path, self.fields if method == "post" else {})
            said = text_of(response)
            problem = self.judged(route, address, actor, response, said, writes)
            transaction.set_rollback(True)
        self.counted["sent"] += 1
        self.counted["foreign"] += bool(address.of_b)
        self.counted["opened"] += response.status_code == 200 and route.door.startswith("desk")
        self.counted["own"] += "COTEA" in said  # what A's own people see shows that a marker would be seen
        if problem:
            self.leaking.add(route.name)
            self.wrong.append(f"{actor} {method.upper()} {address.path} ({route.name}): {problem}")

    def judged(self, route: Route, address: Address, actor: str, response: Any, said: str, writes: Writes) -> str:
        if response.status_code >= 500:
            return f"{response.status_code}"
        is_operating = route.door == "operator" and actor == "technical team"
        is_theirs = (
            actor == "volunteer of B" and route.door == "signed_in" and bool(address.of_b)
            and all(key in self.keys.volunteers.get(kind, ()) for kind, key in address.of_b)
        )  # fmt: skip
        if MARK in said or (THEIRS in said and actor != "volunteer of B"):
            return "shows B's marker"
        if sha256_of(response) in self.papers and not is_theirs:
            return "hands over a paper of B's"
        if address.at_b and route.door.startswith("desk") and not is_shut(response):
            return f"answers {response.status_code} at B's desk"
        if address.of_b and route.door != "public" and not (is_operating or is_theirs or is_shut(response)):
            return f"answers {response.status_code} about B's {address.of_b}"
        may_write = route.name in OPEN_TO_ALL or is_operating or is_theirs
        may_write = may_write or (actor == "volunteer of B" and route.name in OF_ONESELF)
        if writes.tables & self.private and not may_write and digest(self.there) != self.before:
            return "changed B's rows"
        return ""

    def finds_its_own(self, route: Route) -> bool:
        """Whether A's people are answered about a row of theirs: else the kind is wrong, and B's keys prove nothing."""
        for address, actor in itertools.product(addresses(route, self.there, self.keys, own=True, most=40), OWNERS):
            if route.door.startswith("desk") and actor != OWNERS[0]:
                continue
            client = self.clients[actor]
            for method in sorted({"GET", "POST"} & route.methods):
                client.cookies = self.doors[actor].copy()
                with transaction.atomic():
                    response = getattr(client, method.lower())(address.path, self.fields if method == "POST" else {})
                    transaction.set_rollback(True)
                if not is_shut(response):
                    return True
        return False


def takes_a_key(route: Route) -> bool:
    return "admin" not in route.name and any(kind in KINDS.values() for kind in parameters(route))


def walk(there: Town, *, few: bool, share: tuple[int, int] = (0, 1), until_wrong: bool = False) -> dict[str, Any]:
    """Send every request, or the share of it that is ours; return what was tried and what went wrong."""
    done = Walk(there)
    every = list(routes())
    undeclared = [route.address for route in every if not route.door or None in parameters(route)]
    mine, among = share
    found = 0
    for number, route in enumerate(every):
        if "static" in route.address or number % among != mine or (until_wrong and done.wrong):
            continue
        there_are = addresses(route, there, done.keys, most=1 if few else 3)
        methods = [method for method in ("get", "post") if not few or method.upper() in route.methods]
        sent = list(itertools.islice(there_are, 4 if few else 60))
        if takes_a_key(route) and not any(address.of_b for address in sent):
            done.wrong.append(f"{route.name}: nothing of B's is of the kind that it takes")
        for address in sent:
            for actor in done.clients:
                if sees_b(actor) or (few and actor not in FEW):
                    continue
                for method in methods:
                    done.send(route, address, actor, method)
        if takes_a_key(route) and route.door.startswith(("desk", "signed_in")):
            if done.finds_its_own(route):
                found += 1
            else:
                done.wrong.append(f"{route.name}: A's own people find nothing there of what KINDS says")
    return {
        "routes": len(every[mine::among]), "sent": done.counted["sent"], "foreign": done.counted["foreign"],
        "opened": done.counted["opened"], "own": done.counted["own"], "found": found, "undeclared": len(undeclared),
        "wrong": len(done.wrong), "told": [*undeclared, *done.wrong][:20],
    }  # fmt: skip


def unseen(there: Town) -> list[str]:
    """The routes of a desk with a key in them where nothing is told, though the checks of whose it is are off."""
    done = Walk(there)
    asked = [route for route in routes() if takes_a_key(route) and route.door.startswith("desk")]
    for route in asked:
        for address in addresses(route, there, done.keys, most=4):
            if not address.at_b and route.name not in done.leaking:
                for method in ("get", "post"):
                    done.send(route, address, "president of A", method)
    return [route.name for route in asked if route.name not in done.leaking]


def form_fields(there: Town, keys: Keys) -> dict[str, Any]:
    """Form fields that name a row, filled with B's: a form must refuse what is not in its own association."""
    said: dict[str, Any] = dict(SAID)
    for label, every in keys.of_b.items():
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", label.split(".")[1]).lower()
        if every:
            said |= dict.fromkeys((snake, f"{snake}_id", f"{snake}s"), str(every[0]))
    waiting: Iterable[Any] = queries.to_confirm(there.b, timezone.now())
    said["sign_up"] = [str(made.pk) for made in waiting]  # those whose hours may be counted
    return said | {f"length-{key}": "1 h" for key in said["sign_up"]}
