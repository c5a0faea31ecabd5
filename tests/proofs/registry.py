"""What a proof is: something attempted honestly, which must hold, and attempted again with a sabotage, which must not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Proof:
    """`attempt(few, sabotaged)` tries and answers numbers; `holds(numbers)` says whether what was promised is true.

    `name` begins with the label of the module it speaks of. `few` asks for the short version, for every day.
    `is_whole(numbers)` says whether all was tried that should be: a promise that holds of too little is worth nothing, and
    an attempt that is not whole catches no sabotage.
    """

    name: str
    attempt: Callable[[bool, bool], dict[str, Any]]
    holds: Callable[[dict[str, Any]], bool]
    is_whole: Callable[[dict[str, Any]], bool] = lambda told: True

    def run(self, *, few: bool) -> tuple[str, bool]:
        """The line to print, and whether it is right: the promise held, and the sabotage was caught."""
        honest, sabotaged = self.attempt(few, False), self.attempt(few, True)
        caught = not self.holds(sabotaged)
        right = self.holds(honest) and self.is_whole(honest) and caught
        said = " ".join(f"{key}={value}" for key, value in honest.items() if not isinstance(value, list))
        lines = [*honest.get("told", []), *([] if caught else sabotaged.get("told", []))]
        told = "".join(f"\n    {line}" for line in lines) if not right else ""
        return (
            f"{self.name}  {said}  control={'caught' if caught else 'MISSED'}  {'ok' if right else 'SHORT'}{told}",
            right,
        )
