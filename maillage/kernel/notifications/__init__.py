"""Messages to people: on the site, by mail with a text and an HTML part, by SMS.

One noun, `Message`: one row per thing to tell (`key`), one channel outside the site, sent at most once: it is claimed,
committed, then sent; a crash in between leaves it « uncertain », shown by `doctor`, never sent again by itself.
Verbs: notify, deliver, mark_read. The default adapters write to a local outbox (`LocalMessage`) that its page shows.
"""
