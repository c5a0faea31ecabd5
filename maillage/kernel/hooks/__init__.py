"""Every place where a module can add something to the house.

A module hangs its additions in its own `hooks.py`, which is found the way Django finds `admin.py`:

    hooks.menu_items.add(
        hooks.MenuItem(_("Missions"), "volunteering:desk_missions", icon="hands", allowed=partial(can, "manage_missions"))
    )

What a module says of itself has files of its own: `facts.py` (what may happen), `tasks.py` (what is done later or every
so often), `invariants.py` (what its database refuses).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.functional import Promise

from maillage.kernel.hooks.registry import Registry

if TYPE_CHECKING:
    from maillage.kernel.organisations.models import Organisation
    from maillage.kernel.people.models import Person

Words = str | Promise


@dataclass(frozen=True)
class MenuItem:
    """A line of the desk's menu. `allowed(person, organisation)` says who sees it; the address takes the slug."""

    label: Words
    url_name: str
    icon: str
    allowed: "Callable[[Person, Organisation], bool]"


@dataclass(frozen=True)
class Due:
    """One thing that needs somebody today. `done` shows it ticked (the first steps of a new association)."""

    what: Words
    url: str
    why: Words = ""
    urgent: bool = False
    done: bool = False
    first_step: bool = False


@dataclass(frozen=True)
class NearbyThing:
    """A real thing that a door of the home page shows at once."""

    title: str
    url: str
    detail: str
    km: float | None = None


@dataclass(frozen=True)
class Nearby:
    """What a module shows behind one of the four doors: `help`, `need`, `give` or `manage`.

    `things` answers (latitude, longitude, how many, now) and may be given no place: (None, None, …).
    """

    door: str
    label: Words
    more_url_name: str
    things: Callable[[float | None, float | None, int, datetime], Iterable[NearbyThing]]


@dataclass(frozen=True)
class Panel:
    """What a module adds to a page it does not own: `organisation` (public page) or `me` (my space).

    `context(request, subject)` answers what `template` needs, or None to stay silent.
    """

    page: str
    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]
    order: int = 50


@dataclass(frozen=True)
class Kept:
    """What stays after an erasure: what the law, or a right of somebody else, forbids us to erase, or what names nobody.

    `until` is a promise: whoever gives a day has a periodic task that erases it then. None: no end, because it names nobody.
    """

    what: Words
    why: Words
    until: date | None = None


class PersonalData(ABC):
    """What one module knows of a person, and how it shows, hands over and forgets it.

    `models` names every model of the module that points at a person or holds something personal:
    a model that is in no list fails the house's tests.
    """

    name: ClassVar[Words]
    models: ClassVar[tuple[str, ...]]
    order: ClassVar[int] = 50

    @abstractmethod
    def export(self, person: "Person") -> list[dict[str, Any]]:
        """Everything we know, in words the person understands; values are plain JSON."""

    def files(self, person: "Person") -> Iterable[tuple[str, bytes]]:
        """Whole files to take away with it: (path in the ZIP, bytes)."""
        return ()

    @abstractmethod
    def forget(self, person: "Person", *, now: datetime) -> list[Kept]:
        """Erase or detach it all; return what stays, why and, when a task erases it later, until when."""

    def merge(self, kept: "Person", gone: "Person", *, now: datetime) -> None:
        """Give what belonged to `gone` to `kept`: the same human being, met twice."""
        raise LookupError(f"{type(self).__name__} cannot merge yet")


@dataclass(frozen=True)
class NotificationKind:
    """A kind of message: its templates are `<module>/messages/<name>.txt` (first line: the subject) and `.sms`.

    `channels` in the order tried: `mail`, `sms`, `site`.
    """

    name: str
    label: Words
    channels: tuple[str, ...] = ("site", "mail")
    is_secret: bool = False  # a code: its words are dropped as soon as it has left


@dataclass(frozen=True)
class Purpose:
    """Why something about somebody is used. `legal_basis` as in the GDPR, article 6 (`consent`, `contract`…).

    `label` is what the person reads: it is copied into the proof, word for word.
    """

    name: str
    label: Words
    legal_basis: str = "consent"


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that is handed over. `told(summary)` says what its check page may show to anybody: never a name."""

    name: str
    label: Words
    told: Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class SearchSource:
    """What a module lets people find by words: `find(words, how many)` answers things with an address."""

    label: Words
    find: Callable[[str, int], Iterable[NearbyThing]]


@dataclass(frozen=True)
class Figure:
    """A number of the desk: `value(organisation, now)` answers the number as text and, if useful, a sentence."""

    name: str
    label: Words
    value: "Callable[[Organisation, datetime], str]"
    explain: Words = ""


@dataclass(frozen=True)
class Demo:
    """What a module adds to the living demo territory; `fill(now)` may be run again and changes nothing."""

    name: str
    order: int
    fill: Callable[[datetime], None]


menu_items: Registry[MenuItem] = Registry()
today: "Registry[Callable[[Organisation, Person, datetime], Iterable[Due]]]" = Registry()
nearby: Registry[Nearby] = Registry()
panels: Registry[Panel] = Registry()
personal_data: Registry[PersonalData] = Registry()
notification_kinds: Registry[NotificationKind] = Registry()
purposes: Registry[Purpose] = Registry()
document_kinds: Registry[DocumentKind] = Registry()
search_sources: Registry[SearchSource] = Registry()
figures: Registry[Figure] = Registry()
demo: Registry[Demo] = Registry()
