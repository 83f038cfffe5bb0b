"""The host that owns the file, and the client that looks like the books themselves."""
