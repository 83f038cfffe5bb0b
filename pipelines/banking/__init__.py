"""Statements of banks: files of any bank become lines of one shape, and end in one verb."""
