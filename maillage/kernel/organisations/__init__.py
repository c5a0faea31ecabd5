"""Associations and their like, the roles people hold in them, and the contacts each of them knows.

Nouns: `Organisation`, `Role` (who does what there, since when), `Contact` (what *one* organisation knows of one human
being), `RegisterEntry` (a line of the State's register of associations) and `Claim` (somebody says « c’est la nôtre »).
Verbs: create, claim, make_letter, prove_by_code, decide_claim, declare, give_role, hand_over, leave, know (a contact),
confirm_contact. Facts: created, claimed, letter_posted, claim_accepted, claim_refused, role_given, role_ended. Private records are asked for with `.of(organisation)`: see `scope.py`.
"""
