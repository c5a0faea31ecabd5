"""The pages of the technical team, under /technique/: what this instance did, seen as it is written, hardly ever changed.

Django's admin, with our sign-in page in place of its own. `site` says who comes in and what a page of it is; `web/admin.py`
and the modules' `admin.py` hang their models there. What people wrote to one another is in none of them.
"""
