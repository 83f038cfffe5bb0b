"""Budgets: versions, commitments and actuals, control and variance."""
