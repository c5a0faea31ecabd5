"""Rows that are only ever added, each chained to the one before by its hash.

One noun, `EvidenceRow` (abstract): a module's own evidence inherits it. Two verbs: append, verify. What was wrong is
corrected by adding another row. The triggers refuse any change made through the database; the chain shows a change
made behind its back. Evidence holds identifiers and figures, never a name: erasing a person breaks no chain.
"""
