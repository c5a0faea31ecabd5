"""Finding by words: the same answers on both databases.

Text is normalised here (lower case, no accents, French stems), then indexed by FTS5 on SQLite and by `tsvector` on PostgreSQL.
One noun, `TextIndex`: a module makes one per thing it lets people find, keyed by the row's number; rows come back in the
order of their numbers, never ranked by a formula that reads every broad match.
"""

from maillage.kernel.search.index import TextIndex

__all__ = ["TextIndex"]
