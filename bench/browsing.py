"""A browser's share of a page: what it fetches, and what that weighs on the wire, headers included.

It follows what a page names (styles, scripts, icons, manifest), what styles name (the fonts whose letters the page says),
the modules that modules import, and the components whose element the page shows, which are fetched when met. What came
once stays: addresses change with their content.
"""

import json
import re
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit

import brotli

LINKED = re.compile(r"<link\b[^>]*>|<script\b[^>]*\bsrc=[^>]*>|<img\b[^>]*>")
ADDRESS = re.compile(r"\b(?:href|src)=\"([^\"]+)\"")
IMPORT_MAP = re.compile(r"<script type=\"importmap\"[^>]*>(.*?)</script>", re.DOTALL)
IMPORTED = re.compile(r"^\s*(?:import|export)\b[^\"';()]*[\"']([^\"']+)[\"']", re.MULTILINE)
WHEN_MET = re.compile(r"\bimport\([\"']([^\"']+)[\"']\)")
STYLE_IMPORT = re.compile(r"@import\s+(?:url\()?[\"']?([^\"')]+)")
FONT = re.compile(r"@font-face\s*\{([^}]*)\}")
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)
URL = re.compile(r"url\([\"']?([^\"')]+)[\"']?\)")


class Browser:
    """One visitor; `kept` are the addresses that need not be fetched again."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Accept-Encoding": "gzip, deflate, br", "Accept-Language": "fr", "Host": "localhost",
            "Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items()),
        }  # fmt: skip
        self.kept: set[str] = set()

    def get(self, address: str) -> tuple[int, bytes, int]:
        """Status, body as it came, and the bytes it took."""
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        head = 15 + len(answer.reason) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        self.encoding = answer.getheader("Content-Encoding", "")
        return answer.status, body, head + len(body)

    def fetch(self, address: str) -> tuple[str, int]:
        """The text at an address that must answer, and the bytes it took."""
        status, body, weight = self.get(address)
        assert status == 200, f"{address} answers {status}"
        if self.encoding == "br":
            body = brotli.decompress(body)
        elif self.encoding == "gzip":
            import gzip

            body = gzip.decompress(body)
        return body.decode("utf-8", "replace"), weight

    def visit(self, address: str) -> int:
        """The bytes of a page and of all it needs that is not kept yet."""
        page, weight = self.fetch(address)
        found = IMPORT_MAP.search(page)
        names: dict[str, str] = json.loads(found.group(1))["imports"] if found else {}
        named = [said.group(1) for tag in LINKED.findall(page) if (said := ADDRESS.search(tag))]
        return weight + sum(self.bring(urljoin(address, one), page, names) for one in named)

    def bring(self, address: str, page: str, names: dict[str, str]) -> int:
        """The bytes of a file and of all it needs in its turn; none when it is kept."""
        path = urlsplit(address).path
        if path in self.kept or not address.startswith("/"):
            return 0
        self.kept.add(path)
        text, weight = self.fetch(address)
        needed: list[str] = []
        if path.endswith(".css"):
            needed += STYLE_IMPORT.findall(text)
            needed += [
                URL.findall(font)[0] for font in FONT.findall(text) if is_said(font, page)
            ]  # what other rules show, icons and drawings, is in the page itself
        elif path.endswith(".js"):
            needed += [names.get(name, name) for name in IMPORTED.findall(text)]
            needed += [names[name] for name in WHEN_MET.findall(text) if name in names and is_met(name, page)]
        return weight + sum(self.bring(urljoin(address, one), page, names) for one in needed)


def is_said(font: str, page: str) -> bool:
    """Whether the page says a letter of this font. One that says no range is for all."""
    ranges = [(int(first, 16), int(last or first, 16)) for first, last in RANGE.findall(font)]
    letters = {ord(letter) for letter in page}
    return not ranges or any(first <= letter <= last for letter in letters for first, last in ranges)


def is_met(module: str, page: str) -> bool:
    """Whether the page shows the element of a component: `web/copy_button` is that of `<copy-button>`."""
    return f"<{module.rpartition('/')[2].replace('_', '-')}" in page
