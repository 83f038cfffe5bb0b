"""The steps by which legacy files come in through the browser, on the same engine as the command line."""
