"""Bank and cash: statements, matching, reconciliation, forecast."""
