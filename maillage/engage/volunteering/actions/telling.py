"""Telling those concerned: the association's own team, and whoever asked for help."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse

from maillage.engage.volunteering.models import Need
from maillage.kernel.notifications.actions import notify
from maillage.kernel.organisations.access import RIGHTS
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.secret_link import absolute


def tell_team(
    *, organisation: Organisation, right: str, kind: str, key: str, about: Model, context: dict[str, Any], link: str,
    now: datetime,
) -> None:  # fmt: skip
    """One message to each person whose role gives `right` there now; it goes when whoever it speaks of is forgotten."""
    people = Person.objects.filter(
        roles__organisation=organisation, roles__ended_at=None, roles__kind__in=RIGHTS[right], is_active=True
    ).distinct()
    for person in people:
        notify(
            to=person, kind=kind, key=f"{kind}:{key}:{person.pk}", now=now, organisation=organisation, about=about, link=link,
            context={"organisation": organisation, **context},
        )  # fmt: skip


def tell_team_of_need(need: Need, kind: str, now: datetime, *, again: object = "", **more: Any) -> None:
    """Tell those who listen to needs of what happens to this one."""
    tell_team(
        organisation=need.organisation, right="say_needs", kind=kind, key=f"{need.pk}:{again}", about=need, now=now,
        context={"need": need, **more}, link=absolute(reverse("volunteering:desk_need", args=[need.organisation.slug, need.pk])),
    )  # fmt: skip


def follow_address(need: Need) -> str:
    return absolute(reverse("volunteering:need_followed", args=[need.token]))


def tell_asker(need: Need, kind: str, now: datetime, *, again: object = "", **more: Any) -> None:
    """Tell whoever asked where it stands, when they can be reached. `again` tells two sendings apart."""
    if need.helped is None:
        return
    notify(
        to=need.helped.person or need.helped, kind=kind, key=f"{kind}:{need.pk}:{again}", now=now, organisation=need.organisation, about=need,
        context={"name": need.helped.name, "need": need, "organisation": need.organisation, **more}, link=follow_address(need),
    )  # fmt: skip
