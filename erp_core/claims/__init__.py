"""What staff spend for the company: expense claims, the policy they are judged by, and advances."""
