"""What people agreed to, for what purpose, on what legal basis, how we know, and until when.

Nouns: `Purpose` (declared by the module that uses the data: `hooks.purposes`) and `Consent` (a proof, never changed: it is
withdrawn by writing when). Verbs: record_agreement, give, withdraw, has. Facts: given, withdrawn.
"""
