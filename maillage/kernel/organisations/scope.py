"""Private records are asked for by naming whose they are; forgetting it is an exception, not a leak."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from maillage.kernel.organisations.models import Organisation

Row = TypeVar("Row", bound=models.Model)


class WhoseIsIt(AssertionError):
    """A private record was asked for without `.of(organisation)` nor `.across(reason=…)`: a bug."""


class ScopedQuerySet(models.QuerySet[Row]):
    """Raises on evaluation until it is told whose records it may see.

    `.of(organisation)` is the rule; `.across(reason=…)` the exception, listed in `tests/test_house.py`;
    `.about(person)` is the person's own view of themself, and of the children they answer for. A list reached from an object already fetched
    (`shift.sign_ups`) is that object's and needs no more words.
    """

    _scoped = False

    def of(self, organisation: Organisation) -> Self:
        path = getattr(self.model, "organisation_path", "organisation")
        return self.filter(**{path: organisation})._tell()

    def about(self, *people: Any) -> Self:
        path = getattr(self.model, "person_path", "person")
        told = {path: people[0]} if len(people) == 1 else {f"{path}__in": people}
        return self.filter(**told)._tell()

    def across(self, *, reason: str) -> Self:
        assert reason
        return self.all()._tell()

    def _tell(self) -> Self:
        self._scoped = True
        return self

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone  # type: ignore[no-any-return]

    def _must_be_told(self) -> None:
        if not (self._scoped or self._hints.get("instance") is not None):  # type: ignore[attr-defined]
            raise WhoseIsIt(f"{self.model._meta.label}: say .of(organisation), .about(person) or .across(reason=…)")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._must_be_told()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Row]:
        self._must_be_told()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._must_be_told()
        return super().count()

    def exists(self) -> bool:
        self._must_be_told()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._must_be_told()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._must_be_told()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._must_be_told()
        return super().delete()
