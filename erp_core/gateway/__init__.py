"""The way in from other programs: one host owns the file, every other program asks it over HTTP."""
