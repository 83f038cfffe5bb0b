"""Rules that ask for a second opinion, and the chain of people who give it."""
