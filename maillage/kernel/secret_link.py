"""Secret addresses for people without an account: bound to one purpose and one row, made again when needed, revocable.

The row keeps a random `seed`; the address carries its key and an HMAC of (purpose, key, seed) under the instance's
secret. Who reads the database alone cannot make one; a new seed makes every older address void.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models


def new_seed() -> str:
    return secrets.token_urlsafe(12)


def token(purpose: str, key: int, seed: str) -> str:
    """`<key>-<20 characters>`: 120 bits, safe to write in an address."""
    said = f"{purpose}:{key}:{seed}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), said, "sha256").digest()
    return f"{key}-{urlsafe_b64encode(digest[:15]).decode()}"


def key_of(given: str) -> int:
    """The row that a token speaks of, before it is believed; 0, which no row has, when it is no token at all."""
    head = given.partition("-")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 16 else 0


def is_right(given: str, purpose: str, key: int, seed: str) -> bool:
    """Whether `given` is the token of this row, compared in constant time."""
    return hmac.compare_digest(given.encode(), token(purpose, key, seed).encode())


class HasSecretAddress(models.Model):
    """A row that whoever holds its address may open. `opens` is the purpose its tokens are bound to."""

    link_seed = models.CharField(max_length=16, default=new_seed)

    opens: ClassVar[str]

    class Meta:
        abstract = True

    @property
    def token(self) -> str:
        """What its secret address carries."""
        return token(self.opens, self.pk, self.link_seed)


Row = TypeVar("Row", bound=HasSecretAddress)


def found(queryset: models.QuerySet[Row], given: str) -> Row | None:
    """The row of `queryset` whose secret address was followed; None when the token is not the right one of that row.

    A row that was emptied has no seed any more, and no address either.
    """
    row = queryset.filter(pk=key_of(given)).first()
    return row if row and row.link_seed and is_right(given, row.opens, row.pk, row.link_seed) else None


def absolute(path: str) -> str:
    """The full address of a page of this instance, for a message or a printed sheet."""
    return f"{settings.SITE_URL}{path}"
