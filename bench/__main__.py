"""Print the figures: `python -m bench [NAME…]`, a name selecting by its beginning. Exit 1 when one is short, 2 when none is found."""

import sys

from bench import registry


def main(names: list[str]) -> int:
    figures = registry.chosen(names)
    if not figures:
        print(f"No figure begins with {' or '.join(names)}. There are:", file=sys.stderr)
        print(*(one.name for one in registry.every()), sep="\n", file=sys.stderr)
        return 2
    short = 0
    for line, passes in registry.lines(figures):
        print(line, flush=True)
        short += not passes
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
