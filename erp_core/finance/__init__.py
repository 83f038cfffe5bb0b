"""Money in and out, advances, and the close of a period."""
