"""Inside the stage: one of the walks over the whole site, honest or sabotaged."""

import json

from tests.proofs.stage import told


def main() -> None:
    words = told()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    import logging

    logging.disable(logging.CRITICAL)
    from tests.proofs import hostile, once, tenants

    few, sabotaged = words["few"], words["sabotaged"]
    if words["what"] == "tenants":
        if sabotaged:
            let_everybody_in()
        answer = tenants.walk(tenants.town(), few=few, share=tuple(words["share"]), until_wrong=sabotaged)
    elif words["what"] == "once":
        if sabotaged:
            forget_what_was_sent()
        answer = once.attempt(few=few, until_wrong=sabotaged)
    else:
        if sabotaged:
            leave_words_as_they_are()
        answer = hostile.attempt(few=few, until_wrong=sabotaged)
    print(json.dumps(answer))


def let_everybody_in() -> None:
    """What one forgotten check would do: every role to whoever is signed in."""
    from maillage.kernel.organisations import access
    from maillage.kernel.organisations.models import RoleKind

    access.roles_of = lambda person, organisation: frozenset(RoleKind) if person.is_authenticated else frozenset()


def forget_what_was_sent() -> None:
    from maillage.web import middleware

    middleware.key_of = lambda request: ""


def leave_words_as_they_are() -> None:
    """Templates that no longer escape."""
    from django.template import engines

    engines["django"].engine.autoescape = False


if __name__ == "__main__":
    main()
