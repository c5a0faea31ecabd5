"""Purposes: each module declares what it needs an agreement for."""

from dataclasses import dataclass

from django.utils.functional import Promise

from maillage.kernel.hooks.registry import Registry


@dataclass(frozen=True)
class Purpose:
    """Why something about somebody is used. `legal_basis` as in the GDPR, article 6 (`consent`, `contract`…).

    `label` is what the person reads: it is copied into the proof, word for word.
    """

    name: str
    label: str | Promise
    legal_basis: str = "consent"


purposes: Registry[Purpose] = Registry()


def purpose_of(name: str) -> Purpose:
    for purpose in purposes:
        if purpose.name == name:
            return purpose
    raise LookupError(f"{name!r} is no declared purpose")
