"""The cast every test may call: Amina volunteers, Bruno presides over Les Jardins, Claire is a stranger."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase

from maillage.kernel.invariants import actions as invariants

# A slow machine is no fault of the code: nothing is time-boxed, not even the making of examples.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday


# Evidence refuses to be deleted, so the flush after a test that commits takes the triggers down first;
# `post_migrate`, which Django sends after each flush, puts them back.
flush = TransactionTestCase._fixture_teardown


def fixture_teardown(test: TransactionTestCase) -> None:
    for name in test._databases_names(include_mirrors=False):
        invariants.drop(connections[name])
    flush(test)
    cache.clear()  # a table that no model names, so no flush empties it: the limits of the sign-in are in it


TransactionTestCase._fixture_teardown = fixture_teardown  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The shared cache is a table that no migration makes."""
    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """No language or answer of one test is seen by the next."""
    from django.core.cache import caches
    from django.utils import translation

    caches["local"].clear()
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def mail_stays_here(settings: Any) -> None:
    """What leaves is written where the demo writes it, not in Django's own list."""
    settings.EMAIL_BACKEND = "maillage.kernel.notifications.outbox.LocalMail"


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Files are kept in a folder that only this test sees."""
    settings.STORED_FILES = tmp_path


# ── The cast ──────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def amina(db: None) -> Any:
    from maillage.kernel.people.models import Person

    return Person.objects.create_user("amina@exemple.localhost", name="Amina B.", birth_year=1991)


@pytest.fixture
def bruno(db: None) -> Any:
    from maillage.kernel.people.models import Person

    return Person.objects.create_user("bruno@exemple.localhost", name="Bruno C.", birth_year=1968)


@pytest.fixture
def claire(db: None) -> Any:
    from maillage.kernel.people.models import Person

    return Person.objects.create_user("claire@exemple.localhost", name="Claire D.", birth_year=1985)


@pytest.fixture
def rennes(db: None) -> Any:
    from maillage.engage.volunteering.tests import factories

    return factories.commune()


@pytest.fixture
def les_jardins(bruno: Any, rennes: Any) -> Any:
    """An association of Rennes over which Bruno presides."""
    from maillage.kernel.organisations.models import Organisation, Role, RoleKind

    made = Organisation.objects.create(slug="les-jardins", name="Les Jardins", commune=rennes)
    Role.objects.create(person=bruno, organisation=made, kind=RoleKind.PRESIDENT, since_at=NOW - timedelta(days=400))
    return made


@pytest.fixture
def three_hours(db: None) -> list[Any]:
    """Three rows of evidence of one association."""
    from maillage.engage.volunteering.tests import factories

    shift = factories.first_shift(factories.mission(factories.organisation()))
    return [factories.counted(factories.sign_up(shift)) for _ in range(3)]
