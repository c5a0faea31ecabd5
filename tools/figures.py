"""Keep the last full run of the figures or of the proofs in `docs/figures.md`, with its date, machine and commit.

… | python tools/figures.py bench|proofs      reads the lines from standard input, and passes them on
"""

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "figures.md"
SECTIONS = {
    "bench": ("Figures", "bin/bench", "Ratios within one run; `SHORT` means below the bar."),
    "proofs": ("Proofs", "bin/test --proofs", "Each proof has a sabotage that must make it fail: `control=caught`."),
}
LINE = re.compile(r"^[a-z_]+\.[a-z0-9_]+ .*\b(ok|SHORT)$|^[a-z_]+\.[a-z0-9_]+ +\S+ .*$")


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def commit() -> str:
    said = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return said.stdout.strip() or "unknown"


def main() -> int:
    which = sys.argv[1]
    title, command, about = SECTIONS[which]
    lines = []
    for line in sys.stdin:
        print(line, end="", flush=True)
        if LINE.match(line.strip()):
            lines.append(line.rstrip())
    made = (
        f"<!-- {which} -->\n## {title}\n\n{about}\n\n`{command}`, {datetime.now(UTC):%-d %B %Y}, {machine()}, commit {commit()}:\n\n"
        "```\n" + "\n".join(lines) + f"\n```\n<!-- end of {which} -->"
    )
    page = PAGE.read_text() if PAGE.exists() else "# Figures and proofs\n\nThe last full run of each, as printed.\n"
    marks = re.compile(rf"<!-- {which} -->.*<!-- end of {which} -->", re.DOTALL)
    page = marks.sub(lambda _: made, page) if marks.search(page) else page.rstrip() + "\n\n" + made + "\n"
    PAGE.write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
