"""A kind of message made up for these tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import engines

from maillage.kernel import hooks
from maillage.kernel.notifications import words

WORDS = "Votre place <est> à vous\nBonjour {{ name }},\n\nà samedi.\n\n{{ link }}\n\n- un\n- deux"


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    hooks.notification_kinds.add(hooks.NotificationKind("tried.told", "essai", channels=("site", "mail", "sms")))
    real = words.get_template
    made = engines["django"].from_string(WORDS)

    def found(name: str) -> Any:
        if name == "tried/messages/told.txt":
            return made
        return real(name)

    monkeypatch.setattr(words, "get_template", found)
    yield
    hooks.notification_kinds._items[:] = [k for k in hooks.notification_kinds if k.name != "tried.told"]
