"""Duplicates among customers, suppliers and items: found, explained, decided on, merged and taken back."""
