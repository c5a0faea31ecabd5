"""The frame's own pages: doors, my space, the desk, organisations, and the small ones."""
