"""The steps of a month's close as pure functions over frames."""
