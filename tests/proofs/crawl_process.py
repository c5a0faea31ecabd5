"""Inside the stage: one of the walks over the whole site, honest or sabotaged."""

import json
from typing import Any

from tests.proofs.stage import told


def main() -> None:
    words = told()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    import logging

    logging.disable(logging.CRITICAL)
    from tests.proofs import hostile, once, tenants
    from tests.proofs.town import town

    few, sabotaged, there = words["few"], words["sabotaged"], town()
    answer: Any
    if words["what"] == "tenants" and words["sabotage"] == "unscoped":
        forget_whose_it_is()
        answer = {"unseen": tenants.unseen(there)}
    elif words["what"] == "tenants":
        if sabotaged:
            let_everybody_in()
        answer = tenants.walk(there, few=few, share=tuple(words["share"]), until_wrong=sabotaged)
    elif words["what"] == "once":
        if sabotaged:
            forget_what_was_sent()
        answer = once.attempt(there, until_wrong=sabotaged)
    else:
        if sabotaged:
            leave_words_as_they_are()
        answer = hostile.attempt(there, few=few, until_wrong=sabotaged)
    print(json.dumps(answer))


def let_everybody_in() -> None:
    """What one forgotten check would do: every role to whoever is signed in."""
    from maillage.kernel.organisations import access
    from maillage.kernel.organisations.models import RoleKind

    access.roles_of = lambda person, organisation: frozenset(RoleKind) if person.is_authenticated else frozenset()


def forget_whose_it_is() -> None:
    """What `.of(organisation)` forgotten would do, in every view at once: any key opens, whose ever it is."""
    from django.shortcuts import get_object_or_404

    from maillage.engage.volunteering.models import MissionQuerySet, ShiftQuerySet
    from maillage.kernel.organisations.scope import ScopedQuerySet
    from maillage.web.views import desk

    MissionQuerySet.of = ShiftQuerySet.of = lambda self, organisation: self.all()  # type: ignore[method-assign]
    ScopedQuerySet.of = lambda self, organisation: self.across(reason="the sabotage")  # type: ignore[method-assign]
    desk.get_object_or_404 = lambda rows, *, pk, organisation=None: get_object_or_404(rows, pk=pk)  # of a role


def forget_what_was_sent() -> None:
    from maillage.web import middleware

    middleware.key_of = lambda request: ""


def leave_words_as_they_are() -> None:
    """Templates that no longer escape."""
    from django.template import engines

    engines["django"].engine.autoescape = False


if __name__ == "__main__":
    main()
