"""Documents that are handed over: tagged PDFs made by Typst, numbered by a code that anyone can check.

Nouns: a template (`<module>/documents/<name>.typ`, data as JSON), `DocumentKind` (declared by its module: `hooks.document_kinds`) and `Issued` (what was
handed over, its hash and its code). Verbs: make_pdf, issue, read, withdraw, find. Facts: issued, withdrawn.
"""
