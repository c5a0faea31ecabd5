"""Who may do what at a desk, as one table: a line for each right, a column for each role."""

import pytest

from maillage.kernel.organisations.access import RIGHTS, allows, can
from maillage.kernel.organisations.models import Organisation, Role, RoleKind
from maillage.kernel.people.models import Person

TABLE = """
                   president  treasurer  coordinator  communication  social_worker  digital_lead  adviser  member
see_desk           yes        yes        yes          yes            yes            yes           yes      yes
manage_missions    yes        .          yes          .              .              yes           .        .
tick_presence      yes        .          yes          .              yes            yes           .        .
sign_hours         yes        .          yes          .              .              .             .        .
say_needs          yes        .          yes          .              yes            yes           .        .
see_people         yes        .          yes          .              yes            .             .        .
see_helped         yes        .          .            .              yes            .             .        .
edit_organisation  yes        .          .            yes            .              yes           .        .
give_roles         yes        .          .            .              .              .             .        .
export_all         yes        .          yes          .              .              .             .        .
"""
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]


def test_the_table_is_the_code() -> None:
    made = [
        [right, *("yes" if allows(right, frozenset({kind})) else "." for kind in RoleKind.values)] for right in RIGHTS
    ]
    assert RoleKind.values == HEAD
    assert made == LINES


@pytest.mark.django_db
@pytest.mark.parametrize("kind", RoleKind.values)
def test_a_role_gives_its_rights_where_it_is_held_and_while_it_is(
    kind: str, les_jardins: Organisation, claire: Person, now: object
) -> None:
    elsewhere = Organisation.objects.create(slug="ailleurs", name="Ailleurs")
    role = Role.objects.create(person=claire, organisation=les_jardins, kind=kind, since_at=now)
    given = {right for right, *cells in LINES if cells[HEAD.index(kind)] == "yes"}
    assert {right for right in RIGHTS if can(right, claire, les_jardins)} == given
    assert not any(can(right, claire, elsewhere) for right in RIGHTS)
    Role.objects.filter(pk=role.pk).update(ended_at=now)
    assert not any(can(right, claire, les_jardins) for right in RIGHTS)


@pytest.mark.django_db
def test_roles_add_up_and_who_holds_none_may_nothing(les_jardins: Organisation, claire: Person, now: object) -> None:
    assert not any(can(right, claire, les_jardins) for right in RIGHTS)
    for kind in (RoleKind.COMMUNICATION, RoleKind.SOCIAL_WORKER):
        Role.objects.create(person=claire, organisation=les_jardins, kind=kind, since_at=now)
    assert can("edit_organisation", claire, les_jardins)
    assert can("see_helped", claire, les_jardins)
    assert not can("give_roles", claire, les_jardins)
