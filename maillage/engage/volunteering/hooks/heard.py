"""What volunteering does of what happens elsewhere in the house."""

from typing import Any

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.models import Need
from maillage.kernel.consent import facts as consent_facts
from maillage.kernel.facts.models import Fact


def agreement_taken_back(fact: Fact, **_signal: Any) -> None:
    """Wherever it was taken back: the needs said by it end, and those who were coming are told."""
    if fact.organisation is None:  # what a person agreed to for themself says nothing in anybody's place
        return
    for need in Need.objects.of(fact.organisation).filter(agreement_id=fact.about_id):
        actions.take_back_agreement(need=need, by=None, now=fact.at)


consent_facts.withdrawn.connect(agreement_taken_back)
