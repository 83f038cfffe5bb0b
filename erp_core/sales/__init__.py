"""Selling: orders, deliveries, returns, invoices, prices."""
