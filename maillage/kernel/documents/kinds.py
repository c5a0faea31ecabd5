"""Kinds of documents, declared by the modules that hand them over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from maillage.kernel.hooks.registry import Registry


@dataclass(frozen=True)
class DocumentKind:
    """`told(summary)` says what the check page may show to anybody: never a name."""

    name: str
    label: str | Promise
    told: Callable[[dict[str, Any]], str]


kinds: Registry[DocumentKind] = Registry()


def kind_of(name: str) -> DocumentKind:
    for kind in kinds:
        if kind.name == name:
            return kind
    raise LookupError(f"{name!r} is no declared kind of document")
