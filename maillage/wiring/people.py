"""What follows when something happens to a person."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from maillage.kernel.facts.models import Fact
from maillage.kernel.notifications.actions import Address, notify
from maillage.kernel.people import facts
from maillage.kernel.people.models import Guardianship
from maillage.kernel.secret_link import absolute


@receiver(facts.guardian_asked)
def ask_the_guardian(fact: Fact, **kwargs: Any) -> None:
    asked = (
        Guardianship.objects.select_related("minor").filter(pk=fact.about_id, agreed_at=None, refused_at=None).first()
    )
    if asked is None:
        return
    notify(
        to=Address(name=asked.guardian_name, email=asked.guardian_email, phone=asked.guardian_phone),
        kind="people.guardian_asked", key=f"people.guardian_asked:{asked.pk}", now=fact.at, about=asked,
        context={"guardian": asked.guardian_name, "minor": str(asked.minor)},
        link=absolute(reverse("web:guardian", args=[asked.token])),
    )  # fmt: skip
