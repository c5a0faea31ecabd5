"""What a figure is. A module `bench/<label>.py` lists its own in `FIGURES`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """A number measured in one run, and the bar it must not fall short of.

    `name` begins with the label of the module it speaks of. `better` says which way is good.
    """

    name: str
    unit: str
    bar: float
    better: Literal["lower", "higher"]
    measure: Callable[[], float]

    def passes(self, value: float) -> bool:
        return value <= self.bar if self.better == "lower" else value >= self.bar
