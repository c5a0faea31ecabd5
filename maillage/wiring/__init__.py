"""What follows when something happens: the only rooms that know two chapters."""
