"""What a figure is, and where figures are found: a module `bench/<label>.py` lists its own in `FIGURES`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """A number measured in one run, and the bar it must not fall short of.

    `name` begins with the label of the module it speaks of. `better` says which way is good. Figures of one module share
    their measures: `measure` is cheap once another has run.
    """

    name: str
    unit: str
    bar: float
    better: Literal["lower", "higher"]
    measure: Callable[[], float]

    def passes(self, value: float) -> bool:
        return value <= self.bar if self.better == "lower" else value >= self.bar

    def line(self, value: float) -> str:
        """`name  value  unit  bar  ok|SHORT`, in columns."""
        bar = f"{'≤' if self.better == 'lower' else '≥'} {self.bar:g}"
        return f"{self.name:<32} {shown(value):>9}  {self.unit:<64} {bar:<8} {'ok' if self.passes(value) else 'SHORT'}"


def shown(value: float) -> str:
    """Three figures that count, and never more ones than it has."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def every() -> list[Figure]:
    """The figures of all modules, in the order of `ls`."""
    folder = Path(__file__).parent
    names = sorted(path.stem for path in folder.glob("*.py") if "FIGURES" in path.read_text())
    return [figure for name in names for figure in getattr(import_module(f"bench.{name}"), "FIGURES", [])]


def chosen(prefixes: list[str]) -> list[Figure]:
    """Those whose name begins with one of the prefixes; all when there is none."""
    return [one for one in every() if not prefixes or one.name.startswith(tuple(prefixes))]


def lines(figures: list[Figure]) -> Iterator[tuple[str, bool]]:
    """Each figure measured, as its line and whether it passes."""
    for figure in figures:
        value = figure.measure()
        yield figure.line(value), figure.passes(value)
