"""A kind of fact: a Django signal that records before it tells."""

import logging
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.functional import Promise

if TYPE_CHECKING:
    from maillage.kernel.facts.models import Fact
    from maillage.kernel.organisations.models import Organisation
    from maillage.kernel.people.models import Person

log = logging.getLogger("maillage.facts")


class FactKind(Signal):
    """A kind of fact, named `module.past_participle`. Receivers get `fact`."""

    all: ClassVar[dict[str, "FactKind"]] = {}

    def __init__(self, name: str, label: str | Promise) -> None:
        super().__init__()
        self.name, self.label = name, label
        self.all[name] = self

    def record(
        self,
        *,
        about: models.Model,
        by: "Person | None",
        organisation: "Organisation | None" = None,
        at: datetime | None = None,
        **details: int | str | bool | None,
    ) -> "Fact":
        """Write the fact in the current transaction; tell the receivers once it is committed."""
        from maillage.kernel.facts.models import Fact  # a signal exists before models do

        fact = Fact.objects.create(
            kind=self.name,
            about_model=about._meta.label_lower,
            about_id=about.pk,
            by=by,
            organisation=organisation,
            at=at or timezone.now(),
            details=details,
        )
        transaction.on_commit(lambda: self.announce(fact))
        return fact

    def announce(self, fact: "Fact") -> bool:
        """Tell the receivers; the row stays unannounced, to be told again, if one of them fails."""
        from maillage.kernel.facts.models import Fact

        failed = [
            (receiver, answer)
            for receiver, answer in self.send_robust(sender=FactKind, fact=fact)
            if isinstance(answer, Exception)
        ]
        for receiver, error in failed:
            log.error("fact %s %s: %r failed", fact.pk, fact.kind, receiver, exc_info=error)
        if failed:
            # Three years of hours: beyond, the column is full and the count stands still.
            Fact.objects.filter(pk=fact.pk, attempts__lt=30_000).update(attempts=models.F("attempts") + 1)
            return False
        Fact.objects.filter(pk=fact.pk).update(announced_at=timezone.now())
        return True
