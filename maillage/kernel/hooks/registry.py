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

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
