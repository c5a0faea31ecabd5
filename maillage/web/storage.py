"""Static files with hashed addresses, the styles joined in one file."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# One file per component; the order is that of the layers.
STYLES = tuple(
    f"web/css/{name}.css"
    for name in [
        "tokens",
        "reset",
        "base",
        "frame",
        "button",
        "field",
        "card",
        "list",
        "notice",
        "figure",
        "week",
        "presence",
        "counting",
        "map",
        "home",
        "reading",
        "print",
    ]
)
JOINED = "web/css/all.css"


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Every file under a name that changes with it, kept for ever by browsers, compressed once.

    Before `collectstatic` (in tests, at a developer's) names are plain and the styles stay apart.
    """

    # Modules name one another through the import map, which already holds the hashed addresses.
    support_js_module_import_aggregation = False
    manifest_strict = False

    @property
    def is_collected(self) -> bool:
        return bool(self.hashed_files)

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one for what was not collected: a page is better than an error."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run and all(name in paths for name in STYLES):
            if self.exists(JOINED):
                self.delete(JOINED)
            self._save(JOINED, ContentFile(joined_styles().encode()))  # type: ignore[attr-defined]
            paths[JOINED] = (self, JOINED)
        yield from super().post_process(paths, dry_run, **options)  # type: ignore[no-untyped-call]


def joined_styles() -> str:
    """All the styles, in order, without comments nor needless spaces."""
    text = "".join(open(str(finders.find(name)), encoding="utf-8").read() for name in STYLES)  # noqa: SIM115
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?", r"\1", text).replace(": ", ":").replace(";}", "}").strip()
