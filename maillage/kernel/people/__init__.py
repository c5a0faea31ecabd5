"""Human beings who speak for themselves.

Nouns: `Person` (one row per human being, with or without e-mail, phone and password) and `Guardianship` (an adult who
answers for a minor). Verbs: register, set_birth_year, ask_guardian, agree_as_guardian, become_child_of, merge, erase.
Facts: registered, guardian_agreed, merged, erased. What one association knows of someone is a `Contact`, in
`organisations`, tied to a person only once that person has confirmed it.
"""
