"""Who may do what in an organisation: pure functions over the roles a person holds there now."""

from functools import partial

from maillage.kernel.organisations.models import Organisation, Role, RoleKind
from maillage.kernel.people.models import Person

K = RoleKind
RIGHTS: dict[str, frozenset[str]] = {
    "see_desk": frozenset(K),
    "manage_missions": frozenset({K.PRESIDENT, K.COORDINATOR, K.DIGITAL_LEAD}),
    "tick_presence": frozenset({K.PRESIDENT, K.COORDINATOR, K.DIGITAL_LEAD, K.SOCIAL_WORKER}),
    "sign_hours": frozenset({K.PRESIDENT, K.COORDINATOR}),
    "say_needs": frozenset({K.PRESIDENT, K.COORDINATOR, K.SOCIAL_WORKER, K.DIGITAL_LEAD}),
    "see_people": frozenset({K.PRESIDENT, K.COORDINATOR, K.SOCIAL_WORKER}),
    "see_helped": frozenset({K.PRESIDENT, K.SOCIAL_WORKER}),
    "edit_organisation": frozenset({K.PRESIDENT, K.COMMUNICATION, K.DIGITAL_LEAD}),
    "give_roles": frozenset({K.PRESIDENT}),
    "export_all": frozenset({K.PRESIDENT, K.COORDINATOR}),
}


def roles_of(person: Person, organisation: Organisation) -> frozenset[str]:
    """The kinds of role held now: read at each request, so a departure is effective at the next one."""
    if not person.is_authenticated or not person.is_active:
        return frozenset()
    return frozenset(
        Role.objects.current().filter(person=person, organisation=organisation).values_list("kind", flat=True)
    )


def allows(right: str, held: frozenset[str]) -> bool:
    """Whether one of the roles `held` gives `right`."""
    return bool(RIGHTS[right] & held)


def can(right: str, person: Person, organisation: Organisation) -> bool:
    return allows(right, roles_of(person, organisation))


can_see_desk = partial(can, "see_desk")
