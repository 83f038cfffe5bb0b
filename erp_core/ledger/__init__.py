"""Accounts, periods, vouchers and open items; knows no customer and no document."""
