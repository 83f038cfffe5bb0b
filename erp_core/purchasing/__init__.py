"""Buying: orders, receipts, returns, bills."""
