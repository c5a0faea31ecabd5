"""Work that waits its turn: the queue, retries, the reaper, and what happens every so often."""
