"""What came from legacy files: runs, rows and keys, and the doors through which each kind of row enters the books."""
