"""What follows when something happens to an organisation."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from maillage.kernel.facts.models import Fact
from maillage.kernel.notifications.actions import Address, notify
from maillage.kernel.organisations import facts
from maillage.kernel.organisations.actions import token_of
from maillage.kernel.organisations.models import Invitation
from maillage.kernel.secret_link import absolute


@receiver(facts.invited)
def send_the_invitation(fact: Fact, **kwargs: Any) -> None:
    found = (
        Invitation.objects.across(reason="the row that the fact is about")
        .select_related("organisation", "invited_by")
        .filter(pk=fact.about_id)
        .first()
    )
    if found is None or not found.is_open(fact.at):
        return
    address = absolute(reverse("web:invitation", args=[token_of(found)]))
    notify(
        to=Address(name=found.name, email=found.email),
        kind="organisations.invited",
        context={
            "name": found.name, "organisation": found.organisation, "by": found.invited_by,
            "role": found.get_kind_display(), "hands_over": found.hands_over_id is not None,
            "until": found.expires_at,
        },
        key=f"organisations.invited:{found.pk}",
        organisation=found.organisation, about=found, link=address, now=fact.at,
    )  # fmt: skip
