"""Pictures drawn on the server: where each bar of an SVG stands. The table under each says the same in figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 340  # as wide as a small phone, so that the words in the picture are read there at their own size
PLOT, TOP, FOOT = 130, 22, 24
LINE = 46
WIDE = 90  # two years side by side are two columns, not two walls


@dataclass(frozen=True)
class Told:
    """One value: its label, the number that gives its size, and the words that say it."""

    label: str
    value: int
    words: str
    short: str = ""  # what fits under a column, or before a bar
    mark: str = ""  # the few signs that stand on a column
    thread: str = "blue"


@dataclass(frozen=True)
class Bar:
    told: Told
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        return round(self.y - 5, 1)

    @property
    def words_y(self) -> float:
        """The words of a lying bar are above it."""
        return round(self.y - 7, 1)


@dataclass(frozen=True)
class Chart:
    """`bars` in a picture of `width` × `height`; `ground` is the line columns stand on."""

    name: str  # unique on its page
    title: str
    first: str  # the heads of the table's two columns
    second: str
    bars: list[Bar] = field(default_factory=list)
    width: int = WIDTH
    height: int = 0
    ground: float = 0
    is_columns: bool = True
    nothing: str = ""  # said in its place when there is nothing to draw

    @property
    def is_empty(self) -> bool:
        return not any(bar.told.value for bar in self.bars)


def columns(name: str, title: str, told: Sequence[Told], *, first: str, second: str, nothing: str = "") -> Chart:
    """One column for each value, side by side: for what follows in time."""
    most = max((one.value for one in told), default=0) or 1
    step = min(WIDE, WIDTH / max(1, len(told)))
    ground = TOP + PLOT
    bars = []
    for n, one in enumerate(told):
        height = round(PLOT * max(0, one.value) / most, 1)
        bars.append(
            Bar(one, round(n * step + step * 0.14, 1), round(ground - height, 1), round(step * 0.72, 1), height)
        )
    return Chart(name, title, first, second, bars, height=ground + FOOT, ground=ground, nothing=nothing)


def lines(name: str, title: str, told: Sequence[Told], *, first: str, second: str, nothing: str = "") -> Chart:
    """One line for each value, its words above it: for what is compared."""
    most = max((one.value for one in told), default=0) or 1
    bars = [Bar(one, 0, n * LINE + 22, round(WIDTH * max(0, one.value) / most, 1), 14) for n, one in enumerate(told)]
    height = max(1, len(told)) * LINE
    return Chart(name, title, first, second, bars, height=height, is_columns=False, nothing=nothing)


def shortened(text: str, most: int = 40) -> str:
    """What fits on one line of a picture; the table has it whole."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
