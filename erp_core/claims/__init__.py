"""Expense claims: policy, advances, approval, payment."""
