"""What every department stands on: session, database, refusals, money, words."""
