"""What a person may ask about their data: see it, take it away, have it erased.

One noun, `Erasure`: that it was asked, that it was done, and what the law made us keep. Verbs: erase, export_of. Fact: erased. Each module
says by `hooks.personal_data` what it knows and how it forgets; this room only asks them all.
"""
