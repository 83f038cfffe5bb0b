"""Legacy files in, rows of the books out: read, map, clean, validate, load, reconcile."""
