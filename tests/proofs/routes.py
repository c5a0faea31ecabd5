"""Every address of the site, as its URLconf says: which door it has, and what may be sent to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

# Routes of libraries, by namespace or prefix of their address: who may come in is theirs, tested by their content here.
LIBRARIES = {"admin": "operator", "compte/": "public"}


@dataclass(frozen=True)
class Route:
    address: str  # as in urls.py: gerer/<slug:slug>/missions/<int:pk>/
    door: str
    name: str
    view: Callable[..., Any]

    @property
    def methods(self) -> frozenset[str]:
        """What the view answers to: as its decorator or its class says, both when nothing is said."""
        view: Any = self.view
        while view is not None:
            names = getattr(getattr(view, "__code__", None), "co_freevars", ())
            if "request_method_list" in names:  # of `require_http_methods`
                return frozenset(view.__closure__[names.index("request_method_list")].cell_contents)
            if made_of := getattr(view, "view_class", None):
                return frozenset(name.upper() for name in made_of.http_method_names if hasattr(made_of, name))
            view = getattr(view, "__wrapped__", None)
        return frozenset({"GET", "POST"})


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
                yield Route(here, door, ":".join([*spaces, pattern.name or "?"]), pattern.callback)

    yield from walk(get_resolver().url_patterns, "", [])


def named(method: str) -> set[str]:
    """The names of the routes that answer to a method. Two names of one address count as the one that resolves."""
    return {route.name for route in routes() if method in route.methods}


def route_of(address: str) -> str:
    """The name of the route that an address leads to; empty when it leads nowhere."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
