"""A list that modules add to."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """What modules hung here, in the order in which they were found."""

    def __init__(self) -> None:
        self._items: list[Item] = []

    def add(self, item: Item) -> Item:
        self._items.append(item)
        return item

    def named(self, name: str) -> Item:
        """The one of this name. Raises LookupError: a name that nobody declared is a bug."""
        for item in self:
            if item.name == name:  # type: ignore[attr-defined]
                return item
        raise LookupError(f"{name!r} was never declared")

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
