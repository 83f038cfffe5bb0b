"""Moves of stock and their cost."""
