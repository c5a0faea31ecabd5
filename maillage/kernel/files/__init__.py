"""Files people entrust to us: checked, encrypted at rest, shown only to whom they concern.

One noun, `File`: what it is called, what it really is (told from its bytes, never from its name), how large, whose. Verbs:
keep, read, destroy. The bytes are encrypted under the instance's field key, outside the web root, under a random name.
"""
