"""Copy what a browser (and Typst) needs out of `node_modules` into the git-ignored `static/vendor/`.

Run after `npm ci`. Only python is needed. Nothing is copied twice: a file that stands with the same bytes is left alone.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "maillage" / "web" / "static" / "vendor"

WEB_FONT = "@fontsource/atkinson-hyperlegible"
PRINT_FONT = "@expo-google-fonts/atkinson-hyperlegible"
FILES = {
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "fonts/atkinson-400.woff2": f"{WEB_FONT}/files/atkinson-hyperlegible-latin-400-normal.woff2",
    "fonts/atkinson-700.woff2": f"{WEB_FONT}/files/atkinson-hyperlegible-latin-700-normal.woff2",
    "fonts/atkinson-400-ext.woff2": f"{WEB_FONT}/files/atkinson-hyperlegible-latin-ext-400-normal.woff2",
    "fonts/atkinson-700-ext.woff2": f"{WEB_FONT}/files/atkinson-hyperlegible-latin-ext-700-normal.woff2",
    "fonts/LICENSE": f"{WEB_FONT}/LICENSE",
    **{
        f"fonts/AtkinsonHyperlegible-{style}.ttf": f"{PRINT_FONT}/{folder}/AtkinsonHyperlegible_{folder}.ttf"
        for style, folder in {
            "Regular": "400Regular",
            "Italic": "400Regular_Italic",
            "Bold": "700Bold",
            "BoldItalic": "700Bold_Italic",
        }.items()
    },
}


def cleaned(name: str, content: bytes) -> bytes:
    """Drop what would break hashed addresses: a source map that is absent, images we draw ourselves."""
    if name.endswith(".js"):
        return re.sub(rb"\n?//# sourceMappingURL=.*\n?", b"\n", content)
    if name.endswith(".css"):
        content = re.sub(rb"/\*.*?\*/", b"", content, flags=re.S)
        content = re.sub(rb"[^{}]+\{[^{}]*url\([^{}]*\}", b"", content)
        return re.sub(rb"\s*([{}:;,])\s*|\s+", lambda m: m.group(1) or b" ", content).strip()
    return content


def main() -> int:
    missing = [source for source in FILES.values() if not (MODULES / source).exists()]
    if missing:
        print(f"Missing in node_modules: {', '.join(missing)}. Run `npm ci` first.", file=sys.stderr)
        return 1
    copied = 0
    for name, source in FILES.items():
        to, content = VENDOR / name, cleaned(name, (MODULES / source).read_bytes())
        if not to.exists() or to.read_bytes() != content:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(content)
            copied += 1
    print(f"Browser libraries: {len(FILES)} files, {copied} copied.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
