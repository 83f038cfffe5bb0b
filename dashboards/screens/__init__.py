"""One file per screen; screens do not know each other."""
