"""The demo territory is lively on whatever day it is shown, and goes on living when it is shown again later."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from maillage.engage.volunteering import attestation, demo, queries
from maillage.engage.volunteering.models import Hours, Mission, Need, Outcome, Shift, Side, Signature, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.kernel.documents.models import Issued
from maillage.kernel.evidence import actions as evidence
from maillage.kernel.organisations import demo as territory
from maillage.kernel.organisations.models import Contact, Organisation

pytestmark = pytest.mark.django_db
AT_WORK = factories.NOW + timedelta(hours=4)  # two in the afternoon


@pytest.fixture
def filled(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A smaller territory than the real one, of the same kind."""
    settings.STORED_FILES = tmp_path / "files"
    for insee, name in (
        ("35238", "Rennes"),
        ("35051", "Cesson"),
        ("35047", "Bruz"),
        ("35024", "Betton"),
        ("35281", "Saint-Jacques"),
    ):
        factories.commune(insee, name)
    monkeypatch.setattr(demo, "MISSIONS", [demo.MISSIONS[0], demo.MISSIONS[1], demo.MISSIONS[9]])
    monkeypatch.setattr(demo, "WEEKS_BEFORE", 6)
    fill(AT_WORK)
    return AT_WORK


def fill(now: datetime) -> None:
    territory.fill(now)
    demo.fill(now)


def counts() -> list[int]:
    every = [SignUp, Hours, Signature, Outcome, Need, Issued]
    return [Mission.objects.count(), Shift.objects.count(), *(model._base_manager.count() for model in every)]


def test_every_page_of_the_desk_has_something_to_show(filled: datetime) -> None:
    jardins = Organisation.objects.get(slug=demo.JARDINS)
    assert queries.to_tick(jardins, filled) and queries.to_confirm(jardins, filled) and queries.gaps(jardins, filled)
    assert len(queries.disputed(jardins)) == 2
    assert Hours.objects.of(jardins).exclude(reverses=None).count() == 1
    papers = [one for contact in Contact.objects.of(jardins) for one in attestation.handed_over(jardins, contact)]
    assert len(papers) == 2 and sum(one.issued.withdrawn_at is not None for one in papers) == 1
    assert {one.side for one in Outcome.objects.of(jardins)} == {Side.ASKER, Side.HELPER}
    (thread,) = Need.objects.of(jardins).filter(helped__isnull=False, status="closed")
    assert {one.side for one in thread.outcomes.all()} == {Side.ASKER, Side.HELPER}
    assert Hours.objects.of(jardins).standing().filter(sign_up__shift__mission__need=thread, signature__isnull=False)
    assert len(queries.claimed(jardins)) == 1
    assert {"closed", "open", "said"} <= {need.status for need in Need.objects.of(jardins)}
    assert sum(bool(minutes) for minutes in queries.minutes_by_month(jardins, filled.year)) >= 3
    for model, stream in ((Hours, "hours"), (Signature, "signatures")):
        assert evidence.verify(model, stream=f"{stream}:{jardins.pk}") == ""


def test_somebody_is_at_work_right_now_and_partly_noted(filled: datetime) -> None:
    at_work = Shift.objects.filter(mission__title=demo.WELCOME, starts_at__lte=filled, ends_at__gt=filled).get()
    came = [one.presence for one in at_work.sign_ups.all()]
    assert came.count("came") == 2 and "" in came


def test_shown_again_at_the_same_hour_nothing_changes(filled: datetime) -> None:
    before = counts()
    fill(filled)
    assert counts() == before


@pytest.mark.parametrize("hour", [0, 6, 12, 23])
def test_shown_again_days_later_the_territory_went_on_living(filled: datetime, hour: int) -> None:
    later = (filled + timedelta(days=9)).replace(hour=hour)
    jardins = Organisation.objects.get(slug=demo.JARDINS)
    minutes = Hours.objects.of(jardins).get_minutes()
    fill(later)
    assert queries.to_tick(jardins, later) and Shift.objects.of(jardins).upcoming(later).exists()
    assert Hours.objects.of(jardins).get_minutes() > minutes
    assert Shift.objects.of(jardins).order_by("-starts_at")[0].starts_at > later + timedelta(weeks=3)
    assert len(queries.disputed(jardins)) <= 2
    again = counts()
    fill(later)
    assert counts() == again
