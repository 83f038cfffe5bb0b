"""What people see in the browser: a client of the books like any other."""
