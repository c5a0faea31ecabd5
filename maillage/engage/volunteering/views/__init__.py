"""Pages: fetch, one action, one page. Everybody's in `finding`, `signing`, `asking`, mine in `mine`, the desk's in `desk_…`."""
