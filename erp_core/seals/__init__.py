"""Seals: proving that nothing posted was changed, with nothing but the file."""
