"""Who may enter and how far each may see: people, passes, roles, scopes, conflicts, reviews."""
