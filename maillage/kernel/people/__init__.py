"""Human beings who speak for themselves.

Nouns: `Person` (one row per human being, with or without e-mail, phone and password) and `Guardianship` (an adult who
answers for a minor). Verbs: register, rename, prefer, set_access, set_birth_year, ask_guardian, answer_as_guardian, add_child,
merge, erase. Facts: registered, access_changed, guardian_asked, guardian_agreed, guardian_refused, merged, erased. What one association knows of someone is a `Contact`, in
`organisations`, tied to a person only once that person has confirmed it.
"""
